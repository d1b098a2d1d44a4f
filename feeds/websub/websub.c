#include "feeds/websub/websub.h"
#include "gateway/base/address/network.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { TOKEN_BYTES = 24, SECRET_BYTES = 32 };

#define COLUMNS "w.id, w.publication, w.source, w.hubs, w.hub, w.topic, w.base, w.token, w.secret, w.state, w.pending, w.pending_until," \
	" w.lease_end, w.next_try, w.tries, w.proven, w.pushes, w.last_push, w.forged, w.words, w.site"

static struct websub *from_row(void *owner, struct db_rows *rows)
{
	struct websub *w = mem_new(owner, struct websub);
	int n = 0;
	w->id = db_column_int(rows, n++);
	w->publication = db_column_int(rows, n++);
	w->source = db_column_int(rows, n++);
	w->hubs = db_column_dup(w, rows, n++);
	w->hub = db_column_dup(w, rows, n++);
	w->topic = db_column_dup(w, rows, n++);
	w->base = db_column_dup(w, rows, n++);
	w->token = db_column_dup(w, rows, n++);
	w->secret = db_column_dup(w, rows, n++);
	w->state = (enum websub_state)db_column_int(rows, n++);
	w->pending = (enum websub_mode)db_column_int(rows, n++);
	w->pending_until = db_column_int(rows, n++);
	w->lease_end = db_column_int(rows, n++);
	w->next_try = db_column_int(rows, n++);
	w->tries = (int)db_column_int(rows, n++);
	w->proven = db_column_int(rows, n++) != 0;
	w->pushes = db_column_int(rows, n++);
	w->last_push = db_column_int(rows, n++);
	w->forged = db_column_int(rows, n++);
	w->last_error = db_column_dup(w, rows, n++);
	w->site = db_column_dup(w, rows, n++);
	return w;
}

static struct websub *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	struct websub *w = db_next(rows) ? from_row(owner, rows) : NULL;
	if (!db_finish(rows, err)) {
		talloc_free(w);
		return NULL;
	}
	if (!w)
		error_set(err, ERROR_NOT_FOUND, "no hub pushes this");
	return w;
}

struct websub *websub_of(void *owner, struct db *db, int64_t source, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM websub w WHERE w.source = $1", DB_ARGS(db_int(source)), err);
}

struct websub *websub_by_token(void *owner, struct db *db, const char *token, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM websub w WHERE w.token = $1", DB_ARGS(db_text(token)), err);
}

struct websub *websub_by_id(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM websub w WHERE w.id = $1", DB_ARGS(db_int(id)), err);
}

/* No request is sent for a paused or held source.  A subscription that has lost its source is due at once. */
#define AWAKE " FROM websub w LEFT JOIN source s ON s.id = w.source WHERE (s.id IS NULL OR s.state = 0)"
#define LOST "w.source IS NULL AND w.state < $1"

bool websub_due(void *owner, struct db *db, int64_t limit, struct websub ***all, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS AWAKE " AND (w.next_try <= $2 OR (" LOST ")) ORDER BY w.next_try LIMIT $3",
	                                DB_ARGS(db_int(WEBSUB_LEAVING), db_int(clock_now()), db_int(limit)));
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct websub *w = from_row(owner, rows);
		*mem_push(owner, *all, count) = w;
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

/* Runs in every turn of the role, so it must be cheap: two index lookups, whatever the number of rows. */
bool websub_next_due(struct db *db, int64_t *ms, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(t) FROM (SELECT * FROM (SELECT 0 AS t FROM websub w WHERE " LOST " LIMIT 1) lost"
	                                    " UNION ALL SELECT * FROM (SELECT w.next_try AS t" AWAKE " ORDER BY w.next_try LIMIT 1) next) earliest",
	                                DB_ARGS(db_int(WEBSUB_LEAVING)));
	*ms = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*ms = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

bool websub_record(struct db *db, const struct websub *before, const struct websub *w, bool *mine, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "UPDATE websub SET source = $2, hubs = $3, hub = $4, topic = $5, base = $6, token = $7, secret = $8, state = $9, pending = $10,"
	                   " pending_until = $11, lease_end = $12, next_try = $13, tries = $14, proven = $15, words = $16, site = $22"
	                   " WHERE id = $1 AND next_try = $17 AND tries = $18 AND state = $19 AND pending_until = $20 AND coalesce(source, 0) = $21",
	               DB_ARGS(db_int(w->id), db_int_or_null(w->source), db_text(w->hubs), db_text(w->hub), db_text(w->topic), db_text(w->base),
	                       db_text(w->token), db_text(w->secret), db_int(w->state), db_int(w->pending), db_int(w->pending_until),
	                       db_int(w->lease_end), db_int(w->next_try), db_int(w->tries), db_int(w->proven), db_text(w->last_error),
	                       db_int(before->next_try), db_int(before->tries), db_int(before->state), db_int(before->pending_until),
	                       db_int(before->source), db_text(w->site)),
	               &changed, err))
		return false;
	*mine = changed != 0;
	return true;
}

bool websub_delete(struct db *db, int64_t id, struct error *err)
{
	return db_run(db, "DELETE FROM websub WHERE id = $1", DB_ARGS(db_int(id)), err);
}

char *websub_callback(void *owner, const struct websub *w) { return mem_printf(owner, "%s/websub/%s", w->site, w->token); }

/* "localhost", and names of a local network. */
static bool is_local_name(const char *host) { return !strchr(host, '.') || text_ends(host, ".localhost") || text_ends(host, ".local"); }

static bool is_allowed(const struct network_address *a, const char *const *networks)
{
	struct error ignored;
	struct network n;
	for (; networks && *networks; networks++)
		if (network_parse(*networks, &n, &ignored) && network_holds(&n, a))
			return true;
	return false;
}

bool websub_reachable(const struct publication *p, const struct config *config)
{
	struct error ignored;
	struct network_address address;
	struct url *u = url_parse(NULL, p->url, &ignored);
	if (!u)
		return false;
	size_t size = strlen(u->host);
	char *bare = u->host[0] == '[' ? mem_ndup(u, u->host + 1, size - 2) : mem_dup(u, u->host);
	bool reachable = network_address_parse(bare, &address) ? !network_reserved(&address) || is_allowed(&address, config->allow_networks) : !is_local_name(bare);
	talloc_free(u);
	return reachable;
}

char *websub_describe(void *owner, const struct websub *w)
{
	char *until = clock_rfc3339(owner, w->lease_end), *last = w->last_push ? clock_rfc3339(owner, w->last_push) : NULL;
	char *error = w->last_error ? mem_printf(owner, "; %s", w->last_error) : mem_dup(owner, "");
	switch (w->state) {
	case WEBSUB_WANTED: return mem_printf(owner, "%s is asked to push%s", w->hub, error);
	case WEBSUB_ACTIVE: return mem_printf(owner, "%s pushes until %s, %s%s%s", w->hub, until, last ? "last at " : "nothing yet", last ? last : "", error);
	case WEBSUB_DENIED: return mem_printf(owner, "%s does not push%s", w->hub, error);
	case WEBSUB_LEAVING: return mem_printf(owner, "%s is told to stop", w->hub);
	case WEBSUB_ENDED: break;
	}
	return mem_printf(owner, "%s has stopped", w->hub);
}

void websub_renew_keys(struct websub *w)
{
	w->token = token_random(w, TOKEN_BYTES);
	w->secret = token_random(w, SECRET_BYTES);
}
