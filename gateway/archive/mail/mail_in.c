#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

/* Letters of answers that one mailbox gets in a day. */
enum { ANSWERS_A_DAY = 5 };

#define IS_SOURCE "kind = 4"
_Static_assert(MAIL_IN_SOURCE == 4, "the SQL has this number");

/* How many wait, and how many bytes they have. */
static bool waiting(struct db *db, const struct mail_in *m, int64_t *count, int64_t *bytes, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT count(*), coalesce(sum(size), 0) FROM (SELECT length(message) AS size FROM mail_in"
	                                    " WHERE publication = $1 AND CASE WHEN " IS_SOURCE " THEN 1 ELSE 0 END = $2 LIMIT $3) waiting",
	                                DB_ARGS(db_int(m->publication), db_int(m->kind == MAIL_IN_SOURCE), db_int(MAIL_IN_WAITING_MAX)));
	if (db_next(rows)) {
		*count = db_column_int(rows, 0);
		*bytes = db_column_int(rows, 1);
	}
	return db_finish(rows, err);
}

/* That several who store at once go a little over the maximum does no harm. */
bool mail_in_put(struct db *db, const struct mail_in *m, struct error *err)
{
	int64_t count = 0, bytes = 0, now = clock_now();
	if (!waiting(db, m, &count, &bytes, err))
		return false;
	if (count >= MAIL_IN_WAITING_MAX || bytes >= MAIL_IN_BYTES_MAX)
		return error_set(err, ERROR_TEMPORARY, "%lld messages of %lld MB wait to be read already", (long long)count, (long long)bytes >> 20);
	return db_run(db, "INSERT INTO mail_in (publication, kind, recipient, sender, message, received, next_try, source) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
	              DB_ARGS(db_int(m->publication), db_int(m->kind), db_text(m->recipient), db_text(m->sender), db_blob(m->message, m->size), db_int(now),
	                      db_int_or_null(m->source)), err);
}

static struct mail_in *from_row(void *owner, struct db_rows *rows)
{
	struct mail_in *m = mem_new(owner, struct mail_in);
	const void *message = db_column_blob(rows, 5, &m->size);
	m->id = db_column_int(rows, 0);
	m->publication = db_column_int(rows, 1);
	m->kind = (enum mail_in_kind)db_column_int(rows, 2);
	m->recipient = db_column_dup(m, rows, 3);
	m->sender = db_column_dup(m, rows, 4);
	char *copy = mem_array(m, char, m->size + 1);
	if (m->size)
		memcpy(copy, message, m->size);
	m->message = copy;
	m->received = db_column_int(rows, 6);
	m->source = db_column_int(rows, 7);
	return m;
}

#define COLUMNS "id, publication, kind, recipient, sender, message, received, source"

static char *claimable(const struct mail_in_claimer *who)
{
	if (who->source)
		return mem_dup(NULL, "SELECT " COLUMNS " FROM mail_in WHERE source = $2 AND next_try <= $1 AND holder IS NULL ORDER BY crashes, next_try, id LIMIT 1");
	return mem_printf(NULL, "SELECT " COLUMNS " FROM mail_in WHERE next_try <= $1 AND holder IS NULL AND crashes %s 0 AND NOT " IS_SOURCE " AND $2 = 0"
	                        " ORDER BY next_try, id LIMIT 1", who->suspects ? ">" : "=");
}

static bool oldest(void *owner, struct db *db, const struct mail_in_claimer *who, struct mail_in **m, struct error *err)
{
	char *sql = claimable(who), *locked = db_skip_locked(sql, db, sql, "mail_in");
	struct db_rows *rows = db_query(db, locked, DB_ARGS(db_int(clock_now()), db_int(who->source)));
	*m = db_next(rows) ? from_row(owner, rows) : NULL;
	talloc_free(sql);
	return db_finish(rows, err);
}

bool mail_in_claim(void *owner, struct db *db, const struct mail_in_claimer *who, struct mail_in **claimed, struct error *err)
{
	struct mail_in *m = *claimed = NULL;
	if (!db_begin_rows(db, err))
		return false;
	bool fine = oldest(owner, db, who, &m, err) && (!m || db_run(db, "UPDATE mail_in SET holder = $2, next_try = $3 WHERE id = $1",
	                                                             DB_ARGS(db_int(m->id), db_text(who->holder), db_int(clock_now() + who->lease_ms)), err));
	fine = db_end(db, fine, err);
	if (fine)
		*claimed = m;
	else
		talloc_free(m);
	return fine;
}

bool mail_in_done(struct db *db, int64_t id, struct error *err) { return db_run(db, "DELETE FROM mail_in WHERE id = $1", DB_ARGS(db_int(id)), err); }

bool mail_in_put_off(struct db *db, int64_t id, int64_t ms, struct error *err)
{
	return db_run(db, "UPDATE mail_in SET holder = NULL, next_try = $2 WHERE id = $1 AND next_try IS NOT NULL", DB_ARGS(db_int(id), db_int(clock_now() + ms)), err);
}

bool mail_answer_take(struct db *db, const char *address, bool *may, struct error *err)
{
	int64_t count, now = clock_now();
	char *mailbox = mailbox_untagged(NULL, address);
	bool fine = db_get_int(db, "SELECT count(*) FROM mail_answer WHERE mailbox = $1 AND created > $2", DB_ARGS(db_text(mailbox), db_int(now - CLOCK_DAY)), &count, err);
	*may = fine && count < ANSWERS_A_DAY;
	fine = fine && (!*may || db_run(db, "INSERT INTO mail_answer (mailbox, created) VALUES ($1, $2)", DB_ARGS(db_text(mailbox), db_int(now)), err));
	talloc_free(mailbox);
	return fine;
}

bool mail_answer_sweep(struct db *db, int64_t now, struct error *err)
{
	return db_run(db, "DELETE FROM mail_answer WHERE created < $1", DB_ARGS(db_int(now - CLOCK_DAY)), err);
}

static bool close_mail(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE mail_in SET next_try = NULL, holder = NULL, crashes = 0 WHERE id = $1", DB_ARGS(db_int(row)), err);
}

static bool retry(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE mail_in SET next_try = $2 WHERE id = $1 AND next_try IS NULL", DB_ARGS(db_int(row), db_int(clock_now())), err);
}

#define QUEUE(which_) \
	.table = "mail_in", .key = "id", .which = which_, .waiting = "next_try <= $1", .lease = "next_try", \
	.release = "next_try = CASE WHEN received < $2 THEN received ELSE $2 END", .impossible = "next_try > $1 + 7200000", .publication = "publication", \
	.close = close_mail, .retry = retry, .drop = mail_in_done

const struct quarantine_kind mail_in_queue = { .name = "mail", .role = "receive", QUEUE("next_try IS NOT NULL AND NOT " IS_SOURCE) };
const struct quarantine_kind mail_in_source_queue = { .name = "source-mail", .role = "ingest", QUEUE("next_try IS NOT NULL AND " IS_SOURCE) };
