#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/entry_json.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

#define COLUMNS "e.id, e.publication, e.slug, e.title, e.excerpt, e.link, e.language, e.comments, e.authors, e.enclosures," \
	" e.image_url, e.image_alt, e.image_width, e.image_height, e.words, e.teaser_words, e.note_count, e.published, e.updated," \
	" e.revised, e.access, e.state, e.withdrawn, e.warning"
#define TEXT ", e.content, e.teaser, e.summary"
enum { TEXT_AT = 24, LIMIT = 50 };

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

struct entry *archive_by_slug(void *owner, struct db *db, int64_t publication, const char *slug, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS TEXT " FROM entry e WHERE e.publication = $1 AND e.slug = $2 AND e.state IN ($3, $4)",
	           DB_ARGS(db_int(publication), db_text(slug), db_int(ENTRY_LIVE), db_int(ENTRY_WITHDRAWN)), err);
}

/* The conditions of a range; $1 publication, $2 live, $3 since, $4 before, $5 tag. */
#define WITHIN " FROM entry e WHERE e.publication = $1 AND e.state = $2 AND e.published >= $3 AND e.published < $4" \
	" AND ($5 = '' OR EXISTS (SELECT 1 FROM entry_tag t WHERE t.entry = e.id AND t.slug = $5))"

/* since and before of a range, narrowed to its year. */
static void bounds(const struct archive_range *range, int64_t *since, int64_t *before)
{
	*since = range->since ? range->since : INT64_MIN;
	*before = range->before ? range->before : INT64_MAX;
	if (range->year) {
		int64_t first = clock_civil(range->year, 1, 1, 0, 0, 0), next = clock_civil(range->year + 1, 1, 1, 0, 0, 0);
		*since = *since > first ? *since : first;
		*before = *before < next ? *before : next;
	}
}

bool archive_list(void *owner, struct db *db, int64_t publication, const struct archive_range *range,
                  struct entry ***all, struct error *err)
{
	int64_t since, before;
	size_t count = 0;
	bounds(range, &since, &before);
	struct db_rows *rows = db_query(db,
		range->text ? "SELECT " COLUMNS TEXT WITHIN " ORDER BY e.published DESC, e.id DESC LIMIT $6 OFFSET $7"
		            : "SELECT " COLUMNS WITHIN " ORDER BY e.published DESC, e.id DESC LIMIT $6 OFFSET $7",
		DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_int(since), db_int(before), db_text(range->tag ? range->tag : ""),
		        db_int(range->limit ? range->limit : LIMIT), db_int(range->offset)));
	*all = NULL;
	while (db_next(rows)) {
		struct entry *e = from_row(owner, rows, range->text);
		*mem_push(owner, *all, count) = e;
	}
	mem_fit(owner, *all, count);
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < count; i++)
		fine = load_tags(db, (*all)[i], err);
	return fine;
}

bool archive_count(struct db *db, int64_t publication, const struct archive_range *range, int64_t *count, struct error *err)
{
	int64_t since, before;
	bounds(range, &since, &before);
	return db_get_int(db, "SELECT count(*)" WITHIN,
	                  DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_int(since), db_int(before),
	                          db_text(range->tag ? range->tag : "")), count, err);
}

static int year_of(int64_t ms)
{
	char *text = clock_format(NULL, ms, "%Y");
	int year = 0;
	for (const char *p = text; *p >= '0' && *p <= '9'; p++)
		year = year * 10 + (*p - '0');
	talloc_free(text);
	return year;
}

/* The time of the newest live entry before `before`; 0 when there is none. */
static bool newest_before(struct db *db, int64_t publication, int64_t before, int64_t *published, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(published), 0) FROM entry WHERE publication = $1 AND state = $2 AND published < $3",
	                  DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_int(before)), published, err);
}

bool archive_years(void *owner, struct db *db, int64_t publication, struct archive_year **years, struct error *err)
{
	size_t n = 0;
	int64_t newest, before = INT64_MAX;
	*years = mem_array(owner, struct archive_year, 1);
	while (newest_before(db, publication, before, &newest, err)) {
		if (newest <= 0)
			return true;
		struct archive_year year = { year_of(newest), 0 };
		if (!archive_count(db, publication, &(struct archive_range){ .year = year.year }, &year.count, err))
			return false;
		*years = mem_grow(owner, *years, sizeof **years, n + 2);
		(*years)[n++] = year;
		before = clock_civil(year.year, 1, 1, 0, 0, 0);
	}
	return false;
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
	return neighbour(owner, db, "SELECT " COLUMNS " FROM entry e WHERE e.publication = $1 AND e.state = $2 AND"
	                            " (e.published < $3 OR (e.published = $3 AND e.id < $4)) ORDER BY e.published DESC, e.id DESC LIMIT 1",
	                 entry, older, err) &&
	       neighbour(owner, db, "SELECT " COLUMNS " FROM entry e WHERE e.publication = $1 AND e.state = $2 AND"
	                            " (e.published > $3 OR (e.published = $3 AND e.id > $4)) ORDER BY e.published, e.id LIMIT 1",
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
	return db_get_text(owner, db, "SELECT t.tag FROM entry_tag t JOIN entry e ON e.id = t.entry WHERE e.publication = $1 AND"
	                              " e.state = $2 AND t.slug = $3 LIMIT 1",
	                   DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_text(slug)), name, err);
}

bool archive_changed(struct db *db, int64_t publication, int64_t *when, struct error *err)
{
	return db_get_int(db, "SELECT coalesce(max(changed), 0) FROM (SELECT CASE WHEN withdrawn > revised AND withdrawn > created THEN withdrawn"
	                      " WHEN revised > created THEN revised ELSE created END AS changed FROM entry WHERE publication = $1 AND state IN ($2, $3)) latest",
	                  DB_ARGS(db_int(publication), db_int(ENTRY_LIVE), db_int(ENTRY_WITHDRAWN)), when, err);
}
