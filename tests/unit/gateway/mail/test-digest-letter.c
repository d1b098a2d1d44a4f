/* The letter of several posts: what it says, and how it is cut when they are too many or too long. */
#include "gateway/base/text/text.h"
#include "gateway/mail/digest.h"
#include "unit/fixture.h"
#include <string.h>

/* 2026-11-22 21:14:05 UTC */
#define WHEN INT64_C(1795382045000)

static struct publication lamp = { .id = 1, .url = "https://lamp.test", .origin = "https://lamp.test", .host = "lamp.test", .name = "Lamp & Room", .handle = "lamp", .language = "en",
                                   .time_zone = "UTC", .mail_from = "post@lamp.test", .postal_address = "1 Mill Lane" };

/* So many words in paragraphs of ten. */
static char *words(void *t, const char *word, int many)
{
	char *all = mem_dup(t, "<p>");
	for (int i = 0; i < many; i++)
		all = talloc_asprintf_append_buffer(all, "%s%s", word, i % 10 == 9 ? "</p><p>" : " ");
	return talloc_asprintf_append_buffer(all, "</p>");
}

static struct entry post(void *t, int i, int many)
{
	return (struct entry){ .id = i + 1, .title = mem_printf(t, "Post <%d>", i), .slug = mem_printf(t, "post-%d", i), .published = WHEN + i * INT64_C(86400000),
	                       .path_year = 2026, .year = 2026, .excerpt = "Low water.", .teaser = mem_printf(t, "<p>opening%d</p>", i),
	                       .content = words(t, mem_printf(t, "whole%d", i), many), .source = i % 2 + 1 };
}

static int occurs(const char *s, const char *what)
{
	int n = 0;
	for (; (s = strstr(s, what)); s += strlen(what))
		n++;
	return n;
}

static const struct {
	const char *label;
	int posts, words, long_post; /* long_post: one has fifty times as many words; -1: none */
	const char *subject;
	int headlines, whole, teasers; /* titles on top; how posts are shown */
	bool more;
} cases[] = {
	{ "one post", 1, 20, -1, "Post <0>", 0, 1, 0, false },
	{ "two posts", 2, 20, -1, "Post <0> and 1 more", 2, 2, 0, false },
	{ "one of three is long", 3, 200, 1, "Post <0> and 2 more", 3, 2, 1, false },
	{ "ten posts that are too long together", 10, 1000, -1, "Post <0> and 9 more", 10, -1, -1, false },
	{ "a hundred", 100, 1000, -1, "Post <0> and 99 more", 100, 0, -1, false },
	{ "a thousand", 1000, 20, -1, "Post <0> and 999 more", -1, 0, -1, true },
	{ "one that is too long alone", 1, 30000, -1, "Post <0>", 0, 0, 1, false },
};

static void check(void *t, const struct template_set *set, size_t n)
{
	struct error err;
	struct entry *all = mem_array(t, struct entry, (size_t)cases[n].posts);
	struct digest_item *items = mem_array(t, struct digest_item, (size_t)cases[n].posts);
	for (int i = 0; i < cases[n].posts; i++) {
		all[i] = post(t, i, cases[n].words * (i == cases[n].long_post ? 50 : 1));
		items[i] = (struct digest_item){ &all[i], i % 2 ? "Waves & Wind" : "Tides" };
	}
	struct letter *l = letter_of_digest(t, set, &lamp, items, (size_t)cases[n].posts, &err);
	fixture_must(l, &err);
	const char *label = cases[n].label;
	is(l->subject, cases[n].subject, label);
	ok(strlen(l->html) < DIGEST_HTML_MAX, mem_printf(t, "%s: %zu bytes of HTML", label, strlen(l->html)));
	ok(!strstr(l->html, "Post <") && !strstr(l->html, "{{") && !strstr(l->text, "{{"), "titles are escaped");
	ok(strstr(l->html, "Unsubscribe</a>") && strstr(l->text, "Unsubscribe: "), "the foot is there");
	int whole = 0, teasers = 0;
	for (int i = 0; i < cases[n].posts; i++) {
		char *in_whole = mem_printf(t, "whole%d ", i), *in_teaser = mem_printf(t, ">opening%d<", i);
		whole += strstr(l->html, in_whole) != NULL;
		teasers += strstr(l->html, in_teaser) != NULL;
		if ((strstr(l->html, in_whole) != NULL) != (strstr(l->text, in_whole) != NULL))
			ok(false, "both parts show the same");
	}
	if (cases[n].whole >= 0)
		is_int(whole, cases[n].whole, "posts that are whole");
	if (cases[n].teasers >= 0)
		is_int(teasers, cases[n].teasers, "posts of which there is the opening");
	is_int(occurs(l->html, "Keep reading on the web"), teasers, "an opening says that there is more");
	if (cases[n].headlines >= 0)
		is_int(occurs(l->html, "<li "), cases[n].headlines, "titles on top");
	ok((strstr(l->html, "more in a browser") != NULL) == cases[n].more && (strstr(l->text, "more in a browser") != NULL) == cases[n].more, "what has no room is told");
	is(l->archived_at, cases[n].posts == 1 ? "https://lamp.test/2026/post-0" : "https://lamp.test/archive", "where it stands");
	if (cases[n].posts == 2)
		ok(strstr(l->html, "Waves &amp; Wind \xc2\xb7 23 November 2026") && strstr(l->text, "Tides \xc2\xb7 22 November 2026"), "of several sources each is named");
}

/* One of two posts is cut by the gate. */
static void check_cut(void *t, const struct template_set *set)
{
	struct error err;
	struct entry all[] = { { .id = 1, .slug = "a", .title = "For all", .content = "<p>whole text</p>", .teaser = "<p>whole</p>" },
	                       { .id = 2, .slug = "b", .title = "For some", .content = "<p>an opening</p>", .teaser = "<p>an opening</p>", .cut = true } };
	const struct digest_item items[] = { { &all[0], NULL }, { &all[1], NULL } };
	struct letter *l = letter_of_digest(t, set, &lamp, items, 2, &err);
	fixture_must(l, &err);
	is_int(occurs(l->html, "The rest is for supporters of"), 1, "one post of a digest is for supporters");
	is_int(occurs(l->text, "The rest is for supporters of"), 1, "in both parts");
	ok(strstr(strstr(l->html, "an opening"), "The rest is for supporters of") && !strstr(l->html, "Keep reading on the web"), "below its opening, and nothing is promised");
}

int main(void)
{
	struct error err;
	void *t = talloc_new(NULL);
	struct template_set *set = letter_templates(t, NULL, &err);
	fixture_must(set, &err);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(t, set, i);
	check_cut(t, set);
	talloc_free(t);
	return tap_done();
}
