#include "gateway/base/html/html_gumbo.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <time.h>

static char *through(void *t, const char *source) { return html_to_string(t, html_parse(t, source, strlen(source))); }

/* What HTML5 makes of a source; "" means: the source itself, unchanged. */
static const struct { const char *what, *source, *want; } parsed[] = {
	{ "plain markup stays as it is", "<p>a <b>bold</b> word<br>and a line</p><hr>", "" },
	{ "a paragraph ends where the next block begins", "<p>a<p>b<div>c</div>", "<p>a</p><p>b</p><div>c</div>" },
	{ "list items end each other, but not across lists", "<ul><li>a<li>b<ul><li>c</ul>d<li>e</ul>",
	  "<ul><li>a</li><li>b<ul><li>c</li></ul>d</li><li>e</li></ul>" },
	{ "so do terms and descriptions", "<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>" },
	{ "and cells and rows", "<table><tr><td>a<td>b<tr><th>c</table>",
	  "<table><tbody><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>" },
	{ "cells outside a table are only text", "<div><td>a</td></div>b", "<div>a</div>b" },
	{ "text inside a table moves before it", "<table>x<tr><td>y</table>", "x<table><tbody><tr><td>y</td></tr></tbody></table>" },
	{ "a reference to a number beyond all bounds", "a&#4294967196;b<i title='&#x80000080;'>c</i>", "a\xEF\xBF\xBD" "b<i title=\"\xEF\xBF\xBD\">c</i>" },
	{ "a heading ends another", "<h2>a<h3>b</h2>c", "<h2>a</h2><h3>b</h3>c" },
	{ "a link ends another", "<a href=1>x<a href=2>y</a>z", "<a href=\"1\">x</a><a href=\"2\">y</a>z" },
	{ "formatting goes on in the next paragraph", "<p><b>a<p>b</b>c", "<p><b>a</b></p><p><b>b</b>c</p>" },
	{ "crossed formatting is uncrossed", "<i><b>x</i>y</b>z", "<i><b>x</b></i><b>y</b>z" },
	{ "formatting around a block that it ends in", "<b><p>x</b>y</p>", "<b></b><p><b>x</b>y</p>" },
	{ "end tags of nothing are nothing", "</p>a</b></div>b</br>c", "ab<br>c" },
	{ "attributes: any quotes, the first of each name", "<p a='x\"y' B=1 b=2 c>z", "<p a=\"x&quot;y\" b=\"1\" c=\"\">z</p>" },
	{ "character references", "&lt;b&gt; &amp; &copy; &notit; &#x80; &#0; I <3 you", "&lt;b&gt; &amp; © ¬it; € \xEF\xBF\xBD I &lt;3 you" },
	{ "control characters go, line ends become one", "a\x01" "b&#1;c\r\nd&#13;&#12;e\x7F", "abc\nd\n e" },
	{ "the first line feed of pre does not count", "<pre>\n\n x</pre>", "<pre>\n\n x</pre>" },
	{ "the text of a style is no markup", "<style>a<b>{}</style>c", "" },
	{ "a script with a comment in it is emptied", "<script>a<!--<script></script>b", "<script></script>b" },
	{ "a script that never ends takes the rest", "a<script>b<p>c", "a<script></script>" },
	{ "an iframe is empty, even when it says so itself", "<iframe src=x />a<iframe>b</iframe>c", "<iframe src=\"x\"></iframe>a<iframe></iframe>c" },
	{ "xmp is pre with its markup shown", "<xmp><b>&amp;</xmp>d", "<pre>&lt;b&gt;&amp;amp;</pre>d" },
	{ "a textarea's text is text", "<textarea>\n<b>&lt;</textarea>", "<textarea>&lt;b&gt;&lt;</textarea>" },
	{ "comments keep their words", "<!--more-->a<!-- b --><?x y?>", "<!--more-->a<!-- b --><!--x y?-->" },
	{ "but nothing that could end them", "<!--a--b--->c<!-->d", "<!--a  b -->c<!---->d" },
	{ "svg and math are elements like others", "<svg><path d=x /><p>a</svg>b<math><mi>c</math>",
	  "<svg><path d=\"x\"></path><p>a</p></svg>b<math><mi>c</mi></math>" },
	{ "so are select, template and noscript", "<select><option>a<option>b</select><template><b>c</template><noscript><p>d</noscript>e",
	  "<select><option>a</option><option>b</option></select><template><b>c</b></template><noscript><p>d</p></noscript>e" },
	{ "text stays in its form", "<form>a<b>b</b>c</form>d", "" },
	{ "page tags do not count in a fragment", "<!doctype html><html><body class=x>a</body></html>b", "<!--doctype html-->ab" },
	{ "an element with a strange name is only its content", "<a<b x>c</a<b>d<o:p>e</o:p>", "cd<o:p>e</o:p>" },
	{ "a tag cut off by the end is nothing", "a<b href=\"x", "a" },
	{ "bytes that are no UTF-8", "a\xFF" "b", "a\xEF\xBF\xBD" "b" },
	{ "rows get a body, and only where there is none", "<table><tr><td>a</td></tr><tbody><tr><td>b</table>c",
	  "<table><tbody><tr><td>a</td></tr></tbody><tbody><tr><td>b</td></tr></tbody></table>c" },
	{ "references of HTML 4 and others", "&eacute;&hellip;&lang;&nGt;&copy2;&#8220;&#x1F30A;&#x110000;&#xD800;", "é…⟨≫⃒©2;“🌊\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "in an address they need their semicolon", "<a href='?a=1&copy=2&amp;b&reg;&lt'>x</a>", "<a href=\"?a=1&amp;copy=2&amp;b®&lt;\">x</a>" },
	{ "a reference cut in two by a tag that is nothing", "&am</x>p; a\r</x>\nb", "&amp; a\nb" },
	{ "nothing", "", "" },
};

static void test_parse(void *t)
{
	for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
		const char *once = through(t, parsed[i].source);
		is(once, *parsed[i].want ? parsed[i].want : parsed[i].source, parsed[i].what);
		is(through(t, once), once, "and comes back the same");
		const struct html_node *other = html_gumbo(t, HTML_GUMBO_FRAGMENT, parsed[i].source, strlen(parsed[i].source));
		is(html_to_string(t, other), once, "as gumbo reads it");
	}
	const char page[] = "<title>A &amp; B</title><link rel=alternate href=/feed><body>c<title>d";
	struct html_node *root = html_parse_page(t, page, strlen(page));
	ok(html_is(root->first, "title") && html_is(root->first->next, "link"), "a page has its head's elements first");
	is(html_inner_text(t, root->first), "A & B", "with their text");
	is(html_get(root->first->next, "href"), "/feed", "and attributes");
	is(html_to_string(t, html_parse(t, "a<p>b", 4)), "a<p></p>", "size counts, not the NUL");
}

static void test_tree(void *t)
{
	const char source[] = "<p class='a more\tb'>x<i>y</i></p><p>z</p>";
	struct html_node *root = html_parse(t, source, strlen(source)), *p = root->first;
	ok(html_has_class(p, "more") && html_has_class(p, "b") && !html_has_class(p, "mor") && !html_has_class(p, ""), "classes are words");
	ok(html_is(p, "p") && !html_is(p, "P") && !html_is(NULL, "p") && !html_is(p->first, "p"), "html_is knows elements");
	html_set(p, "class", NULL);
	html_set(p, "id", "1");
	html_set(p, "id", "2\"<");
	html_set(p, "none", NULL);
	is(html_to_string(t, p), "<p id=\"2&quot;&lt;\">x<i>y</i></p>", "attributes are set and removed");
	ok(html_next(root, p) == p->first && html_skip(root, p) == p->next && !html_skip(root, root->last) && !html_next(p, p->last->first),
	   "next goes in, skip passes over, both stay inside their root");
	html_unwrap(p->last);
	is(html_to_string(t, root), "<p id=\"2&quot;&lt;\">xy</p><p>z</p>", "unwrapping leaves the children");
	struct html_node *b = html_new_element(root, "b");
	html_append(b, html_new_text(root, "<&>"));
	html_insert_before(p, b);
	html_append(p, root->last);
	is(html_to_string(t, root), "<b>&lt;&amp;&gt;</b><p id=\"2&quot;&lt;\">xy<p>z</p></p>", "nodes are put in and moved");
	html_remove(p);
	is(html_to_string(t, root), "<b>&lt;&amp;&gt;</b>", "and removed with all below");
	struct html_node *script = html_new_element(root, "script");
	html_append(script, html_new_text(root, "a<b"));
	html_append(script, html_new_text(root, "</ScRipT>"));
	is(html_to_string(t, script), "<script>a<b</script>", "text that would end its element is not written");
}

/* Seconds of processor time that parsing takes. */
static double cost(const char *piece, size_t times)
{
	size_t size = strlen(piece) * times;
	char *source = mem_array(NULL, char, size + 1);
	for (size_t i = 0; i < times; i++)
		memcpy(source + i * strlen(piece), piece, strlen(piece));
	clock_t from = clock();
	struct html_node *root = html_parse(source, source, size);
	double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
	size_t depth = 0, deepest = 0;
	for (struct html_node *n = root; n; n = html_next(root, n)) {
		depth = 0;
		for (struct html_node *up = n; up; up = up->parent)
			depth++;
		deepest = depth > deepest ? depth : deepest;
	}
	ok(deepest <= 3 * HTML_MAX_DEPTH, piece);
	talloc_free(source);
	return seconds;
}

static void test_hostile(void)
{
	static const char *const pieces[] = {
		"<div>", "<b>", "<p><b>x", "<a>", "<table><tr><td>", "<table><a>", "<b><div><i><div>", "<li><b>", "<font color=1>x<p>",
		"<svg><p>", "<textarea>", "<button><p>", "<b><table><tr><td></b></table>", "<object><b><tr>", "</p>", "<option>", "<!--", "<nobr><h1>",
		"<select><style><template><b>", "<svg><style><b>", "<form><table>", "<ruby><rt>", "<dd><dt><b>",
	};
	double worst = 0;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		double seconds = cost(pieces[i], 100000);
		worst = seconds > worst ? seconds : worst;
	}
	/* With sanitizers; a quadratic parser takes minutes. */
	ok(worst < 10, "100,000 repetitions of anything are parsed in linear time");
	printf("# worst: %.2f s\n", worst);
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_parse(t);
	test_tree(t);
	talloc_free(t);
	test_hostile();
	return tap_done();
}
