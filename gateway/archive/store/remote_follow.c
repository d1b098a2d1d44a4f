#include "gateway/archive/store/remote_follow.h"
#include "gateway/archive/store/pace.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define LIFE (10 * CLOCK_MINUTE)
enum { TRIES = 2, RESOURCE_MAX = 1000 };

/* Those who ask, those who are asked, and what all of it may cost; in this order, so that nobody waits for one who waits for them. */
static const struct pace limits[] = {
	{ "following from network", 20, 15 * CLOCK_SECOND },
	{ "following at host", 60, 5 * CLOCK_SECOND },
	{ "following", 300, CLOCK_SECOND },
};

bool remote_follow_can_ask(const struct handle *who, const char *typed)
{
	char *text = text_trim(NULL, typed);
	bool can = who->name || (url_valid(text) && strlen(text) <= RESOURCE_MAX);
	talloc_free(text);
	return can;
}

static bool take_all(struct db *db, const char *network, const char *host, int64_t *wait, struct error *err)
{
	const char *whose[] = { network, host, "all" };
	bool fine = true;
	for (size_t i = 0; fine && !*wait && i < sizeof limits / sizeof *limits; i++) {
		char *name = mem_printf(NULL, "%s %s", limits[i].name, whose[i] ? whose[i] : "");
		fine = !whose[i] || pace_take(db, &(struct pace){ name, limits[i].burst, limits[i].per_ms }, clock_now(), wait, err);
		talloc_free(name);
	}
	return fine;
}

static bool insert(struct db *db, int64_t publication, const struct handle *who, const char *resource, const char *token, struct error *err)
{
	int64_t now = clock_now();
	char *hash = token_hash(NULL, token);
	bool fine = db_run(db, "INSERT INTO remote_follow (token, publication, resource, host, state, own, tries, due, created) VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $6)",
	                   DB_ARGS(db_text(hash), db_int(publication), db_text(resource), db_text(who->host), db_int(REMOTE_FOLLOW_WAITING), db_int(now)), err);
	talloc_free(hash);
	return fine;
}

bool remote_follow_add(void *owner, struct db *db, int64_t publication, const struct handle *who, const char *typed, const char *remote, char **token,
                       int64_t *wait, struct error *err)
{
	void *scratch = talloc_new(NULL);
	const char *resource = who->name ? mem_printf(scratch, "acct:%s@%s", who->name, who->host) : text_trim(scratch, typed);
	char *made = token_random(scratch, 16);
	*token = NULL;
	*wait = 0;
	bool fine = db_begin_rows(db, err);
	if (fine) {
		fine = take_all(db, network_name(scratch, remote), who->host, wait, err) && (*wait || insert(db, publication, who, resource, made, err));
		if (fine && *wait)
			db_rollback(db);
		else
			fine = db_end(db, fine, err);
	}
	if (fine && !*wait)
		*token = talloc_steal(owner, made);
	talloc_free(scratch);
	return fine;
}

#define COLUMNS "id, publication, resource, host, state, url, own"

static struct remote_follow *from_row(void *owner, struct db_rows *rows)
{
	struct remote_follow *f = mem_new(owner, struct remote_follow);
	*f = (struct remote_follow){
		.id = db_column_int(rows, 0), .publication = db_column_int(rows, 1), .resource = db_column_dup(f, rows, 2), .host = db_column_dup(f, rows, 3),
		.state = (enum remote_follow_state)db_column_int(rows, 4), .url = db_column_dup(f, rows, 5), .own = db_column_int(rows, 6) != 0,
	};
	return f;
}

struct remote_follow *remote_follow_get(void *owner, struct db *db, int64_t publication, const char *token, struct error *err)
{
	int64_t now = clock_now();
	char *hash = token_hash(NULL, token);
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS ", created FROM remote_follow WHERE token = $1 AND publication = $2 AND created > $3",
	                                DB_ARGS(db_text(hash), db_int(publication), db_int(now - LIFE)));
	struct remote_follow *f = db_next(rows) ? from_row(owner, rows) : NULL;
	if (f && f->state == REMOTE_FOLLOW_WAITING && now - db_column_int(rows, 7) > REMOTE_FOLLOW_PATIENCE)
		f->state = REMOTE_FOLLOW_SILENT;
	talloc_free(hash);
	return db_finish_one(rows, f, "nobody with this token wants to follow", err);
}

/* A lease that ends further away than one can is of a clock that was wrong, and has ended. */
#define DUE "state = 0 AND (due <= $1 OR due > $1 + 600000) AND tries < $2 AND created > $3"

bool remote_follow_waits(struct db *db, bool *waits, struct error *err)
{
	int64_t any = 0, now = clock_now();
	bool fine = db_get_int(db, "SELECT CASE WHEN EXISTS (SELECT 1 FROM remote_follow WHERE " DUE ") THEN 1 ELSE 0 END",
	                       DB_ARGS(db_int(now), db_int(TRIES), db_int(now - REMOTE_FOLLOW_PATIENCE)), &any, err);
	*waits = any != 0;
	return fine;
}

bool remote_follow_claim(void *owner, struct db *db, int64_t limit, int64_t lease_ms, struct remote_follow ***all, struct error *err)
{
	int64_t now = clock_now();
	size_t count = 0;
	struct db_rows *rows = db_query(db, "UPDATE remote_follow SET tries = tries + 1, due = $1 + $5 WHERE id IN (SELECT id FROM remote_follow WHERE " DUE
	                                    " ORDER BY id LIMIT $4) AND " DUE " RETURNING " COLUMNS,
	                                DB_ARGS(db_int(now), db_int(TRIES), db_int(now - REMOTE_FOLLOW_PATIENCE), db_int(limit), db_int(lease_ms)));
	*all = NULL;
	while (db_next(rows)) {
		struct remote_follow *f = from_row(owner, rows);
		*mem_push(owner, *all, count) = f;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

bool remote_follow_record(struct db *db, const struct remote_follow *f, struct error *err)
{
	return db_run(db, "UPDATE remote_follow SET state = $2, url = $3, own = $4 WHERE id = $1",
	              DB_ARGS(db_int(f->id), db_int(f->state), db_text(f->url), db_int(f->own)), err);
}

bool remote_follow_sweep(struct db *db, int64_t now, struct error *err)
{
#define OLD "created < $1 OR created > $2"
	int64_t any = 0, from = now - LIFE, to = now + LIFE;
	/* A look is no commit, which would wake everybody. */
	return db_get_int(db, "SELECT CASE WHEN EXISTS (SELECT 1 FROM remote_follow WHERE " OLD ") THEN 1 ELSE 0 END", DB_ARGS(db_int(from), db_int(to)), &any, err) &&
	       (!any || db_run(db, "DELETE FROM remote_follow WHERE " OLD, DB_ARGS(db_int(from), db_int(to)), err));
}
