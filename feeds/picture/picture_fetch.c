#include "feeds/picture/picture_fetch.h"
#include "gateway/archive/store/picture_backlog.h"
#include "gateway/archive/store/picture_rows.h"
#include "gateway/base/address/url.h"
#include "gateway/base/http/http.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"

/* Requests at once, and to one host, which may hang; tries; time for each. */
enum { PARALLEL = 8, PER_HOST = 2, TRIES = 3, REDIRECTS = 5, TIMEOUT_MS = 20000, TURN_MS = 50, RETRY_AFTER_MAX = 24 * 3600 };
#define LEASE (5 * CLOCK_MINUTE)
#define HOST_BUSY (5 * CLOCK_SECOND)
/* How often is looked for pictures that nobody shows. */
#define SWEEP (10 * CLOCK_MINUTE)

struct picture_fetcher {
	struct db *db;
	const struct config *config;
	struct hosts *hosts;
	struct http_client *client;
	char *holder;
	struct wanted **held; /* claimed */
	size_t held_count;
	int64_t renewed, swept; /* by clock_steady; swept 0: not yet */
};

/* One that is requested. */
struct wanted {
	struct picture_fetcher *fetcher;
	int64_t row, entry;
	const char *address, *proxy;
	int tries;
	bool requested;
};

struct picture_fetcher *picture_fetcher_new(void *owner, struct db *db, const struct config *config, struct hosts *hosts, struct error *err)
{
	struct picture_fetcher *f = mem_new(owner, struct picture_fetcher);
	f->db = db;
	f->config = config;
	f->hosts = hosts;
	f->holder = holder_self(f);
	f->renewed = clock_steady();
	f->client = http_client_new(f, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
	if (f->client)
		return f;
	talloc_free(f);
	return NULL;
}

static int forget(struct wanted *w)
{
	struct picture_fetcher *f = w->fetcher;
	size_t i = 0;
	while (i < f->held_count && f->held[i] != w)
		i++;
	if (i < f->held_count)
		f->held[i] = f->held[--f->held_count];
	return 0;
}

/* The pause after a try.  When polls are only seconds apart, as in tests, so is this. */
static int64_t pause_after(const struct config *config, int tries)
{
	return config->poll_seconds_min > 0 ? config->poll_seconds_min * CLOCK_SECOND : tries > 1 ? CLOCK_HOUR : CLOCK_MINUTE;
}

/* until 0: it is not tried any more. */
static bool put_off(struct db *db, const struct wanted *w, int64_t until, struct error *err)
{
	return db_run(db, "UPDATE entry_picture SET tries = $2, next_try = $3, holder = NULL, crashes = 0 WHERE id = $1",
	              DB_ARGS(db_int(w->row), db_int(w->tries), db_int_or_null(until)), err);
}

static bool failed(struct picture_fetcher *f, struct wanted *w, const struct http_response *r, const char *why, struct error *err)
{
	int64_t rest = r && r->done ? http_retry_after(r, RETRY_AFTER_MAX) * CLOCK_SECOND : 0, pause = pause_after(f->config, ++w->tries);
	bool again = w->tries < TRIES;
	log_debug("picture not kept", log_int("entry", w->entry), log_text("address", w->address), log_text("error", why), log_int("tries", w->tries));
	return put_off(f->db, w, again ? clock_now() + (rest > pause ? rest : pause) : 0, err);
}

/* What the post shows no more meanwhile has no row, and is not kept. */
static bool store(struct picture_fetcher *f, const struct wanted *w, const struct picture *p, bool *room, struct error *err)
{
	int64_t id, changed;
	if (!picture_rows_keep(f->db, p, (int64_t)f->config->picture_megabytes << 20, &id, err))
		return false;
	*room = id != 0;
	return !id || (db_change(f->db, "UPDATE entry_picture SET picture = $2, next_try = NULL, holder = NULL, crashes = 0 WHERE id = $1 AND picture IS NULL",
	                         DB_ARGS(db_int(w->row), db_int(id)), &changed, err) &&
	               (!changed || picture_rows_publish(f->db, w->entry, err)));
}

static bool keep(struct picture_fetcher *f, struct wanted *w, const struct picture *p, struct error *err)
{
	bool room = true;
	for (int races = 0; !db_begin(f->db, err) || !db_end(f->db, store(f, w, p, &room, err), err);)
		if (!db_again(f->db, &races))
			return false;
	if (room)
		return true;
	log_warning("picture not kept: there is no more room, see picture_megabytes", log_int("entry", w->entry), log_int("bytes", (int64_t)p->size));
	w->tries = TRIES;
	return put_off(f->db, w, 0, err);
}

/* Frees w. */
static bool take(struct picture_fetcher *f, struct wanted *w, const struct http_response *r, struct error *err)
{
	struct picture p;
	bool fine;
	if (!r->done)
		fine = failed(f, w, r, r->err.text, err);
	else if (r->status != 200)
		fine = failed(f, w, r, mem_printf(w, "status %d", r->status), err);
	else if (!picture_make(w, r->body->data, r->body->size, &p))
		fine = failed(f, w, r, "this is no picture that is kept", err);
	else
		fine = keep(f, w, &p, err);
	talloc_free(w);
	return fine;
}

/* Claims some that are due, previews of films and the newest first: letters wait for these.  Of those with crashes, one. */
static bool claim(struct picture_fetcher *f, bool suspects, struct wanted ***all, struct error *err)
{
	int64_t now = clock_now();
	size_t count = 0;
	struct db_rows *rows = db_query(f->db,
		"UPDATE entry_picture SET next_try = $2, holder = $4 WHERE next_try <= $1 AND holder IS NULL AND id IN (SELECT u.id FROM entry_picture u"
		" WHERE u.next_try <= $1 AND u.holder IS NULL AND (u.crashes > 0) = ($5 = 1) ORDER BY u.crashes, u.poster DESC, u.tries, u.id DESC LIMIT $3)"
		" RETURNING id, entry, address, tries, (SELECT s.proxy FROM source s JOIN entry e ON e.source = s.id WHERE e.id = entry_picture.entry)",
		DB_ARGS(db_int(now), db_int(now + LEASE), db_int(suspects ? 1 : PARALLEL), db_text(f->holder), db_int(suspects)));
	*all = NULL;
	while (db_next(rows)) {
		struct wanted *w = mem_new(f, struct wanted);
		*w = (struct wanted){ .fetcher = f, .row = db_column_int(rows, 0), .entry = db_column_int(rows, 1), .address = db_column_dup(w, rows, 2),
		                      .tries = (int)db_column_int(rows, 3), .proxy = db_column_dup(w, rows, 4) };
		*mem_push(f, f->held, f->held_count) = w;
		talloc_set_destructor(w, forget);
		*mem_push(f, *all, count) = w;
	}
	mem_fit(f, *all, count);
	return db_finish(rows, err);
}

static bool close_row(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE entry_picture SET tries = $2, next_try = NULL, holder = NULL, crashes = 0 WHERE id = $1", DB_ARGS(db_int(row), db_int(TRIES)), err);
}

static bool retry_row(struct db *db, int64_t row, struct error *err)
{
	return db_run(db, "UPDATE entry_picture SET tries = 0, next_try = $2 WHERE id = $1 AND picture IS NULL", DB_ARGS(db_int(row), db_int(clock_now())), err);
}

static bool drop_row(struct db *db, int64_t row, struct error *err) { return close_row(db, row, err); }

const struct quarantine_kind picture_queue = {
	.name = "picture", .role = "ingest", .table = "entry_picture", .key = "id", .which = "picture IS NULL", .waiting = "next_try <= $1", .lease = "next_try",
	.release = "next_try = $2", .impossible = "next_try > $1 + 172800000", .publication = "(SELECT e.publication FROM entry e WHERE e.id = entry_picture.entry)",
	.close = close_row, .retry = retry_row, .drop = drop_row,
};

static bool is_busy(const struct picture_fetcher *f, const char *address)
{
	int count = 0;
	for (size_t i = 0; i < f->held_count; i++)
		count += f->held[i]->requested && url_same_host(f->held[i]->address, address);
	return count >= PER_HOST;
}

/* Frees w, unless it is requested. */
static bool start(struct picture_fetcher *f, struct wanted *w, struct error *err)
{
	static const struct http_header headers[] = { { "Accept", "image/jpeg, image/png, image/gif, image/webp;q=0.8, image/avif;q=0.5" }, { NULL, NULL } };
	struct error why = { 0 };
	int64_t now = clock_now(), turn = is_busy(f, w->address) ? now + HOST_BUSY : hosts_turn(f->hosts, w->address, now);
	bool fine;
	if (turn > now)
		fine = put_off(f->db, w, turn, err);
	else if (http_start(f->client, &(struct http_request){ .url = w->address, .headers = headers, .max_size = PICTURE_MAX, .timeout_ms = TIMEOUT_MS,
	                                                       .redirects = REDIRECTS, .proxy = w->proxy, .tag = w }, &why))
		return w->requested = true;
	else
		fine = failed(f, w, NULL, why.text, err);
	talloc_free(w);
	return fine;
}

static bool next_due(struct db *db, int64_t *due, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(next_try) FROM entry_picture WHERE next_try IS NOT NULL AND holder IS NULL", DB_NONE);
	*due = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*due = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

static bool start_due(struct picture_fetcher *f, bool suspects, struct error *err)
{
	struct wanted **all;
	bool fine = claim(f, suspects, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = start(f, all[i], err);
	talloc_free(all);
	return fine;
}

static bool collect(struct picture_fetcher *f, struct error *err)
{
	bool fine = true;
	for (struct http_response *r = http_next(f->client, TURN_MS); r; r = fine ? http_next(f->client, 0) : NULL) {
		fine = take(f, r->tag, r, err);
		talloc_free(r);
	}
	return fine;
}

static bool renew(struct picture_fetcher *f, struct error *err)
{
	int64_t now = clock_steady();
	if (now - f->renewed < LEASE / 3)
		return true;
	int64_t *rows = mem_array(NULL, int64_t, f->held_count + 1);
	for (size_t i = 0; i < f->held_count; i++)
		rows[i] = f->held[i]->row;
	bool fine = quarantine_renew(f->db, &picture_queue, LEASE, rows, f->held_count, err);
	talloc_free(rows);
	f->renewed = fine ? now : f->renewed;
	return fine;
}

/* What comes up from time to time.  *more: at once there is more of it. */
static bool tidy(struct picture_fetcher *f, bool *more, struct error *err)
{
	int64_t now = clock_steady(), every = f->config->poll_seconds_min > 0 ? f->config->poll_seconds_min * CLOCK_SECOND : SWEEP, removed;
	if (!picture_backlog_step(f->db, more, err))
		return false;
	if (f->swept && now - f->swept < every)
		return true;
	if (!picture_rows_sweep(f->db, &removed, err))
		return false;
	if (removed)
		log_info("pictures removed that no entry shows", log_int("count", removed));
	f->swept = now;
	return true;
}

bool picture_fetcher_turn(struct picture_fetcher *f, enum trial_turn turn, int64_t *due, struct error *err)
{
	bool more;
	/* Reading first keeps an idle role from taking the write lock. */
	if (!renew(f, err) || !tidy(f, &more, err) || !next_due(f->db, due, err))
		return false;
	if (*due == 0 && turn != TRIAL_WAIT && http_running(f->client) < PARALLEL && !start_due(f, turn == TRIAL_SUSPECTS, err))
		return false;
	if (http_running(f->client) > 0 && !collect(f, err))
		return false;
	if (more || http_running(f->client) > 0)
		*due = 0;
	else if (*due == 0)
		return next_due(f->db, due, err);
	return true;
}

bool picture_fetcher_holds(const struct picture_fetcher *f) { return f->held_count > 0; }
bool picture_fetcher_release(struct picture_fetcher *f, struct error *err) { return quarantine_release(f->db, &picture_queue, err); }
