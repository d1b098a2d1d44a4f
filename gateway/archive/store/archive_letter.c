#include "gateway/archive/store/archive_letter.h"
#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"

#define COLUMNS "entry, publication, state, subject, preheader, archived, series, after_ms, send_at, sent, remarks, corrects, audience"
#define PREVIEW_LIFE CLOCK_DAY
enum { TOKEN_SIZE = 24 };

static struct archive_letter *from_row(void *owner, struct db_rows *rows)
{
	struct archive_letter *l = mem_new(owner, struct archive_letter);
	l->id = db_column_int(rows, 0);
	l->publication = db_column_int(rows, 1);
	l->state = (enum archive_letter_state)db_column_int(rows, 2);
	l->subject = db_column_dup(l, rows, 3);
	l->preheader = db_column_dup(l, rows, 4);
	l->archived = db_column_int(rows, 5) != 0;
	l->series = db_column_int(rows, 6) != 0;
	l->after_ms = db_column_int(rows, 7);
	l->send_at = db_column_int(rows, 8);
	l->sent = db_column_int(rows, 9);
	l->remarks = db_column_dup(l, rows, 10);
	l->corrects = db_column_int(rows, 11);
	l->audience = db_column_dup(l, rows, 12);
	return l;
}

bool archive_letter_new(struct db *db, const struct archive_post *post, const struct archive_letter *with, int64_t *id, struct error *err)
{
	struct archive_post draft = *post;
	draft.draft = true;
	return db_begin(db, err) &&
	       db_end(db, archive_store(db, &draft, NULL, id, err) &&
	                  db_run(db, "INSERT INTO letter (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12)",
	                         DB_ARGS(db_int(*id), db_int(post->publication), db_int(LETTER_DRAFT), db_text(with->subject), db_text(with->preheader),
	                                 db_int(with->archived), db_int(with->series), db_int(with->after_ms), db_int(with->send_at), db_text(with->remarks), db_int_or_null(with->corrects), db_text(with->audience)), err), err);
}

bool archive_letter_of(void *owner, struct db *db, int64_t entry, struct archive_letter **letter, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM letter WHERE entry = $1", DB_ARGS(db_int(entry)));
	*letter = db_next(rows) ? from_row(owner, rows) : NULL;
	return db_finish(rows, err);
}

struct archive_letter *archive_letter_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	struct archive_letter *l;
	if (archive_letter_of(owner, db, id, &l, err) && !l)
		error_set(err, ERROR_NOT_FOUND, "there is no letter %lld: 'pennypost letter list' shows them", (long long)id);
	return l;
}

bool archive_letter_list(void *owner, struct db *db, int64_t publication, struct archive_letter ***all, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM letter WHERE $1 = 0 OR publication = $1 ORDER BY entry", DB_ARGS(db_int(publication)));
	*all = NULL;
	while (db_next(rows)) {
		struct archive_letter *l = from_row(owner, rows);
		*mem_push(owner, *all, count) = l;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

/* No row changed: there is none, or it is not in that state. */
static bool told(void *scratch, struct db *db, int64_t id, int64_t changed, const char *wanted, struct error *err)
{
	struct archive_letter *l = changed ? NULL : archive_letter_get(scratch, db, id, err);
	if (l)
		error_set(err, ERROR_INVALID, "letter %lld is %s: %s", (long long)id, archive_letter_state_name(l->state), wanted);
	return changed != 0;
}

/* The row of the letter first: who takes it meanwhile waits, or finds it taken. */
static bool edit(struct db *db, const struct archive_post *post, const struct archive_letter *with, int64_t id, struct error *err)
{
	int64_t changed;
	void *scratch = talloc_new(NULL);
	bool fine = db_change(db, "UPDATE letter SET subject = $2, preheader = $3, archived = CASE WHEN corrects IS NULL THEN $4 ELSE 0 END,"
	                          " send_at = CASE WHEN $5 > 0 THEN $5 ELSE send_at END, remarks = $6, audience = $7 WHERE entry = $1 AND publication = $8 AND state IN ($9, $10)",
	                      DB_ARGS(db_int(id), db_text(with->subject), db_text(with->preheader), db_int(with->archived), db_int(with->send_at), db_text(with->remarks),
	                              db_text(with->audience), db_int(post->publication), db_int(LETTER_DRAFT), db_int(LETTER_SCHEDULED)), &changed, err) &&
	            told(scratch, db, id, changed, "what is on its way cannot be changed; 'pennypost letter correct' sends a correction", err) &&
	            archive_redraft(db, post, id, err);
	talloc_free(scratch);
	return fine;
}

bool archive_letter_edit(struct db *db, const struct archive_post *post, const struct archive_letter *with, int64_t id, struct error *err)
{
	return db_begin(db, err) && db_end(db, edit(db, post, with, id, err), err);
}

bool archive_letter_send(struct db *db, int64_t id, int64_t at, struct error *err)
{
	int64_t changed;
	void *scratch = talloc_new(NULL);
	bool fine = db_change(db, "UPDATE letter SET state = $2, send_at = $3 WHERE entry = $1 AND state = $4",
	                      DB_ARGS(db_int(id), db_int(LETTER_SCHEDULED), db_int(at ? at : clock_now()), db_int(LETTER_DRAFT)), &changed, err) &&
	            told(scratch, db, id, changed, "only a draft can be sent, and 'pennypost letter cancel' makes one of what waits", err);
	talloc_free(scratch);
	return fine;
}

static bool cancel(struct db *db, int64_t id, const char **now, struct error *err)
{
	static const struct { const char *sql, *now; } ways[] = {
		{ "UPDATE letter SET state = 0, send_at = 0 WHERE entry = $1 AND state = 1", "draft" },
		{ "UPDATE letter SET state = 3 WHERE entry = $1 AND state = 2 AND series = 1", "ended" },
		{ "DELETE FROM entry WHERE id = $1 AND state = 4 AND EXISTS (SELECT 1 FROM letter WHERE entry = $1 AND state = 0)", "deleted" },
	};
	int64_t changed = 0;
	bool fine = true;
	for (size_t i = 0; fine && !changed && i < sizeof ways / sizeof *ways; i++) {
		*now = ways[i].now;
		fine = db_change(db, ways[i].sql, DB_ARGS(db_int(id)), &changed, err);
	}
	void *scratch = talloc_new(NULL);
	fine = fine && told(scratch, db, id, changed, "what is on its way cannot be called back", err) &&
	       db_run(db, "DELETE FROM letter_due WHERE letter = $1", DB_ARGS(db_int(id)), err);
	talloc_free(scratch);
	return fine;
}
_Static_assert(LETTER_DRAFT == 0 && LETTER_SCHEDULED == 1 && LETTER_SENT == 2 && LETTER_ENDED == 3 && ENTRY_DRAFT == 4, "the SQL has these numbers");

bool archive_letter_cancel(struct db *db, int64_t id, const char **now, struct error *err)
{
	return db_begin(db, err) && db_end(db, cancel(db, id, now, err), err);
}

const char *archive_letter_state_name(enum archive_letter_state state)
{
	static const char *const names[] = { "draft", "scheduled", "sent", "ended" };
	return names[state];
}

/* No door has shown its path yet, and it is not counted: only the second tally_entry would count. */
static bool publish(struct db *db, const struct archive_letter *l, struct error *err)
{
	return db_run(db, "UPDATE entry SET state = $2, announce = $3, created = $4, published = $4, path_year = 0 WHERE id = $1 AND state = $5",
	              DB_ARGS(db_int(l->id), db_int(l->archived ? ENTRY_LIVE : ENTRY_MAILED), db_int(l->archived && !l->series ? ARCHIVE_NEWS_ENTRY : ARCHIVE_NO_NEWS),
	                      db_int(clock_now()), db_int(ENTRY_DRAFT)), err) &&
	       archive_day_settle(db, l->id, err) && tally_entry(db, l->id, 1, err);
}

bool archive_letter_take(void *owner, struct db *db, struct archive_letter **letter, struct error *err)
{
	int64_t now = clock_now();
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM letter WHERE state = 1 AND send_at <= $1 ORDER BY send_at, entry LIMIT 1", DB_ARGS(db_int(now)));
	*letter = db_next(rows) ? from_row(owner, rows) : NULL;
	int64_t changed;
	if (!db_finish(rows, err))
		return false;
	if (!*letter)
		return true;
	/* Cancelled meanwhile, or taken by another planner. */
	if (!db_change(db, "UPDATE letter SET state = 2, sent = $2 WHERE entry = $1 AND state = 1", DB_ARGS(db_int((*letter)->id), db_int(now)), &changed, err))
		return false;
	if (changed)
		return publish(db, *letter, err);
	TALLOC_FREE(*letter);
	return true;
}

bool archive_letter_welcome(struct db *db, int64_t publication, int64_t address, struct error *err)
{
	return db_run(db, "INSERT INTO letter_due (letter, address, due) SELECT entry, $2, $3 + after_ms FROM letter WHERE publication = $1 AND series = 1 AND state = 2"
	                  " ON CONFLICT (letter, address) DO NOTHING",
	              DB_ARGS(db_int(publication), db_int(address), db_int(clock_now())), err);
}

bool archive_letter_next(struct db *db, int64_t *ms, struct error *err)
{
	int64_t at, now = clock_now();
	if (!db_get_int(db, "SELECT coalesce(min(due), 0) FROM (SELECT min(send_at) AS due FROM letter WHERE state = 1 UNION ALL SELECT min(due) FROM letter_due) times",
	                DB_NONE, &at, err))
		return false;
	*ms = at == 0 ? -1 : at > now ? at - now : 0;
	return true;
}

bool archive_preview_keep(void *owner, struct db *db, int64_t publication, const struct archive_preview *p, char **token, struct error *err)
{
	*token = token_random(owner, TOKEN_SIZE);
	return db_run(db, "DELETE FROM letter_preview WHERE expires < $1", DB_ARGS(db_int(clock_now())), err) &&
	       db_run(db, "INSERT INTO letter_preview (secret_hash, publication, subject, html, text, expires) VALUES ($1, $2, $3, $4, $5, $6)",
	              DB_ARGS(db_text(token_hash(*token, *token)), db_int(publication), db_text(p->subject), db_text(p->html), db_text(p->text),
	                      db_int(clock_now() + PREVIEW_LIFE)), err);
}

struct archive_preview *archive_preview_get(void *owner, struct db *db, int64_t publication, const char *token, struct error *err)
{
	char *hash = token_hash(NULL, token);
	struct db_rows *rows = db_query(db, "SELECT subject, html, text FROM letter_preview WHERE secret_hash = $1 AND publication = $2 AND expires > $3",
	                                DB_ARGS(db_text(hash), db_int(publication), db_int(clock_now())));
	struct archive_preview *p = NULL;
	if (db_next(rows)) {
		p = mem_new(owner, struct archive_preview);
		*p = (struct archive_preview){ db_column_dup(p, rows, 0), db_column_dup(p, rows, 1), db_column_dup(p, rows, 2) };
	}
	talloc_free(hash);
	return db_finish_one(rows, p, "there is no such preview", err);
}
