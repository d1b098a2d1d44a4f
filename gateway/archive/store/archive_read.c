#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/entry_json.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

#define COLUMNS "e.id, e.publication, e.slug, e.title, e.excerpt, e.link, e.language, e.comments, e.authors, e.enclosures," \
	" e.image_url, e.image_alt, e.image_width, e.image_height, e.words, e.teaser_words, e.note_count, e.published, e.updated," \
	" e.revised, e.access, e.state, e.withdrawn, e.warning, e.whole_excerpt, e.origin, e.pictures," \
	" e.day_offset, e.year, e.path_year, e.via, e.via_url, (SELECT p.time_zone FROM publication p WHERE p.id = e.publication), e.locked_at, e.audience"
#define TEXT ", e.content, e.teaser, e.summary"
enum { TEXT_AT = 35, LIMIT = 50 };

static struct entry *from_row(void *owner, struct db_rows *r, bool text)
{
	struct entry *e = mem_new(owner, struct entry);
	e->id = db_column_int(r, 0);
	e->publication = db_column_int(r, 1);
	e->slug = db_column_dup(e, r, 2);
	e->title = db_column_dup(e, r, 3);
	e->excerpt = db_column_dup(e, r, 4);
	e->link = db_column_dup(e, r, 5);
	e->language = db_column_dup(e, r, 6);
	e->comments = db_column_dup(e, r, 7);
	entry_authors_from_json(e, db_column_text(r, 8));
	entry_enclosures_from_json(e, db_column_text(r, 9));
	e->image = (struct entry_image){ db_column_dup(e, r, 10), db_column_dup(e, r, 11), (int)db_column_int(r, 12), (int)db_column_int(r, 13) };
	e->words = (size_t)db_column_int(r, 14);
	e->teaser_words = (size_t)db_column_int(r, 15);
	e->note_count = (size_t)db_column_int(r, 16);
	e->published = db_column_int(r, 17);
	e->updated = db_column_int(r, 18);
	e->revised = db_column_int(r, 19);
	e->access = (enum entry_access)db_column_int(r, 20);
	e->state = (enum entry_state)db_column_int(r, 21);
	e->withdrawn = db_column_int(r, 22);
	e->warning = db_column_dup(e, r, 23);
	e->whole_excerpt = db_column_dup(e, r, 24);
	e->origin = db_column_dup(e, r, 25);
	e->kept = db_column_dup(e, r, 26);
	e->day_offset_said = !db_column_null(r, 27);
	e->day_offset = archive_day_offset(e->published, e->day_offset_said, (int)db_column_int(r, 27), db_column_text(r, 32));
	e->year = (int)db_column_int(r, 28);
	e->path_year = (int)db_column_int(r, 29);
	e->via = db_column_dup(e, r, 30);
	e->via_url = db_column_dup(e, r, 31);
	e->locked_at = db_column_int(r, 33);
	e->audience = (enum entry_audience)db_column_int(r, 34);
	if (text) {
		e->content = db_column_dup(e, r, TEXT_AT);
		e->teaser = db_column_dup(e, r, TEXT_AT + 1);
		e->summary = db_column_dup(e, r, TEXT_AT + 2);
	}
	return e;
}

static bool load_tags(struct db *db, struct entry *e, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT tag FROM entry_tag WHERE entry = $1 ORDER BY tag", DB_ARGS(db_int(e->id)));
	while (db_next(rows)) {
		char *tag = db_column_dup(e, rows, 0);
		*mem_push(e, e->tags, e->tag_count) = tag;
	}
	return db_finish(rows, err);
}

static struct entry *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	struct entry *e = db_finish_one(rows, db_next(rows) ? from_row(owner, rows, true) : NULL, "there is no such entry", err);
	if (!e || load_tags(db, e, err))
		return e;
	talloc_free(e);
	return NULL;
}

struct entry *archive_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS TEXT " FROM entry e WHERE e.id = $1 AND e.state IN ($2, $3)",
	           DB_ARGS(db_int(id), db_int(ENTRY_LIVE), db_int(ENTRY_WITHDRAWN)), err);
}

struct entry *archive_get_mailed(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS TEXT " FROM entry e WHERE e.id = $1 AND e.state IN ($2, $3, $4, $5)",
	           DB_ARGS(db_int(id), db_int(ENTRY_LIVE), db_int(ENTRY_WITHDRAWN), db_int(ENTRY_DRAFT), db_int(ENTRY_MAILED)), err);
}

struct entry *archive_by_slug(void *owner, struct db *db, int64_t publication, const char *slug, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS TEXT " FROM entry e WHERE e.publication = $1 AND e.slug = $2 AND e.state IN ($3, $4)",
	           DB_ARGS(db_int(publication), db_text(slug), db_int(ENTRY_LIVE), db_int(ENTRY_WITHDRAWN)), err);
}

/* The ids of a range's entries, by an index and no further than the limit; $1 publication, $2 live, $3 since, $4 before, $5 limit, $6 offset,
 * $7 year or 0, $8 tag.  Those before the offset are passed over in the index alone. */
#define OF_ALL " JOIN (SELECT id FROM entry WHERE publication = $1 AND state = $2 AND published >= $3 AND published < $4" \
	" AND ($7 = 0 OR year = $7) ORDER BY published DESC, id DESC LIMIT $5 OFFSET $6) chosen ON chosen.id = "
#define OF_TAG " JOIN (SELECT entry AS id FROM entry_tag WHERE publication = $1 AND slug = $8 AND listed >= $3 AND listed < $4" \
	" AND ($7 = 0 OR (SELECT year FROM entry WHERE id = entry_tag.entry) = $7) ORDER BY listed DESC, entry DESC LIMIT $5 OFFSET $6) chosen ON chosen.id = "
#define ENTRIES(columns, chosen) "SELECT " columns " FROM entry e" chosen "e.id WHERE e.state = $2 ORDER BY e.published DESC, e.id DESC"
#define TAGS(chosen) "SELECT t.entry, t.tag FROM entry_tag t" chosen "t.entry WHERE $2 = $2 ORDER BY t.tag"

/* since and before of a range, narrowed to the days that may be of its year somewhere on earth: which are, says the column. */
static void bounds(const struct archive_range *range, int64_t *since, int64_t *before)
{
	*since = range->since ? range->since : INT64_MIN;
	*before = range->before ? range->before : INT64_MAX;
	if (range->year) {
		int64_t first = clock_civil(range->year, 1, 1, 0, 0, 0) - CLOCK_DAY, next = clock_civil(range->year + 1, 1, 1, 0, 0, 0) + CLOCK_DAY;
		*since = *since > first ? *since : first;
		*before = *before < next ? *before : next;
	}
}

/* The tags of all at once: a query for each would be a journey to the database for each. */
static bool load_all_tags(struct db *db, const char *sql, const struct db_value *args, struct entry **all, size_t count, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	while (db_next(rows)) {
		size_t i = 0;
		while (i < count && all[i]->id != db_column_int(rows, 0))
			i++;
		if (i == count)
			continue;
		char *tag = db_column_dup(all[i], rows, 1);
		*mem_push(all[i], all[i]->tags, all[i]->tag_count) = tag;
	}
	return db_finish(rows, err);
}

bool archive_list(void *owner, struct db *db, int64_t publication, const struct archive_range *range,
                  struct entry ***all, struct error *err)
{
	int64_t since, before;
	size_t count = 0;
	bounds(range, &since, &before);
	const char *sql = range->tag ? range->text ? ENTRIES(COLUMNS TEXT, OF_TAG) : ENTRIES(COLUMNS, OF_TAG)
	                             : range->text ? ENTRIES(COLUMNS TEXT, OF_ALL) : ENTRIES(COLUMNS, OF_ALL);
	const struct db_value args[] = { db_int(publication), db_int(ENTRY_LIVE), db_int(since), db_int(before), db_int(range->limit ? range->limit : LIMIT),
	                                 db_int(range->offset), db_int(range->year), range->tag ? db_text(range->tag) : (struct db_value){ 0 }, { 0 } };
	struct db_rows *rows = db_query(db, sql, args);
	*all = NULL;
	while (db_next(rows)) {
		struct entry *e = from_row(owner, rows, range->text);
		*mem_push(owner, *all, count) = e;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err) && load_all_tags(db, range->tag ? TAGS(OF_TAG) : TAGS(OF_ALL), args, *all, count, err);
}

bool archive_count_closed(struct db *db, int64_t publication, int64_t *count, struct error *err)
{
	return tally_get(db, publication, TALLY_CLOSED, "", count, err);
}

bool archive_count(struct db *db, int64_t publication, const struct archive_range *range, int64_t *count, struct error *err)
{
	int64_t since, before;
	if (range->since || range->before || (range->year && range->tag)) {
		bounds(range, &since, &before);
		return range->tag ? db_get_int(db, "SELECT count(*) FROM entry_tag WHERE publication = $1 AND slug = $2 AND listed >= $3 AND listed < $4"
		                                   " AND ($5 = 0 OR (SELECT year FROM entry WHERE id = entry_tag.entry) = $5)",
		                               DB_ARGS(db_int(publication), db_text(range->tag), db_int(since), db_int(before), db_int(range->year)), count, err)
		                  : db_get_int(db, "SELECT count(*) FROM entry WHERE publication = $1 AND state = $2 AND published >= $3 AND published < $4"
		                                   " AND ($5 = 0 OR year = $5)",
		                               DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_int(since), db_int(before), db_int(range->year)), count, err);
	}
	char *year = mem_printf(NULL, "%d", range->year);
	bool fine = range->tag    ? tally_get(db, publication, TALLY_TAG, range->tag, count, err)
	            : range->year ? tally_get(db, publication, TALLY_YEAR, year, count, err)
	                          : tally_get(db, publication, TALLY_POSTS, "", count, err);
	talloc_free(year);
	return fine;
}

bool archive_years(void *owner, struct db *db, int64_t publication, struct archive_year **years, struct error *err)
{
	size_t n = 0;
	struct db_rows *rows = db_query(db, "SELECT CAST(name AS INTEGER) AS year, CAST(sum(n) AS BIGINT) FROM tally WHERE publication = $1 AND kind = $2"
	                                    " GROUP BY year HAVING sum(n) > 0 ORDER BY year DESC",
	                                DB_ARGS(db_int(publication), db_int(TALLY_YEAR)));
	*years = NULL;
	while (db_next(rows))
		*mem_push(owner, *years, n) = (struct archive_year){ (int)db_column_int(rows, 0), db_column_int(rows, 1) };
	*mem_push(owner, *years, n) = (struct archive_year){ 0 };
	return db_finish(rows, err);
}

static bool neighbour(void *owner, struct db *db, const char *sql, const struct entry *of, struct entry **found, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, DB_ARGS(db_int(of->publication), db_int(ENTRY_LIVE), db_int(of->published), db_int(of->id)));
	*found = db_next(rows) ? from_row(owner, rows, false) : NULL;
	return db_finish(rows, err);
}

bool archive_neighbours(void *owner, struct db *db, const struct entry *entry, struct entry **older, struct entry **newer,
                        struct error *err)
{
	return neighbour(owner, db, "SELECT " COLUMNS " FROM entry e WHERE e.publication = $1 AND e.state = $2"
	                            " AND (e.published, e.id) < ($3, $4) ORDER BY e.published DESC, e.id DESC LIMIT 1",
	                 entry, older, err) &&
	       neighbour(owner, db, "SELECT " COLUMNS " FROM entry e WHERE e.publication = $1 AND e.state = $2"
	                            " AND (e.published, e.id) > ($3, $4) ORDER BY e.published, e.id LIMIT 1",
	                 entry, newer, err);
}

bool archive_nth_newest(struct db *db, int64_t publication, int64_t n, int64_t *published, struct error *err)
{
	*published = 0;
	if (db_get_int(db, "SELECT published FROM entry WHERE publication = $1 AND state = $2 ORDER BY published DESC, id DESC LIMIT 1 OFFSET $3",
	               DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_int(n - 1)), published, err))
		return true;
	return err->kind == ERROR_NOT_FOUND;
}

bool archive_tag_name(void *owner, struct db *db, int64_t publication, const char *slug, char **name, struct error *err)
{
	return db_get_text(owner, db, "SELECT tag FROM entry_tag WHERE publication = $1 AND slug = $2 AND listed IS NOT NULL"
	                              " ORDER BY listed DESC, entry DESC LIMIT 1",
	                   DB_ARGS(db_int(publication), db_text(slug)), name, err);
}

bool archive_changed(struct db *db, int64_t publication, int64_t *when, struct error *err)
{
	return tally_changed(db, publication, TALLY_ARCHIVE, when, err);
}
