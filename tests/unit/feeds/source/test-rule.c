/* Which entries the rules of a source let in. */
#include "feeds/source/rule.h"
#include "gateway/base/text/text.h"
#include "unit/fixture.h"

static struct error err;

static const struct {
	const char *pattern, *text;
	bool fits;
} patterns[] = {
	{ "news", "news", true }, { "news", "NEWS", true }, { "news", "newsletter", false }, { "news*", "newsletter", true }, { "*letter", "newsletter", true },
	{ "*", "", true }, { "", "", true }, { "", "a", false }, { "*", "anything at all", true }, { "n?ws", "news", true }, { "n?ws", "nws", false },
	{ "ÜBER*", "über Wasser", true }, { "stra?e", "Straße", true }, { "ΟΔΟΣ", "οδος", true }, { "οδός", "ΟΔΌΣ", true }, { "ПРИВЕТ", "привет", true },
	{ "[a-c]x", "Bx", true }, { "[!a-c]x", "bx", false }, { "[!a-c]x", "dx", true }, { "[]]", "]", true }, { "[ä-ö]", "Ö", true }, { "[abc", "[abc", true },
	{ "a\\*b", "a*b", true }, { "a\\*b", "axb", false }, { "\\[a]", "[a]", true }, { "\\", "\\", true }, { "*a*b*c*", "xxaxxbxxc", true }, { "*a*b*c*", "xxaxxcxxb", false },
	{ "weekly links", "  Weekly \n links ", true }, { "a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
};

#define INCLUDE(field, pattern) { 1, RULE_INCLUDE, field, pattern }
#define EXCLUDE(field, pattern) { 1, RULE_EXCLUDE, field, pattern }

static const struct {
	const char *what;
	struct rule rules[3];
	size_t count;
	bool in;
} decisions[] = {
	{ "no rules", { { 0 } }, 0, true },
	{ "a tag that it has", { INCLUDE(RULE_TAG, "cats") }, 1, true },
	{ "its second tag", { INCLUDE(RULE_TAG, "sea*") }, 1, true },
	{ "a tag that it has not", { INCLUDE(RULE_TAG, "dogs") }, 1, false },
	{ "one of two", { INCLUDE(RULE_TAG, "dogs"), INCLUDE(RULE_TITLE, "*harbour*") }, 2, true },
	{ "its author", { INCLUDE(RULE_AUTHOR, "ines *") }, 1, true },
	{ "its author's address", { INCLUDE(RULE_AUTHOR, "*@b.example") }, 1, true },
	{ "left out by its title", { EXCLUDE(RULE_TITLE, "the harbour*") }, 1, false },
	{ "left out though it is let in", { INCLUDE(RULE_TAG, "cats"), EXCLUDE(RULE_AUTHOR, "Ines*") }, 2, false },
	{ "not left out, and nothing must be", { EXCLUDE(RULE_TAG, "dogs") }, 1, true },
	{ "not left out, but not let in", { EXCLUDE(RULE_TAG, "dogs"), INCLUDE(RULE_TAG, "birds") }, 2, false },
};

static void store_rules(struct db *db, int64_t publication)
{
	int64_t id;
	struct rule *all;
	fixture_must(source_add(db, publication, SOURCE_FEED, "https://b.example/feed", 0, &id, &err), &err);
	struct rule one = { .effect = RULE_EXCLUDE, .field = RULE_TITLE, .pattern = "Ad: *" }, two = { .field = RULE_TAG, .pattern = "cats" };
	ok(rule_add(db, id, &one, &err) && rule_add(db, id, &two, &err) && two.position == 2, "rules are numbered");
	ok(rule_remove(db, id, 1, &err) && rule_list(db, db, id, &all, &err) && talloc_array_length(all) == 1 && all[0].position == 2, "and keep their numbers");
	is(all[0].pattern, "cats", "and what they say");
	ok(!rule_remove(db, id, 1, &err) && err.kind == ERROR_NOT_FOUND, "one that is gone is not there");
	struct rule blank = { .pattern = " " };
	ok(!rule_add(db, id, &blank, &err) && err.kind == ERROR_INVALID, "a blank pattern is none");
	struct source *s = source_claim_one(db, db, id, NULL, 60000, &err);
	ok(s && !rule_add(db, id, &one, &err) && err.kind == ERROR_TEMPORARY, "no rule changes while the source is fetched");
	ok(!rule_add(db, 99, &one, &err) && err.kind == ERROR_NOT_FOUND, "nor for a source that is not there");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct db *db = fixture_db(t);
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		ok(rule_pattern_matches(patterns[i].pattern, patterns[i].text) == patterns[i].fits, text_squeeze(t, mem_printf(t, "'%s' and '%s'", patterns[i].pattern, patterns[i].text)));
	struct entry_person ines = { "Ines Okafor", "ines@b.example", NULL };
	const char *tags[] = { "Cats", "Seaside" };
	struct entry e = { .title = "The Harbour", .authors = &ines, .author_count = 1, .tags = tags, .tag_count = 2 };
	for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
		ok(rule_admits(decisions[i].rules, decisions[i].count, &e) == decisions[i].in, decisions[i].what);
	store_rules(db, fixture_publication(t, db, "https://letters.example", PUBLICATION_FREE, 0)->id);
	talloc_free(t);
	return tap_done();
}
