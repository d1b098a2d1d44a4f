/* test-letter - what a letter says, in both parts, and what no feed can make it say. */
#include "unit/fixture.h"
#include "gateway/archive/rendering/fitting.h"
#include "gateway/archive/rendering/letter_html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/mail/letter.h"

/* 2026-11-22 21:14:05 UTC */
#define WHEN INT64_C(1795382045000)
#define READ "https://lamp.test/r/xyz"
#define LEAVE "https://lamp.test/u/abc?a=1&b=\"2\""

static const char post[] = "<p>Low water at <strong>six</strong>, <a href=\"https://tides.test/?a=1&amp;b=2\">says the table</a>.</p><h2>Code</h2>"
	"<pre><code>if (a &lt; b)\n    sail();</code></pre><ul><li>one</li><li>two</li></ul>"
	"<table><tr><th>Port</th><th>m</th></tr><tr><td>Ely</td><td>3</td></tr></table>"
	"<p><img src=\"https://lamp.test/a.png\" alt=\"A lamp\" width=\"400\" height=\"300\"></p><blockquote><p>Quoted &amp; done.</p></blockquote>";

static struct publication lamp = { .id = 1, .url = "https://lamp.test", .origin = "https://lamp.test", .host = "lamp.test", .name = "Lamp & Room", .handle = "lamp", .language = "en",
                                   .mail_from = "post@lamp.test", .postal_address = "1 Mill <Lane>" };
static const struct letter_reader ada = { .address = "ada<b>@mail.test", .unsubscribe = LEAVE, .read = READ, .preferences = "https://lamp.test/prefs/abc",
                                          .since = "22 November 2026" };

static void write_text(FILE *out, const char *s) { fputs(s, out); }

/* A part as reader gets it, which smtp/message/message.h would do. */
static char *personal(void *t, const char *part, const struct letter_reader *reader, bool html)
{
	char *text = mem_dup(t, part);
	for (const struct message_value *v = letter_values(t, reader); v->place; v++) {
		struct document *value = document_new(t);
		(html ? html_attr : write_text)(document_out(value), v->text);
		text = text_replace(t, text, (char[]){ MESSAGE_PLACE, v->place, '\0' }, document_text(value, NULL));
	}
	return text;
}

static struct letter *letter_of(void *t, const struct template_set *set, const char *title, const char *content)
{
	struct error err;
	struct entry e = { .id = 1, .title = title, .content = content, .slug = "tides", .excerpt = "Low water.", .published = WHEN };
	struct letter *l = letter_of_entry(t, set, &lamp, &e, NULL, &err);
	fixture_must(l, &err);
	return l;
}

static void check_all(const char *part, const char *const *wanted, bool there)
{
	for (; *wanted; wanted++)
		if (!ok((strstr(part, *wanted) != NULL) == there, there ? "the part says it" : "the part does not say it"))
			printf("# %s\n", *wanted);
}

static void check_post(void *t, const struct template_set *set)
{
	static const char text_want[] =
		"Tides <1>\n=========\nLamp & Room, 22 November 2026\nhttps://lamp.test/2026/tides\nRead in a browser: " READ "\n\n"
		"Low water at six, says the table <https://tides.test/?a=1&b=2>.\n\nCode\n----\n\n    if (a < b)\n        sail();\n\n- one\n- two\n\n"
		"Port | m\nEly | 3\n\n[image: A lamp]\n\n> Quoted & done.\n\n\n-- \nYou get this because ada<b>@mail.test subscribed to Lamp & Room on 22 November 2026.\n"
		"Unsubscribe: " LEAVE "\nChange how often: https://lamp.test/prefs/abc\nLamp & Room, 1 Mill <Lane>\n";
	static const char *const html[] = { "<title>Tides &lt;1&gt;</title>", "Tides &lt;1&gt;</a></h1>", "<strong>six</strong>", "href=\"https://tides.test/?a=1&amp;b=2\"",
		"if (a &lt; b)", "alt=\"A lamp\"", "Quoted &amp; done.", "ada&lt;b&gt;@mail.test subscribed to Lamp &amp; Room on 22 November 2026",
		"href=\"https://lamp.test/u/abc?a=1&amp;b=&quot;2&quot;\"", "Unsubscribe</a>", "1 Mill &lt;Lane&gt;", "Low water.", "href=\"https://lamp.test/2026/tides\"", "href=\"" READ "\" style=\"color:#0d5c56\">Read in a browser</a>", NULL };
	static const char *const nowhere[] = { "ada<b>", "<Lane>", "\x01", "too long for a mail program", "{{", NULL };
	struct letter *l = letter_of(t, set, "Tides <1>", post);
	is(l->subject, "Tides <1>", "subject");
	is(l->archived_at, "https://lamp.test/2026/tides", "where it stands");
	is(personal(t, l->text, &ada, false), text_want, "the text part, word for word");
	check_all(personal(t, l->html, &ada, true), html, true);
	check_all(personal(t, l->html, &ada, true), nowhere, false);
}

/* A feed must not name the places for what only the reader may know. */
static void check_marks(void *t, const struct template_set *set)
{
	struct letter *l = letter_of(t, set, "a\x01l", "<p>\x01l &#1;l <a href=\"https://eve.test/?\x01l\">x</a></p><pre>&#1;l\x01s</pre><p>\x01\x01ll</p>");
	const char *const parts[] = { l->html, l->text };
	ok(!strchr(l->subject, '\x01'), "no mark in the subject");
	for (size_t i = 0; i < 2; i++) {
		char *filled = personal(t, parts[i], &(struct letter_reader){ .address = "ada@mail.test", .unsubscribe = "SECRET", .read = READ, .preferences = "", .since = "22 November 2026" }, i == 0);
		char *first = strstr(filled, "SECRET");
		ok(first && !strstr(first + 1, "SECRET"), "the way out stands once");
		ok(first && strstr(filled, "You get this because") < first, "and in the foot");
		ok(!strchr(filled, '\x01'), "no mark is left");
	}
}

static char *many(void *t, const char *unit, size_t size)
{
	struct document *d = document_new(NULL);
	for (size_t i = 0; i * strlen(unit) < size; i++)
		fputs(unit, document_out(d));
	return document_finish(d, t);
}

/* Each begins with OPENING, whatever kind of block it is in, and ends with THE END. */
static const struct { const char *before, *unit, *after; } long_posts[] = {
	{ "<p>OPENING</p>", "<p>Paragraphs of some words each.</p>", "<p>THE END</p>" },
	/* a blog that wraps every post */
	{ "<div><p>OPENING</p>", "<p>Paragraphs of some words each.</p>", "<p>THE END</p></div>" },
	{ "<div><div><div><p>OPENING</p><ul>", "<li>an item</li>", "</ul><p>THE END</p></div></div></div>" },
	{ "<p>OPENING</p><p>", "one long paragraph ", "</p><p>THE END</p>" },
	{ "<p>OPENING ", "one long paragraph ", "</p><p>THE END</p>" },
	{ "OPENING ", "no paragraph at all ", "THE END" },
	{ "<p>OPENING", "今日は港で赤い舟を見た。", "</p><p>THE END</p>" },
	{ "<p><strong><em>OPENING ", "bold &amp; &lt;slanted&gt; ", "</em></strong></p><p>THE END</p>" },
	{ "<p><a href=\"https://a.test/\">OPENING", "longword", "</a></p><p>THE END</p>" },
	{ "<div>OPENING<br>", "a line<br>", "THE END</div>" },
	{ "<p>OPENING</p>", "<blockquote><p>quoted</p></blockquote>", "<p>THE END</p>" },
	{ "<blockquote>OPENING ", "quoted &lt;words&gt; ", "THE END</blockquote>" },
	{ "<table><tr><td>OPENING</td></tr>", "<tr><td>a</td><td>b</td></tr>", "</table><p>THE END</p>" },
	{ "<table><tr><th>OPENING</th><th>2</th><th>3</th><th>4</th><th>5</th></tr>", "<tr><td>a</td><td>b</td><td>c</td><td>d</td><td>e</td></tr>", "</table><p>THE END</p>" },
	{ "<table><tr><td><p>OPENING</p>", "<p>a layout in a table</p>", "</td></tr></table><p>THE END</p>" },
	{ "<dl><dt>OPENING</dt>", "<dd>meaning</dd><dt>term</dt>", "</dl><p>THE END</p>" },
	{ "<details><summary>OPENING</summary>", "<p>Only for those who ask.</p>", "</details><p>THE END</p>" },
	{ "<pre>OPENING\n", "  if (a &lt; b) {\n\n\t\tsail();\n", "</pre><p>THE END</p>" },
	{ "<figure><figcaption>OPENING ", "a caption ", "</figcaption></figure><p>THE END</p>" },
	{ "<ol start=\"3\"><li>OPENING ", "one long item ", "</li></ol><p>THE END</p>" },
	{ "<p>OPENING <img src=\"https://a.test/1.png\" alt=\"", "a very long description ", "\"> after it</p><p>More.</p>" },
};

static void check_long(void *t, const struct template_set *set, size_t i)
{
	const char *content = mem_printf(t, "%s%s%s", long_posts[i].before, many(t, long_posts[i].unit, 300000), long_posts[i].after);
	struct letter *l = letter_of(t, set, many(t, "A long title ", 5000), content);
	char *html = personal(t, l->html, &ada, true), *text = personal(t, l->text, &ada, false);
	printf("# %s\n", long_posts[i].before);
	ok(strlen(html) <= LETTER_HTML_MAX, "no longer than Gmail shows");
	ok(text_length(l->subject) <= 200, "nor is its subject");
	ok(strstr(html, "Unsubscribe") && strstr(html, "</html>"), "the way out is there");
	ok(strstr(html, "OPENING") && strstr(text, "OPENING"), "the opening is there");
	ok(strstr(html, "keep reading on the web") && !strstr(text, "keep reading"), "the part that is cut says where the rest is");
	ok(text_utf8(html, strlen(html)), "no character is cut");
	if (!strstr(content, "THE END"))
		return;
	ok(!strstr(html, "THE END"), "the HTML part is cut");
	ok(strstr(text, "THE END"), "the text part is whole");
}

static void check_fitting(void *t)
{
	static const struct { const char *html; size_t max; const char *want; } cases[] = {
		{ "<p>One two three.</p><p>Four five six.</p>", 46, "<p>One two three.</p><p>Four five six.</p>" },
		{ "<p>One two three four five six.</p><p>Seven.</p>", 40, "<p>One two three four five six.</p>" },
		{ "<h2>Part one</h2><p>One two three four five six.</p><h2>Part two</h2><p>Seven eight nine ten eleven.</p>", 85,
		  "<h2>Part one</h2><p>One two three four five six.</p>" },
		{ "<p>One two three four</p>", 20, "<p>One two…</p>" },
		{ "<ul><li>One</li><li>Two</li><li>Three</li></ul>", 40, "<ul><li>One</li><li>Two</li></ul>" },
		{ "<p>abc</p>", 3, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is(fitting(t, cases[i].html, cases[i].max, write_text), cases[i].want, cases[i].html);
}

/* What mail programs get of single elements; the styles are left out here. */
static const struct { const char *what, *html, *want; } elements[] = {
	{ "a picture without a size has one for Outlook", "<p><img src=\"https://a.test/1.png\" alt=\"A\"></p>", "<p><img src=\"https://a.test/1.png\" alt=\"A\" width=\"536\"></p>\n" },
	{ "also when it has a height", "<img src=\"https://a.test/1.png\" alt=\"\" height=\"900\">", "<p><img src=\"https://a.test/1.png\" alt=\"\" width=\"536\"></p>\n" },
	{ "but not a small one", "<p><img src=\"https://a.test/1.png\" alt=\"\" height=\"16\"></p>", "<p><img src=\"https://a.test/1.png\" alt=\"\"></p>\n" },
	{ "nor one whose size is known", "<p><img src=\"https://a.test/1.png\" alt=\"\" width=\"100\" height=\"50\"></p>", "<p><img src=\"https://a.test/1.png\" alt=\"\" width=\"100\" height=\"50\"></p>\n" },
	{ "a film's preview is its host's: words", "<p><a href=\"https://www.youtube.com/watch?v=a\"><img src=\"https://i.ytimg.com/vi/a/hqdefault.jpg\" alt=\"The film\"></a></p>",
	  "<p><a class=\"lk\" href=\"https://www.youtube.com/watch?v=a\">The film</a></p>\n" },
	{ "under each of its names", "<p><img src=\"https://i1.ytimg.com/vi/a/0.jpg\" alt=\"\"><img src=\"https://img.youtube.com/vi/a/0.jpg\" alt=\"B\"></p>", "<p>VideoB</p>\n" },
	{ "a card is a link round paragraphs, not in one", "<figure><a href=\"https://a.test/\"><p>Title</p><p>Words</p></a><figcaption>c</figcaption></figure>",
	  "<a class=\"lk\" href=\"https://a.test/\"><p>Title</p>\n<p>Words</p>\n</a><p class=\"soft\">c</p>\n" },
	{ "the same without a figure", "<a href=\"https://a.test/\"><p>Title</p></a>", "<a class=\"lk\" href=\"https://a.test/\"><p>Title</p>\n</a>" },
	{ "paragraphs in a caption", "<figure><img src=\"https://a.test/1.png\" alt=\"\" width=\"9\"><figcaption><p>a</p><p>b</p></figcaption></figure>",
	  "<p><img src=\"https://a.test/1.png\" alt=\"\" width=\"9\"></p>\n<div class=\"soft\"><p>a</p>\n<p>b</p>\n</div>\n" },
	{ "in a term and what folds", "<dl><dt><p>a</p></dt></dl><details><summary><h3>b</h3></summary></details>", "<div><strong><p>a</p>\n</strong></div>\n<div><strong><h3 class=\"ink\">b</h3>\n</strong></div>\n" },
	{ "in an address", "<address><p>a</p></address>", "<div><p>a</p>\n</div>\n" },
};

/* html without its style attributes. */
static char *unstyled(void *t, char *html)
{
	for (char *at; (at = strstr(html, " style=\""));)
		html = mem_printf(t, "%.*s%s", (int)(at - html), html, strchr(at + strlen(" style=\""), '"') + 1);
	return html;
}

static void check_elements(void *t)
{
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
		struct document *d = document_new(t);
		letter_html_write(document_out(d), elements[i].html);
		is(unstyled(t, document_finish(d, t)), elements[i].want, elements[i].what);
	}
}

/* An entry that is little by itself leads to the original, in both parts. */
static void check_beside(void *t, const struct template_set *set)
{
	struct error err;
	struct entry_enclosure sound = { "https://blog.test/ep.mp3?a=1&b=2", "audio/mpeg", NULL, 12345678 };
	struct entry e = { .id = 1, .title = "Episode", .content = "<p>Notes</p>", .slug = "e", .published = WHEN, .link = "https://blog.test/e?a&b", .enclosures = &sound, .enclosure_count = 1,
	                   .image = { "https://blog.test/cover.jpg", "A red boat", 0, 0 } };
	struct letter *l = letter_of_entry(t, set, &lamp, &e, NULL, &err);
	fixture_must(l, &err);
	ok(strstr(l->html, "href=\"https://blog.test/ep.mp3?a=1&amp;b=2\"") && strstr(l->text, "Listen: Episode <https://blog.test/ep.mp3?a=1&b=2> (12.3 MB)"), "sound is a link, with its size");
	ok(strstr(l->html, "alt=\"A red boat\"") && strstr(l->text, "[image: A red boat]"), "its picture is shown and described");
	ok(strstr(l->html, "More at <a class=\"lk\" href=\"https://blog.test/e?a&amp;b\"") && strstr(l->text, "More at blog.test <https://blog.test/e?a&b>"), "and the page that it is of is linked");
	ok(!strstr(l->html, "<audio"), "a letter has no player");
}

/* What the gate gave to one who is no supporter. */
static void check_cut(void *t, const struct template_set *set)
{
	struct error err;
	struct entry_enclosure none = { 0 };
	struct entry e = { .title = "For some", .content = "<p>Only the opening.</p>", .link = "https://blog.test/for-some", .enclosures = &none, .cut = true, .slug = "for-some" };
	struct letter *l = letter_of_entry(t, set, &lamp, &e, NULL, &err);
	fixture_must(l, &err);
	ok(strstr(l->html, "Only the opening.") && strstr(l->html, "The rest is for supporters of Lamp &amp; Room."), "an opening says for whom the rest is");
	ok(strstr(l->text, "Only the opening.\n\nThe rest is for supporters of Lamp & Room.\n"), "and so does its text");
	ok(!strstr(l->html, "blog.test") && !strstr(l->text, "blog.test"), "nothing leads around the gate");
	e.cut = false;
	l = letter_of_entry(t, set, &lamp, &e, NULL, &err);
	ok(l && !strstr(l->html, "supporters") && !strstr(l->text, "supporters"), "a whole text says nothing of them");
}

static void check_proof(void *t, const struct template_set *set)
{
	static const enum proof_purpose purposes[] = { PROOF_CONFIRM, PROOF_SIGN_IN };
	static const char *const subjects[] = { "Confirm your subscription to Lamp & Room", "Sign in to Lamp & Room" };
	struct error err;
	for (size_t i = 0; i < 2; i++) {
		struct proof proof = { .purpose = purposes[i], .token = "TOKEN", .code = "123456", .remote = "192.0.2.1" };
		struct letter *l = letter_of_proof(t, set, &lamp, &proof, &err);
		fixture_must(l, &err);
		is(l->subject, subjects[i], "subject");
		is(l->asked_from, i ? NULL : "192.0.2.1", "whose form it was stands in confirmations alone");
		ok(strstr(l->html, "href=\"https://lamp.test/c/TOKEN\"") && strstr(l->text, "\nhttps://lamp.test/c/TOKEN\n"), "the link");
		ok(strstr(l->html, "123456") && strstr(l->text, "\n    123456\n"), "the code");
		ok(!strchr(l->html, '\x01') && !strchr(l->text, '\x01') && !strstr(l->text, "Unsubscribe"), "nothing of a list");
	}
}

static void check_notice(void *t, const struct template_set *set)
{
	struct error err;
	struct notice n = { .id = 1, .subject = "a source \x01l <fails>", .text = "Your <blog> says 500.\n\nLook \x01l there.\n> a & b\n>\n" };
	struct letter *l = letter_of_notice(t, set, &lamp, &n, &err);
	fixture_must(l, &err);
	is(l->subject, "Lamp & Room: a source l <fails>", "subject");
	is(l->text, "Your <blog> says 500.\n\nLook l there.\n> a & b\n>\n\n\n-- \nYou get this because you run Lamp & Room.\nLamp & Room, 1 Mill <Lane>\n", "the text part");
	ok(strstr(l->html, "because you run Lamp &amp; Room."), "the name in the last line is no markup");
	ok(strstr(l->html, ">Your &lt;blog&gt; says 500.</p>\n<p") && strstr(l->html, ">Look l there.<br>\n&gt; a &amp; b<br>\n&gt;</p>"), "its paragraphs and their lines");
	ok(!strchr(l->html, '\x01') && !strstr(l->html, "Unsubscribe"), "nothing of a list");
}

/* What is wrong with an owner's template is told when it is loaded. */
static void check_templates(void *t)
{
	static const struct { const char *file, *text, *wrong; } cases[] = {
		{ "letter.mustache", "{{>letter-head}}<p>Mine</p>{{{content}}}{{>letter-foot}}", NULL },
		{ "letter.mustache", "{{>letter-head}}{{{content}}}", "the way to unsubscribe" },
		{ "letter.txt.mustache", "{{content}}\n", "the way to unsubscribe, {{{foot}}}: look at letter.txt.mustache" },
		{ "letter.mustache", "{{>letter-head}}{{>letter-foot}}", "without their text" },
		{ "letter.mustache", "{{#authors}}\n{{{content}}}", "letter.mustache:1: " },
		{ "letter.mustache", "{{>nowhere}}", "there is no partial 'nowhere'" },
		{ "letter.mustache", "\xff", "is not text in UTF-8" },
		{ "notice.mustache", "{{>letter-head}}{{link}}{{>letter-foot}}", "their code" },
		{ "leter.mustache", "{{{content}}}", "the name of none of our templates" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = { 0 };
		char *folder = mem_check(mkdtemp(mem_dup(t, "/tmp/test-letter-XXXXXX"))), *path = mem_printf(t, "%s/%s", folder, cases[i].file);
		fixture_must(file_write(path, cases[i].text, strlen(cases[i].text), 0600, &err), &err);
		struct template_set *set = letter_templates(t, folder, &err);
		ok(cases[i].wrong ? !set && strstr(err.text, cases[i].wrong) : set != NULL, cases[i].wrong ? cases[i].wrong : "a good one is taken");
		if (cases[i].wrong && !strstr(err.text, cases[i].wrong))
			printf("# %s\n", err.text);
		if (set)
			ok(strstr(letter_of(t, set, "Tides", post)->html, "<p>Mine</p>") != NULL, "and makes the letter");
		unlink(path);
		rmdir(folder);
	}
	struct error err = { 0 };
	ok(!letter_templates(t, "/nowhere/at/all", &err) && strstr(err.text, "cannot read the folder"), "a folder that is not there is told");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct error err = { 0 };
	const struct template_set *set = letter_templates(t, NULL, &err);
	fixture_must(set, &err);
	check_templates(t);
	check_post(t, set);
	check_marks(t, set);
	for (size_t i = 0; i < sizeof long_posts / sizeof *long_posts; i++)
		check_long(t, set, i);
	check_fitting(t);
	check_elements(t);
	check_beside(t, set);
	check_cut(t, set);
	check_proof(t, set);
	check_notice(t, set);
	talloc_free(t);
	return tap_done();
}
