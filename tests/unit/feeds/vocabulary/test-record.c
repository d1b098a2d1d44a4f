#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

static const struct { const char *text; bool html; } looks[] = {
	{ "plain", false }, { "a &amp; b", true }, { "<b>x</b>", true }, { "x<br/>y", true }, { "x<br>y", false }, { "AT&T;", false },
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
	{ "", NULL, NULL },
};

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
	lists(t);
	talloc_free(t);
	return tap_done();
}
