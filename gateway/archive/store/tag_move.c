#include "gateway/archive/store/tag_move.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

enum { TRIES = 10, TURN_MS = 200, STRIDE = 5, MOST = 500 };

/* The next tags that are open, as sets of parameters for an UPDATE. */
static struct db_value *open_tags(void *owner, struct db *db, size_t *count, struct error *err)
{
	struct db_value *sets = mem_array(owner, struct db_value, MOST * STRIDE);
	struct db_rows *rows = db_query(db, "SELECT publication, slug, tag FROM tag_moved WHERE moved_to IS NULL LIMIT $1", DB_ARGS(db_int(MOST)));
	for (*count = 0; db_next(rows); ++*count) {
		struct db_value *set = sets + *count * STRIDE;
		char *tag = db_column_dup(owner, rows, 2);
		set[0] = db_int(db_column_int(rows, 0));
		set[1] = db_text(db_column_dup(owner, rows, 1));
		set[2] = db_text(tag);
		set[3] = db_text(text_tag(owner, tag));
		set[4] = (struct db_value){ .type = DB_END };
	}
	return db_finish(rows, err) ? sets : NULL;
}

static bool make_slugs(struct db *db, struct error *err)
{
	bool fine = true;
	for (size_t count = MOST; fine && count == MOST;) {
		void *scratch = talloc_new(NULL);
		struct db_value *sets = open_tags(scratch, db, &count, err);
		fine = sets && db_run_each(db, "UPDATE tag_moved SET moved_to = $4 WHERE publication = $1 AND slug = $2 AND tag = $3", sets, STRIDE, count, err);
		talloc_free(scratch);
	}
	return fine;
}

/* A tag that leaves no slug stays where it is. */
#define MOVES "m.publication = t.publication AND m.slug = t.slug AND m.tag = t.tag AND m.moved_to <> m.slug AND m.moved_to <> ''"

static bool move(struct db *db, struct error *err)
{
	return make_slugs(db, err) &&
	       db_run(db, "INSERT INTO entry_tag (entry, publication, slug, tag, listed) SELECT t.entry, t.publication, m.moved_to, t.tag, t.listed"
	                  " FROM entry_tag t, tag_moved m WHERE " MOVES " ON CONFLICT DO NOTHING", DB_NONE, err) &&
	       db_run(db, "DELETE FROM entry_tag AS t WHERE EXISTS (SELECT 1 FROM tag_moved m WHERE " MOVES ")", DB_NONE, err) &&
	       db_run(db, "DELETE FROM tally WHERE kind = $1", DB_ARGS(db_int(TALLY_TAG)), err) &&
	       db_run(db, "INSERT INTO tally (publication, kind, name, slot, n, changed) SELECT publication, $1, slug, 0, count(*), 0 FROM entry_tag"
	                  " WHERE listed IS NOT NULL GROUP BY publication, slug", DB_ARGS(db_int(TALLY_TAG)), err) &&
	       db_run(db, "DELETE FROM tag_moved WHERE moved_to = slug OR moved_to = ''", DB_NONE, err);
}

bool tag_move(struct db *db, struct error *err)
{
	int64_t waiting;
	bool fine = db_get_int(db, "SELECT count(*) FROM (SELECT 1 AS one FROM tag_moved WHERE moved_to IS NULL LIMIT 1) first", DB_NONE, &waiting, err);
	if (!fine || !waiting)
		return fine;
	db_raced(db);
	/* Another process that opens it at the same moment does the same, and one of the two finds nothing left to do. */
	for (int i = 0; !(fine = db_begin(db, err) && db_end(db, move(db, err), err)) && db_raced(db) && i < TRIES; i++)
		db_wait(db, TURN_MS, -1);
	return fine;
}

bool tag_moved(void *owner, struct db *db, int64_t publication, const char *slug, char **moved_to, struct error *err)
{
	return db_get_text(owner, db, "SELECT t.slug FROM tag_moved m JOIN entry_tag t ON t.publication = m.publication AND t.slug = m.moved_to"
	                              " WHERE m.publication = $1 AND m.slug = $2 AND t.listed IS NOT NULL ORDER BY t.listed DESC, t.entry DESC LIMIT 1",
	                   DB_ARGS(db_int(publication), db_text(slug)), moved_to, err);
}
