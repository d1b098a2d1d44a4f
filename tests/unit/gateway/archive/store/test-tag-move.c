/* test-tag-move - a database whose tags had Latin letters only. */
#include "gateway/archive/store/tag_move.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/text/text.h"
#include "unit/fixture.h"

static struct error err;

/* Of entry 1 to 3: a tag, the slug that it had, the one that it has then. */
static const struct {
	int entry;
	const char *tag, *before, *after;
} tags[] = {
	{ 1, "Tide Tables", "tide-tables", "tide-tables" },
	{ 2, "tide-tables", "tide-tables", "tide-tables" },
	{ 1, "C", "c", "c" },
	{ 2, "C++", "c", "c++" },
	{ 3, "C#", "c", "c#" },
	{ 3, "Café", "cafe", "café" },
	{ 3, "日本語 blog", "blog", "日本語-blog" },
	{ 1, "Новости", "novosti", "новости" },
};
static const struct {
	const char *old, *now; /* NULL: it leads nowhere */
} addresses[] = {
	{ "c", "c#" }, { "cafe", "café" }, { "blog", "日本語-blog" }, { "novosti", "новости" }, { "tide-tables", NULL }, { "c++", NULL }, { "none", NULL },
};

static void run(struct db *db, const char *sql, const struct db_value *args) { fixture_must(db_run(db, sql, args, &err), &err); }

static int64_t number(struct db *db, const char *sql)
{
	int64_t n;
	fixture_must(db_get_int(db, sql, DB_NONE, &n, &err), &err);
	return n;
}

static void age(struct db *db, const struct publication *p)
{
	int64_t entries[4] = { 0 };
	for (int i = 1; i <= 3; i++)
		entries[i] = fixture_post(db, p->id, talloc_asprintf(db, "post %d", i), "<p>Text.</p>", 1000 * i, false);
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		run(db, "INSERT INTO entry_tag (entry, publication, slug, tag, listed) SELECT id, publication, $2, $3, published FROM entry WHERE id = $1",
		    DB_ARGS(db_int(entries[tags[i].entry]), db_text(tags[i].before), db_text(tags[i].tag)));
	run(db, "INSERT INTO tally (publication, kind, name, slot, n, changed) SELECT publication, 2, slug, 0, count(*), 0 FROM entry_tag GROUP BY publication, slug", DB_NONE);
	run(db, "DROP TABLE tag_moved", DB_NONE);
	run(db, "DELETE FROM migration WHERE name LIKE '%023-tags.sql'", DB_NONE);
}

static void moved(struct db *db, const struct publication *p)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
		int64_t n = 0, kept = -1, counted = -2;
		fixture_must(db_get_int(db, "SELECT count(*) FROM entry_tag WHERE tag = $1 AND slug = $2 AND listed IS NOT NULL",
		                        DB_ARGS(db_text(tags[i].tag), db_text(tags[i].after)), &n, &err) &&
		             db_get_int(db, "SELECT count(*) FROM entry_tag WHERE slug = $1", DB_ARGS(db_text(tags[i].after)), &counted, &err) &&
		             tally_get(db, p->id, TALLY_TAG, tags[i].after, &kept, &err), &err);
		ok(n == 1 && kept == counted, talloc_asprintf(db, "%s has its place and its number", tags[i].tag));
	}
	is_int(number(db, "SELECT count(*) FROM entry_tag"), sizeof tags / sizeof *tags, "none is lost, none is double");
	is_int(number(db, "SELECT sum(n) FROM tally WHERE kind = 2"), sizeof tags / sizeof *tags, "nor counted double");
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		char *now = NULL;
		bool found = tag_moved(db, db, p->id, addresses[i].old, &now, &err);
		is(found ? now : NULL, addresses[i].now, addresses[i].old);
	}
}

int main(void)
{
	void *owner = talloc_new(NULL);
	struct db *db = fixture_db(owner);
	struct publication *p = fixture_publication(db, db, "https://tags.example", PUBLICATION_FREE, 0);
	ok(tag_move(db, &err), "a new database has nothing to move");
	age(db, p);
	fixture_must(db_migrate(db, "gateway/archive/schema/", &err), &err);
	ok(tag_move(db, &err), "an older one has");
	moved(db, p);
	ok(tag_move(db, &err), "once");
	moved(db, p);
	talloc_free(owner);
	return tap_done();
}
