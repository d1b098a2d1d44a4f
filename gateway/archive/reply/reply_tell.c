#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

/* One letter an hour, and so many reports at once in that time; a letter shows the first lines of so many. */
#define TELL_EVERY CLOCK_HOUR
enum { REPORTS_AT_ONCE = 3, SHOWN = 20, SHOWN_LENGTH = 300 };

/* Some of what is to be told. */
struct news {
	int64_t publication, count, reports;
	struct reply **all;
};

static const char *did(const struct reply *r)
{
	switch (r->kind) {
	case REPLY_REPLY: return r->address ? "answers by mail" : r->open ? "replies" : "replies, not for everybody";
	case REPLY_MENTION: return "mentions you";
	case REPLY_MESSAGE: return "writes to you alone";
	case REPLY_REPORT: return "reports you";
	}
	return "writes";
}

static void write_one(FILE *out, void *scratch, const struct reply *r)
{
	char *line = plain_line(scratch, r->content);
	fprintf(out, "%s%s%s %s: %s\n\n", r->name, *r->name ? " " : "", r->handle, did(r), text_blank(line) ? "(without words)" : text_cut(scratch, line, SHOWN_LENGTH));
}

static char *text_of(void *owner, const struct news *news)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	size_t shown = talloc_array_length(news->all);
	for (size_t i = 0; i < shown; i++)
		write_one(out, owner, news->all[i]);
	if (news->count > (int64_t)shown)
		fprintf(out, "And %lld more.\n\n", (long long)(news->count - (int64_t)shown));
	fputs("All of it is kept, and shown to nobody: pennypost reply list. What shall stand below your post: pennypost reply approve ID. Whose server sends what nobody wants: pennypost reply block HOST.", out);
	return document_finish(d, owner);
}

static char *subject_of(void *owner, const struct news *news)
{
	if (news->count == 1)
		return mem_printf(owner, "%s %s", news->all[0]->handle, did(news->all[0]));
	if (news->reports == news->count)
		return mem_printf(owner, "%lld reports about you", (long long)news->count);
	return mem_printf(owner, "%lld replies and messages", (long long)news->count);
}

static bool gather(void *owner, struct db *db, int64_t publication, bool reports, struct news *news, struct error *err)
{
	size_t count = 0;
	news->publication = publication;
	struct db_rows *rows = db_query(db, "SELECT id, kind FROM reply WHERE publication = $1 AND told = 0 AND state <> $2 AND kind >= $3 ORDER BY kind DESC, id",
	                                DB_ARGS(db_int(publication), db_int(REPLY_GONE), db_int(reports ? REPLY_REPORT : REPLY_REPLY)));
	int64_t *ids = NULL;
	for (; db_next(rows); news->count++) {
		if (news->count < SHOWN)
			*mem_push(owner, ids, count) = db_column_int(rows, 0);
		news->reports += db_column_int(rows, 1) == REPLY_REPORT;
	}
	if (!db_finish(rows, err))
		return false;
	news->all = mem_array(owner, struct reply *, count);
	for (size_t i = 0; i < count; i++)
		if (!(news->all[i] = reply_get(news->all, db, ids[i], err)))
			return false;
	return true;
}

/* One letter with all of a publication's news, or with its reports alone. */
static bool tell(struct db *db, int64_t publication, bool reports, int64_t now, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct news news = { 0 };
	bool fine = gather(scratch, db, publication, reports, &news, err);
	if (fine && news.count) {
		const struct notice n = { .publication = publication, .subject = subject_of(scratch, &news), .text = text_of(scratch, &news) };
		fine = notice_post(db, &n, err);
	}
	fine = fine && db_run(db, "UPDATE reply SET told = $2 WHERE publication = $1 AND told = 0 AND kind >= $3",
	                      DB_ARGS(db_int(publication), db_int(now), db_int(reports ? REPLY_REPORT : REPLY_REPLY)), err);
	talloc_free(scratch);
	return fine;
}

/* A publication with something to tell, and how long ago it was told something. */
struct waiting {
	int64_t publication, reports, last, lately;
};

static bool list_waiting(void *owner, struct db *db, int64_t now, struct waiting **all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	struct db_rows *rows = db_query(db,
		"SELECT w.publication, w.reports, (SELECT coalesce(max(r.told), 0) FROM reply r WHERE r.publication = w.publication AND r.kind <> $1 AND r.told <= $3),"
		" (SELECT count(DISTINCT r.told) FROM reply r WHERE r.publication = w.publication AND r.kind = $1 AND r.told > $2 AND r.told <= $3)"
		" FROM (SELECT publication, sum(CASE WHEN kind = $1 THEN 1 ELSE 0 END) AS reports FROM reply WHERE told = 0 GROUP BY publication) w ORDER BY w.publication",
		DB_ARGS(db_int(REPLY_REPORT), db_int(now - TELL_EVERY), db_int(now)));
	while (db_next(rows))
		*mem_push(owner, *all, count) = (struct waiting){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), db_column_int(rows, 3) };
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

static bool tell_all(void *scratch, struct db *db, int64_t now, struct error *err)
{
	struct waiting *all;
	bool fine = list_waiting(scratch, db, now, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++) {
		if (all[i].last <= now - TELL_EVERY)
			fine = tell(db, all[i].publication, false, now, err);
		else if (all[i].reports && all[i].lately < REPORTS_AT_ONCE)
			fine = tell(db, all[i].publication, true, now, err);
	}
	return fine;
}

bool reply_tell(struct db *db, int64_t now, struct error *err)
{
	int64_t any;
	/* Reading takes no lock, and mostly there is nothing to tell. */
	if (!db_get_int(db, "SELECT count(*) FROM (SELECT 1 FROM publication p WHERE EXISTS (SELECT 1 FROM reply r WHERE r.publication = p.id AND r.told = 0) LIMIT 1) w",
	                DB_NONE, &any, err))
		return false;
	if (!any)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = db_begin(db, err) && db_end(db, tell_all(scratch, db, now, err), err);
	talloc_free(scratch);
	return fine;
}
