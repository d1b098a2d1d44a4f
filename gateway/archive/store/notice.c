#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

#define COLUMNS "id, publication, source, subject, text, created"

bool notice_post(struct db *db, const struct notice *n, struct error *err)
{
	char *subject = text_squeeze(NULL, n->subject);
	bool fine = db_run(db, "INSERT INTO notice (publication, source, subject, text, created, planned) VALUES ($1, $2, $3, $4, $5, 0)",
	                   DB_ARGS(db_int(n->publication), db_int_or_null(n->source), db_text(subject), db_text(n->text), db_int(clock_now())), err);
	talloc_free(subject);
	return fine;
}

/* The notice of the first row, or NULL. */
static struct notice *first(void *owner, struct db_rows *rows)
{
	if (!db_next(rows))
		return NULL;
	struct notice *n = mem_new(owner, struct notice);
	n->id = db_column_int(rows, 0);
	n->publication = db_column_int(rows, 1);
	n->source = db_column_int(rows, 2);
	n->subject = db_column_dup(n, rows, 3);
	n->text = db_column_dup(n, rows, 4);
	n->created = db_column_int(rows, 5);
	return n;
}

struct notice *notice_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM notice WHERE id = $1", DB_ARGS(db_int(id)));
	struct notice *n = first(owner, rows);
	if (!db_finish(rows, err))
		return NULL;
	if (!n)
		error_set(err, ERROR_NOT_FOUND, "there is no notice %lld", (long long)id);
	return n;
}

bool notice_take(void *owner, struct db *db, struct notice **notice, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM notice WHERE planned = 0 ORDER BY id LIMIT 1", DB_NONE);
	struct notice *n = *notice = first(owner, rows);
	if (!db_finish(rows, err))
		return false;
	return !n || db_run(db, "UPDATE notice SET planned = $2 WHERE id = $1", DB_ARGS(db_int(n->id), db_int(clock_now())), err);
}
