/* Audiences: who is meant by what an owner writes. */
#include "gateway/base/system/clock.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/people/audience.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/people/subscriber_tag.h"
#include "unit/fixture.h"

static struct error err;

static const struct {
	const char *words, *expect;
} cases[] = {
	{ "all", "a b c d e f" },
	{ "", "a b c d e f" },
	{ "tag=vip", "a b" },
	{ "tag=VIP", "a b" },
	{ "-tag=vip", "c d e f" },
	{ "tag=vip, tag=press", "b" },
	{ "tag=vip, -tag=press", "a" },
	{ "tag=vip|press", "a b c" },
	{ "-tag=vip|press", "d e f" },
	{ " tag = vip | founding member ,-tag=press ", "a d" },
	{ "consent=owner", "a b c d e" },
	{ "consent=form|import", "f" },
	{ "consent=import", "f" },
	{ "import=7", "f" },
	{ "confirmed-since=2026-03-02", "b c d e f" },
	{ "confirmed-before=2026-03-02", "a" },
	{ "confirmed-since=2026-03-01, confirmed-before=2026-03-02", "a" },
	{ "got=1", "c" },
	{ "-got=1, tag=vip|press", "a b" },
	{ "tier=supporter", "b e" },
	{ "-tier=supporter", "a c d f" },
	{ "tier=subscriber, tag=vip", "a" },
	{ "tier=supporter|subscriber", "a b c d e f" },
};

static const struct {
	const char *words, *says;
} wrong[] = {
	{ "tag:vip", "no part" }, { "tag=", "no tag" }, { "tag=vip,", "no part" }, { "name=Ada", "no part" }, { "consent=guess", "form, import" }, { "import=x", "no id" },
	{ "got=-1", "no id" }, { "got=99999999999999999999", "no id" }, { "confirmed-since=May", "no date" }, { "confirmed-since=2026-02-30", "no date" },
	{ "tag=a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z|1|2|3|4|5", "at most" }, { "all, tag=vip", "no part" }, { "tier=founder", "subscriber or supporter" },
};

static void fill(struct db *db, const struct publication *p)
{
	static const char *const names[] = { "a@mail.example", "b@mail.example", "c@mail.example", "d@mail.example", "e@mail.example", "f@mail.example" };
	static const struct { int who; const char *tag; } tags[] = { { 0, "vip" }, { 1, "vip" }, { 1, "press" }, { 2, "press" }, { 3, "Founding Member" } };
	int64_t ids[6], entry = fixture_post(db, p->id, "one", "<p>a</p>", 1, false), issue;
	for (int i = 0; i < 6; i++)
		fixture_must(subscriber_add_confirmed(db, p->id, names[i], &ids[i], &err), &err);
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		struct address *a = address_get(db, db, ids[tags[i].who], &err);
		fixture_must(subscriber_tag_add(db, a->subscriber, tags[i].tag, 0, &err), &err);
	}
	for (int i = 1; i < 6; i += 3) {
		struct address *a = address_get(db, db, ids[i], &err);
		fixture_must(tier_set(db, a->subscriber, TIER_SUPPORTER, &err), &err);
	}
	/* 2026-03-01 23:59:59 by the clocks of Berlin. */
	fixture_must(db_run(db, "UPDATE address SET confirmed = $2 WHERE id = $1", DB_ARGS(db_int(ids[0]), db_int(INT64_C(1772405999000))), &err), &err);
	fixture_must(db_run(db, "UPDATE address SET import = 7 WHERE id = $1", DB_ARGS(db_int(ids[5])), &err), &err);
	fixture_must(db_run(db, "INSERT INTO consent (address, event, time, remote, wording) VALUES ($1, 6, 1, '', '')", DB_ARGS(db_int(ids[5])), &err), &err);
	fixture_must(db_get_int(db, "INSERT INTO issue (publication, kind, entry, created, cursor, planned, consent) VALUES ($1, 0, $2, 1, 0, 1, 0) RETURNING id",
	                        DB_ARGS(db_int(p->id), db_int(entry)), &issue, &err), &err);
	for (int i = 2; i < 4; i++)
		fixture_must(db_run(db, "INSERT INTO delivery (issue, address, kind, priority, state, tries, created, finished, reason) VALUES ($1, $2, 0, 1, $3, 1, 1, 1, 0)",
		                    DB_ARGS(db_int(issue), db_int(ids[i]), db_int(i == 2 ? DELIVERY_DELIVERED : DELIVERY_FAILED)), &err), &err);
}

static char *meant(struct db *db, const struct publication *p, const struct audience *a, size_t *count)
{
	struct address **all;
	char *names = talloc_strdup(db, "");
	fixture_must(subscriber_list(db, db, p->id, ADDRESS_MAIL, a, 0, 100, &all, &err), &err);
	*count = talloc_array_length(all);
	for (size_t i = 0; i < *count; i++)
		names = talloc_asprintf_append(names, "%s%.1s", i ? " " : "", all[i]->value);
	return names;
}

int main(void)
{
	struct db *db = fixture_db(NULL);
	struct publication *p = fixture_publication(db, db, "https://lamp.example", PUBLICATION_FREE, 0);
	p->time_zone = "Europe/Berlin";
	fill(db, p);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t count = 0;
		int64_t n = -1;
		struct audience *a = audience_parse(db, p, cases[i].words, &err);
		is(a ? meant(db, p, a, &count) : err.text, cases[i].expect, cases[i].words);
		ok(a && audience_count(db, p->id, a, &n, &err) && n == (int64_t)count, "and they are counted");
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(!audience_parse(db, p, wrong[i].words, &err) && err.kind == ERROR_INVALID && strstr(err.text, wrong[i].says), wrong[i].words);
	size_t count;
	struct audience *a = audience_tagged(db, "founding member", &err);
	is(meant(db, p, a, &count), "d", "a tag by itself");
	a = audience_parse(db, p, "tag=vip", &err);
	audience_limit(a, TIER_SUPPORTER);
	is(meant(db, p, a, &count), "b", "an audience, and only its supporters");
	a = audience_parse(db, p, "tag=a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|vip|1|2|3|4", &err);
	audience_limit(a, TIER_SUBSCRIBER);
	is(meant(db, p, a, &count), "a", "of the longest, too");
	talloc_free(db);
	return tap_done();
}
