#include "feeds/vocabulary/record.h"
#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct { const char *text; bool html; } looks[] = {
	{ "plain", false }, { "a &amp; b", true }, { "<b>x</b>", true }, { "x<br/>y", true }, { "x<br>y", true }, { "The <br> tag", false }, { "<img src=\"x\"> y", true }, { "an <img> tag", false }, { "AT&T;", false },
	{ "1 < 2 > 0", false }, { "I <3 you", false }, { "Don&#x27;t", true }, { "&#39;", true }, { "&#x;", false }, { "&bogus;", false },
	{ "<selectedoption>", false }, { "<selectedoption>x</selectedoption>", false }, { "<b>x</b> and <nonsense>", false },
	{ "<a href=\"x\">y</a>", true }, { "</p>", true }, { "<script", false }, { "<", false }, { "&", false }, { "", false },
	{ "<figure>x</figure>", true }, { "a</b", false },
};

static const struct { const char *text, *name, *email; } people[] = {
	{ "ada@example.org (Ada L.)", "Ada L.", "ada@example.org" },
	{ "Ada L. <ada@example.org>", "Ada L.", "ada@example.org" },
	{ "Ada L. (ada@example.org)", "Ada L.", "ada@example.org" },
	{ "\"Ada L.\" <ada@example.org>", "Ada L.", "ada@example.org" },
	{ "ada@example.org", NULL, "ada@example.org" },
	{ "<ada@example.org>", NULL, "ada@example.org" },
	{ "mailto:ada@example.org", NULL, "ada@example.org" },
	{ "ada+feed@example.org Ada", "Ada", "ada+feed@example.org" },
	{ "  Ada   L. ", "Ada L.", NULL },
	{ "@ada", "@ada", NULL },
	{ "Ada @ home", "Ada @ home", NULL },
	{ "a@b@c", "a@b@c", NULL },
	{ "<a href=\"/ann\">Ann &amp; Bo</a>", "Ann & Bo", NULL },
	{ "Sean O&#8217;Brien", "Sean O’Brien", NULL },
	{ "<b>Ada</b><br>(ada@example.org)", "Ada", "ada@example.org" },
	{ "<a href=\"mailto:x@y.example\">Ada</a>", "Ada", NULL },
	{ "<img src=\"a.png\" alt=\"Ada\"/> L.", "Ada L.", NULL },
	{ "Ann <3 Bo", "Ann <3 Bo", NULL },
	{ "", NULL, NULL },
};

static const struct { const char *text; bool blocks; } wholes[] = {
	{ "<p>a</p>", true }, { " <p>a <b>b</b><br>c</p>\n<ul><li>d</li></ul> ", true }, { "<hr/><h2>a</h2><!-- b < c --><div><img src=\"x\"></div>", true },
	{ "<DIV>a</div>", true }, { "<p>a", false }, { "a<p>b</p>", false }, { "<p>a</p>b", false }, { "<p>Keep <job_id> intact.</p>", false },
	{ "Keep <job_id> intact.", false }, { "<b>a</b>", false }, { "</p>", false }, { "<p>a</div>", false }, { "a", false }, { "", false },
	{ "<p>1 < 2</p>", true }, { "<p>a</p><b>c</b>", false }, { "<!-- a -->", false }, { "<p", false },
};

static const struct { const char *text, *inside; } wrapped[] = {
	{ "<![CDATA[Hello]]>", "Hello" }, { "<![CDATA[ <p>a</p> ]]>", "<p>a</p>" }, { "<![CDATA[<![CDATA[a]]>]]>", "a" }, { "<!--[CDATA[a]]-->", "a" },
	{ "<![CDATA[]]>", "" }, { "<![CDATA[a", "<![CDATA[a" }, { "<![CDATA[ and ]]> explained", "<![CDATA[ and ]]> explained" }, { "<![CDATA[>", "<![CDATA[>" },
};

static void fills(void *t)
{
	struct record *r = record_new(t, RECORD_ITEM), *from = record_new(r, RECORD_ITEM);
	r->link = "l";
	from->link = "m";
	from->title.value = "t";
	record_add_link(r, (struct record_link){ .rel = "self", .href = "a" });
	record_add_link(from, (struct record_link){ .rel = "self", .href = "b" });
	record_add_link(from, (struct record_link){ .rel = "enclosure", .href = "c" });
	record_add_link(from, (struct record_link){ .rel = "enclosure", .href = "d" });
	record_add_author(from, (struct entry_person){ .name = " " }, RECORD_NATIVE);
	record_add_author(from, (struct entry_person){ .name = "Ada" }, RECORD_EXTENSION);
	record_fill(r, from);
	is(r->link, "l", "what is said stays");
	is(r->title.value, "t", "what is not is taken");
	is_int((long long)r->link_count, 3, "links of rels that there are none of");
	is(r->author_count ? r->authors[0].name : NULL, "Ada", "an author without a name hides no other");
}

static void lists(void *t)
{
	struct record *r = record_new(t, RECORD_ITEM);
	record_add_tag(r, "tea", NULL, NULL);
	record_add_tag(r, "tea", NULL, NULL);
	record_add_tag(r, "tea", "http://x/", NULL);
	record_add_tag(r, " ", NULL, NULL);
	is_int((long long)r->tag_count, 2, "a tag is kept once for each scheme, a blank one not at all");
	record_add_link(r, (struct record_link){ .rel = "self", .href = "a" });
	record_add_link(r, (struct record_link){ .rel = "self", .href = "b" });
	is(record_link(r, "self"), "a", "the first link of a rel");
	is(record_link(r, "hub"), NULL, "or none");
	record_set_value(r, "x", "");
	record_set_value(r, "x", "1");
	record_set_value(r, "x", "2");
	is(record_value(r, "x"), "1", "the first value stays");
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
		ok(record_looks_like_html(looks[i].text) == looks[i].html, mem_printf(t, "'%s' is %s", looks[i].text, looks[i].html ? "HTML" : "text"));
	for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
		struct entry_person p = record_person(t, people[i].text);
		is(p.name, people[i].name, mem_printf(t, "the name in '%s'", people[i].text));
		is(p.email, people[i].email, "… and the address");
	}
	for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
		ok(record_is_blocks(wholes[i].text) == wholes[i].blocks, mem_printf(t, "'%s' is %sblocks", wholes[i].text, wholes[i].blocks ? "" : "no "));
	for (size_t i = 0; i < sizeof wrapped / sizeof *wrapped; i++)
		is(record_unwrap(mem_dup(t, wrapped[i].text)), wrapped[i].inside, wrapped[i].text);
	lists(t);
	fills(t);
	talloc_free(t);
	return tap_done();
}
