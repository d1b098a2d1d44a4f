#include "gateway/fediverse/following/following.h"
#include "feeds/source/source.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/following/follow_activity.h"
#include "subscribers/ledger/ledger.h"

#define COLUMNS "source, publication, actor, handle, outbox, follow, state, asked, asks"
#define ANSWER_WITHIN (3 * CLOCK_DAY)
enum { ASKS_MAX = 2, LISTED = 1000 };

static struct following *from_row(void *owner, struct db_rows *rows)
{
	struct following *f = mem_new(owner, struct following);
	f->source = db_column_int(rows, 0);
	f->publication = db_column_int(rows, 1);
	f->actor = db_column_dup(f, rows, 2);
	f->handle = db_column_dup(f, rows, 3);
	f->outbox = db_column_dup(f, rows, 4);
	f->follow = db_column_dup(f, rows, 5);
	f->state = (enum following_state)db_column_int(rows, 6);
	f->asked = db_column_int(rows, 7);
	f->asks = (int)db_column_int(rows, 8);
	return f;
}

static bool read_all(void *owner, struct db_rows *rows, struct following ***all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct following *f = from_row(owner, rows);
		*mem_push(owner, *all, count) = f;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

static bool send(struct db *db, const struct following *f, json_t *activity, struct error *err)
{
	int64_t address;
	return subscriber_contact(db, f->publication, ADDRESS_ACTOR, f->actor, &address, err) && follow_activity_send(db, address, activity, err);
}

static bool ask(struct db *db, const struct publication *p, const struct following *f, struct error *err)
{
	void *scratch = talloc_new(NULL);
	bool fine = send(db, f, follow_activity(scratch, p, f->follow, f->actor), err) &&
	            db_run(db, "UPDATE following SET asked = $2, asks = asks + 1 WHERE source = $1", DB_ARGS(db_int(f->source), db_int(clock_now())), err);
	talloc_free(scratch);
	return fine;
}

static char *new_id(void *owner, const struct publication *p)
{
	return mem_printf(owner, "%s/follow/%s", publication_actor_url(owner, p), token_random(owner, 16));
}

bool following_begin(struct db *db, const struct publication *p, const struct following *with, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct following f = *with;
	f.publication = p->id;
	f.follow = new_id(scratch, p);
	bool fine = db_run(db, "INSERT INTO following (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)",
	                   DB_ARGS(db_int(f.source), db_int(f.publication), db_text(f.actor), db_text(f.handle), db_text(f.outbox), db_text(f.follow),
	                           db_int(FOLLOWING_ASKED)), err) &&
	            following_set(db, &f, FOLLOWING_ASKED, err) && ask(db, p, &f, err);
	talloc_free(scratch);
	return fine;
}

bool following_end(struct db *db, const struct following *f, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct publication *p = publication_by_id(scratch, db, f->publication, err);
	bool fine = p && (f->state == FOLLOWING_ENDED || send(db, f, follow_activity_undo(scratch, p, f->follow, f->actor), err)) &&
	            db_run(db, "DELETE FROM following WHERE source = $1", DB_ARGS(db_int(f->source)), err);
	talloc_free(scratch);
	return fine;
}

bool following_move(struct db *db, const struct following *f, const struct following *to, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct publication *p = publication_by_id(scratch, db, f->publication, err);
	struct following next = *f;
	next.actor = to->actor;
	next.handle = to->handle;
	next.follow = p ? new_id(scratch, p) : NULL;
	bool fine = p && send(db, f, follow_activity_undo(scratch, p, f->follow, f->actor), err) &&
	            db_run(db, "INSERT INTO following_former (source, actor) VALUES ($1, $2) ON CONFLICT DO NOTHING", DB_ARGS(db_int(f->source), db_text(f->actor)), err) &&
	            db_run(db, "DELETE FROM following_former WHERE source = $1 AND actor = $2", DB_ARGS(db_int(f->source), db_text(to->actor)), err) &&
	            db_run(db, "UPDATE following SET actor = $2, handle = $3, outbox = $4, follow = $5, asks = 0 WHERE source = $1",
	                   DB_ARGS(db_int(f->source), db_text(to->actor), db_text(to->handle), db_text(to->outbox), db_text(next.follow)), err) &&
	            db_run(db, "UPDATE source SET url = $2 WHERE id = $1", DB_ARGS(db_int(f->source), db_text(to->actor)), err) &&
	            following_set(db, &next, FOLLOWING_ASKED, err) && ask(db, p, &next, err);
	talloc_free(scratch);
	return fine;
}

struct following *following_of(void *owner, struct db *db, int64_t source, struct error *err)
{
	struct following **all, *f = NULL;
	if (!read_all(owner, db_query(db, "SELECT " COLUMNS " FROM following WHERE source = $1", DB_ARGS(db_int(source))), &all, err))
		return NULL;
	if (talloc_array_length(all))
		f = all[0];
	else
		error_set(err, ERROR_NOT_FOUND, "source %lld is no account that is followed", (long long)source);
	talloc_free(all);
	return f;
}

bool following_by_actor(void *owner, struct db *db, const char *actor, struct following ***all, struct error *err)
{
	char *other = url_other_spelling(NULL, actor);
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS " FROM following WHERE actor IN ($1, $2) UNION ALL SELECT f.source, f.publication, o.actor, f.handle, f.outbox, f.follow,"
	                                    " $3, f.asked, f.asks FROM following_former o JOIN following f ON f.source = o.source WHERE o.actor IN ($1, $2) ORDER BY 1",
	                                DB_ARGS(db_text(actor), db_text(other), db_int(FOLLOWING_ENDED)));
	talloc_free(other);
	return read_all(owner, rows, all, err);
}

bool following_knows(struct db *db, const char *actor, enum following_state most, bool *knows, struct error *err)
{
	int64_t count = 0;
	char *other = url_other_spelling(NULL, actor);
	bool fine = db_get_int(db, "SELECT count(*) FROM following WHERE actor IN ($1, $2) AND state <= $3",
	                       DB_ARGS(db_text(actor), db_text(other), db_int(most)), &count, err) &&
	            (count || most < FOLLOWING_ENDED ||
	             db_get_int(db, "SELECT count(*) FROM following_former WHERE actor IN ($1, $2)", DB_ARGS(db_text(actor), db_text(other)), &count, err));
	talloc_free(other);
	*knows = count > 0;
	return fine;
}

static const char *words_of(void *owner, const struct following *f, enum following_state state)
{
	switch (state) {
	case FOLLOWING_ASKED: return mem_printf(owner, "asked %s to let us follow; there is no answer yet", f->handle);
	case FOLLOWING_ACCEPTED: break;
	case FOLLOWING_REJECTED: return mem_printf(owner, "%s does not let us follow", f->handle);
	case FOLLOWING_ENDED: return mem_printf(owner, "the account %s is no more", f->handle);
	}
	return NULL;
}

bool following_set(struct db *db, const struct following *f, enum following_state state, struct error *err)
{
	void *scratch = talloc_new(NULL);
	bool fine = db_run(db, "UPDATE following SET state = $2 WHERE source = $1", DB_ARGS(db_int(f->source), db_int(state)), err) &&
	            source_note_contact(db, f->source, words_of(scratch, f, state), err) &&
	            (state != FOLLOWING_ENDED ||
	             db_run(db, "UPDATE source SET state = $2 WHERE id = $1", DB_ARGS(db_int(f->source), db_int(SOURCE_GONE)), err));
	talloc_free(scratch);
	return fine;
}

static bool notify_owner(struct db *db, const struct following *f, struct error *err)
{
	void *scratch = talloc_new(NULL);
	const struct notice n = {
		.publication = f->publication, .source = f->source,
		.subject = mem_printf(scratch, "%s does not answer", f->handle),
		.text = mem_printf(scratch, "Your publication asked %s twice, days apart, to let it follow, and there is no answer. Some people look at "
		                            "each request themselves and may still say yes. Some servers do not answer at all.\n\n"
		                            "Nothing more is done about it. If the account has a feed, that works without asking: pennypost source add URL, "
		                            "and pennypost source remove %lld for this one.", f->handle, (long long)f->source),
	};
	bool fine = notice_post(db, &n, err) && db_run(db, "UPDATE following SET asks = asks + 1 WHERE source = $1", DB_ARGS(db_int(f->source)), err);
	talloc_free(scratch);
	return fine;
}

/* When posts have arrived since we asked, the Accept was lost. */
static bool follow_up(struct db *db, const struct following *f, struct error *err)
{
	struct publication *p = NULL;
	struct source *s = source_get(NULL, db, f->source, err);
	bool fine = s != NULL;
	if (s && s->last_fetch > f->asked + CLOCK_MINUTE)
		fine = following_set(db, f, FOLLOWING_ACCEPTED, err);
	else if (s && f->asks >= ASKS_MAX)
		fine = notify_owner(db, f, err);
	else if (s)
		fine = (p = publication_by_id(s, db, f->publication, err)) && ask(db, p, f, err);
	talloc_free(s);
	return fine;
}

bool following_sweep(struct db *db, int64_t now, struct error *err)
{
	struct following **all;
	void *scratch = talloc_new(NULL);
	bool fine = db_begin(db, err);
	if (fine) {
		fine = read_all(scratch, db_query(db, "SELECT " COLUMNS " FROM following WHERE state = $1 AND asked < $2 AND asks <= $3",
		                                DB_ARGS(db_int(FOLLOWING_ASKED), db_int(now - ANSWER_WITHIN), db_int(ASKS_MAX))), &all, err);
		for (size_t i = 0; fine && i < talloc_array_length(all); i++)
			fine = follow_up(db, all[i], err);
		if (fine)
			fine = db_commit(db, err);
		else
			db_rollback(db);
	}
	talloc_free(scratch);
	return fine;
}

json_t *following_list(void *owner, struct db *db, int64_t publication, int64_t *count, struct error *err)
{
	json_t *list = jsonld_own(owner, json_array());
	struct db_rows *rows = db_query(db, "SELECT actor FROM following WHERE publication = $1 AND state = $2 ORDER BY source LIMIT $3",
	                                DB_ARGS(db_int(publication), db_int(FOLLOWING_ACCEPTED), db_int(LISTED)));
	while (db_next(rows))
		json_array_append_new(list, jsonld_new_string(db_column_text(rows, 0)));
	if (db_finish(rows, err) && db_get_int(db, "SELECT count(*) FROM following WHERE publication = $1 AND state = $2",
	                                       DB_ARGS(db_int(publication), db_int(FOLLOWING_ACCEPTED)), count, err))
		return list;
	return NULL;
}
