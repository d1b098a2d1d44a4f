#include "feeds/withdraw/vanished_check.h"
#include "feeds/withdraw/vanished.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/http/http.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"

/* Requests at once; how often a page must be gone; how often it may fail otherwise. */
enum { PARALLEL = 4, GONE_TIMES = 2, TRIES = 5, REDIRECTS = 5, TURN_MS = 50, PAGE_MAX = 4 << 20, RETRY_AFTER_MAX = 7 * 24 * 3600 };
#define LEASE (5 * CLOCK_MINUTE)
#define RECHECK_AFTER (90 * CLOCK_DAY)

struct vanished_checker {
	struct db *db;
	const struct config *config;
	struct hosts *hosts;
	struct http_client *client;
	char *holder;
	int64_t *held; /* entries whose pages are requested */
	size_t held_count;
	int64_t renewed; /* by clock_steady */
};

/* The page of a candidate. */
struct page {
	struct vanished_checker *checker;
	int64_t entry;
	const char *link, *proxy;
	int misses, tries;
	bool get; /* GET, not HEAD: some servers refuse HEAD and others answer it wrongly, so the last request is always a GET */
};

struct vanished_checker *vanished_checker_new(void *owner, struct db *db, const struct config *config, struct hosts *hosts, struct error *err)
{
	struct vanished_checker *c = mem_new(owner, struct vanished_checker);
	c->db = db;
	c->config = config;
	c->hosts = hosts;
	c->holder = holder_self(c);
	c->renewed = clock_steady();
	c->client = http_client_new(c, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
	if (c->client)
		return c;
	talloc_free(c);
	return NULL;
}

static int forget(struct page *p)
{
	struct vanished_checker *c = p->checker;
	size_t i = 0;
	while (i < c->held_count && c->held[i] != p->entry)
		i++;
	if (i < c->held_count)
		c->held[i] = c->held[--c->held_count];
	return 0;
}

/* The pause before a page that is gone is requested again.  It is shorter than an hour when polls are only seconds apart, as in tests. */
static int64_t pause_of(const struct config *config) { return config->poll_seconds_min > 0 ? 3 * config->poll_seconds_min * CLOCK_SECOND : CLOCK_HOUR; }

static bool put_off(struct db *db, const struct page *p, int64_t until, struct error *err)
{
	return db_run(db, "UPDATE vanished SET misses = $2, tries = $3, next_try = $4, holder = NULL, crashes = 0 WHERE entry = $1",
	              DB_ARGS(db_int(p->entry), db_int(p->misses), db_int(p->tries), db_int(until)), err);
}

static bool let_stay(struct db *db, const struct page *p, struct error *err)
{
	log_debug("missing entry stays", log_int("entry", p->entry), log_text("link", p->link));
	return db_run(db, "UPDATE vanished SET state = $2, next_try = $3, holder = NULL, crashes = 0 WHERE entry = $1",
	              DB_ARGS(db_int(p->entry), db_int(VANISHED_STAYS), db_int(clock_now() + RECHECK_AFTER)), err);
}

struct withdrawing {
	struct db *db;
	int64_t entry, missing; /* missing: was it still a candidate? */
};

static bool withdraw_missing(void *context, struct error *err)
{
	struct withdrawing *w = context;
	return db_change(w->db, "DELETE FROM vanished WHERE entry = $1", DB_ARGS(db_int(w->entry)), &w->missing, err) &&
	       (!w->missing || archive_withdraw_by(w->db, w->entry, ARCHIVE_BY_ABSENCE, err) || err->kind == ERROR_NOT_FOUND);
}

/* What the feed has shown again meanwhile is no candidate any more, and stays. */
static bool withdraw(struct db *db, const struct page *p, struct error *err)
{
	struct withdrawing w = { db, p->entry, 0 };
	if (!db_transact(db, withdraw_missing, &w, err))
		return false;
	if (w.missing)
		log_info("entry withdrawn, its page is gone", log_int("entry", p->entry), log_text("link", p->link));
	return true;
}

static bool start(struct vanished_checker *c, struct page *p, struct error *err)
{
	struct error why = { 0 };
	if (http_start(c->client, &(struct http_request){ .method = p->get ? "GET" : "HEAD", .url = p->link, .max_size = PAGE_MAX, .redirects = REDIRECTS,
	                                                  .proxy = p->proxy, .tag = p }, &why))
		return true;
	bool fine = let_stay(c->db, p, err);
	talloc_free(p);
	return fine;
}

/* The page is neither there nor gone: tries again later, up to TRIES times. */
static bool retry(struct vanished_checker *c, struct page *p, const struct http_response *r, struct error *err)
{
	int64_t wanted = r->done ? http_retry_after(r, RETRY_AFTER_MAX) * CLOCK_SECOND : 0, pause = 6 * pause_of(c->config);
	if (++p->tries >= TRIES)
		return let_stay(c->db, p, err);
	return put_off(c->db, p, clock_now() + (wanted > pause ? wanted : pause), err);
}

/* Frees p, unless it is requested again. */
static bool take(struct vanished_checker *c, struct page *p, const struct http_response *r, struct error *err)
{
	bool fine, gone = r->done && (r->status == 404 || r->status == 410);
	if (r->done && !p->get && (r->status == 400 || r->status == 405 || r->status == 501)) {
		p->get = true;
		return start(c, p, err);
	}
	if (gone && ++p->misses >= GONE_TIMES && p->get)
		fine = withdraw(c->db, p, err);
	else if (gone)
		fine = put_off(c->db, p, clock_now() + pause_of(c->config), err);
	else if (r->done && r->status < 400)
		fine = let_stay(c->db, p, err);
	else
		fine = retry(c, p, r, err);
	talloc_free(p);
	return fine;
}

/* Claims candidates that are due; of those with crashes, one.  While a source fails its pages are not requested: the whole site may be down. */
static bool claim(struct vanished_checker *c, bool suspects, struct page ***all, struct error *err)
{
	int64_t now = clock_now();
	size_t count = 0;
	struct db_rows *rows = db_query(c->db,
		"UPDATE vanished SET next_try = $3, holder = $6 WHERE next_try <= $2 AND holder IS NULL AND entry IN (SELECT v.entry FROM vanished v JOIN source s ON s.id = v.source"
		" WHERE v.state = $1 AND v.next_try <= $2 AND v.holder IS NULL AND (v.crashes > 0) = ($7 = 1) AND s.state = $4 AND s.failing_since = 0"
		" ORDER BY v.crashes, v.next_try LIMIT $5)"
		" RETURNING entry, link, misses, tries, (SELECT proxy FROM source WHERE id = vanished.source)",
		DB_ARGS(db_int(VANISHED_OPEN), db_int(now), db_int(now + LEASE), db_int(SOURCE_ACTIVE), db_int(suspects ? 1 : PARALLEL), db_text(c->holder),
		        db_int(suspects)));
	*all = NULL;
	while (db_next(rows)) {
		struct page *p = mem_new(c, struct page);
		*p = (struct page){ .checker = c, .entry = db_column_int(rows, 0), .link = db_column_dup(p, rows, 1), .misses = (int)db_column_int(rows, 2),
		                    .tries = (int)db_column_int(rows, 3), .proxy = db_column_dup(p, rows, 4), .get = db_column_int(rows, 2) > 0 };
		*mem_push(c, c->held, c->held_count) = p->entry;
		talloc_set_destructor(p, forget);
		*mem_push(c, *all, count) = p;
	}
	mem_fit(c, *all, count);
	return db_finish(rows, err);
}

static bool close_row(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "UPDATE vanished SET state = $2, next_try = $3, holder = NULL, crashes = 0 WHERE entry = $1",
	              DB_ARGS(db_int(entry), db_int(VANISHED_STAYS), db_int(clock_now() + RECHECK_AFTER)), err);
}

static bool retry_row(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "UPDATE vanished SET state = $2, next_try = $3 WHERE entry = $1", DB_ARGS(db_int(entry), db_int(VANISHED_OPEN), db_int(clock_now())), err);
}

static bool drop_row(struct db *db, int64_t entry, struct error *err)
{
	return db_run(db, "UPDATE vanished SET state = $2 WHERE entry = $1", DB_ARGS(db_int(entry), db_int(VANISHED_STAYS)), err);
}

_Static_assert(VANISHED_OPEN == 0 && SOURCE_ACTIVE == 0, "the SQL has these numbers");
const struct quarantine_kind vanished_queue = {
	.name = "missing page", .role = "ingest", .table = "vanished", .key = "entry", .which = "state = 0",
	.waiting = "next_try <= $1 AND EXISTS (SELECT 1 FROM source s WHERE s.id = vanished.source AND s.state = 0 AND s.failing_since = 0)",
	.lease = "next_try", .release = "next_try = $2", .publication = "(SELECT s.publication FROM source s WHERE s.id = vanished.source)",
	.close = close_row, .retry = retry_row, .drop = drop_row,
};

static bool start_in_turn(struct vanished_checker *c, struct page *p, struct error *err)
{
	int64_t now = clock_now(), turn = hosts_turn(c->hosts, p->link, now);
	if (turn <= now)
		return start(c, p, err);
	bool fine = put_off(c->db, p, turn, err);
	talloc_free(p);
	return fine;
}

static bool next_due(struct db *db, int64_t *due, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT min(v.next_try) FROM vanished v JOIN source s ON s.id = v.source WHERE v.state = $1 AND s.state = $2"
	                                    " AND s.failing_since = 0 AND v.holder IS NULL", DB_ARGS(db_int(VANISHED_OPEN), db_int(SOURCE_ACTIVE)));
	*due = -1;
	if (db_next(rows) && !db_column_null(rows, 0)) {
		int64_t left = db_column_int(rows, 0) - clock_now();
		*due = left > 0 ? left : 0;
	}
	return db_finish(rows, err);
}

static bool start_due(struct vanished_checker *c, bool suspects, struct error *err)
{
	struct page **all;
	bool fine = claim(c, suspects, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = start_in_turn(c, all[i], err);
	talloc_free(all);
	return fine;
}

static bool collect(struct vanished_checker *c, struct error *err)
{
	bool fine = true;
	for (struct http_response *r = http_next(c->client, TURN_MS); r; r = fine ? http_next(c->client, 0) : NULL) {
		fine = take(c, r->tag, r, err);
		talloc_free(r);
	}
	return fine;
}

static bool renew(struct vanished_checker *c, struct error *err)
{
	int64_t now = clock_steady();
	if (now - c->renewed < LEASE / 3)
		return true;
	if (!quarantine_renew(c->db, &vanished_queue, LEASE, c->held, c->held_count, err))
		return false;
	c->renewed = now;
	return true;
}

bool vanished_checker_turn(struct vanished_checker *c, enum trial_turn turn, int64_t *due, struct error *err)
{
	/* Reading first keeps an idle role from taking the write lock. */
	if (!renew(c, err) || !next_due(c->db, due, err))
		return false;
	if (*due == 0 && turn != TRIAL_WAIT && http_running(c->client) < PARALLEL && !start_due(c, turn == TRIAL_SUSPECTS, err))
		return false;
	if (http_running(c->client) > 0 && !collect(c, err))
		return false;
	if (http_running(c->client) > 0)
		*due = 0;
	else if (*due == 0)
		return next_due(c->db, due, err);
	return true;
}

bool vanished_checker_holds(const struct vanished_checker *c) { return c->held_count > 0; }
bool vanished_checker_release(struct vanished_checker *c, struct error *err) { return quarantine_release(c->db, &vanished_queue, err); }
