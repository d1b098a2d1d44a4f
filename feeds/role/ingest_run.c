#include "feeds/role/ingest_run.h"
#include "feeds/ingest/ingest_source.h"
#include "feeds/picture/picture_fetch.h"
#include "feeds/role/full_text_prefetch.h"
#include "feeds/role/reading.h"
#include "feeds/role/websub_work.h"
#include "feeds/websub/websub_push.h"
#include "feeds/withdraw/vanished_check.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"

/* Sources that are fetched at once; source rows in one transaction. */
enum { FETCHES = 200, GROUP = 100, TURN_MS = 200 };
#define LEASE (5 * CLOCK_MINUTE)

struct fetched {
	struct source *source;
	int64_t previous; /* its last_fetch before this fetch */
};

struct loop {
	struct ingest *in;
	struct websub_work *websub;
	struct vanished_checker *vanished;
	struct picture_fetcher *pictures;
	struct helper_pool *helpers;
	struct reading *reading;
	struct full_text_prefetch *prefetch;
	struct source **fetching; /* claimed and requested */
	size_t fetching_count;
	struct fetched *done;     /* settled, and not yet recorded */
	size_t done_count;
	struct trial trial;
	struct quarantine_watch watch;
	int64_t renewed;          /* by clock_steady */
};

/* Those whose turns are told apart; a mail is read in the turn of its source. */
enum { SOURCES, PUSHES, PAGES, PICTURES, QUEUES };
static const struct quarantine_kind *const queues[] = { &source_queue, &websub_push_queue, &vanished_queue, &picture_queue, &mail_in_source_queue, NULL };

static void log_outcome(const struct source *s, bool fine, const struct ingest_result *r, const struct error *err)
{
	char *url = source_redact_url(NULL, s->url);
	if (!fine)
		log_warning("source failed", log_int("source", s->id), log_text("url", url), log_int("failures", s->failures), log_text("error", err->text));
	else if (!r->unchanged)
		log_info("source read", log_int("source", s->id), log_text("url", url), log_int("entries", (int64_t)r->entries), log_int("new", (int64_t)r->fresh),
		         log_int("revised", (int64_t)r->revised), log_text("announced", r->first ? "no, first import" : "yes"));
	else
		log_debug("source unchanged", log_int("source", s->id));
	talloc_free(url);
}

/* response: NULL, and none could be requested, as err says, or the source is a file. */
static void settle(struct loop *l, const struct fetched_document *d, struct error *err)
{
	struct ingest_result result;
	struct fetched *f = mem_push(l, l->done, l->done_count);
	*f = (struct fetched){ d->source, d->source->last_fetch };
	l->in->parsed = d->parsed;
	bool fine = ingest_mail_is_source(d->source) ? ingest_source_settle_mail(l->in, d->source, d->mail, &result, err)
	                                             : ingest_source_settle(l->in, d->source, d->response, &result, err);
	l->in->parsed = NULL;
	log_outcome(d->source, fine, &result, err);
	talloc_free(d->parsed);
	talloc_free(d->response);
	talloc_free(d->mail);
}

/* Puts off the sources whose hosts have to rest, in one transaction if there are any, and sets them to NULL in all. */
static bool put_off_early(struct loop *l, struct source **all, struct error *err)
{
	struct db *db = l->in->db;
	int64_t now = clock_now();
	bool fine = true, begun = false;
	for (size_t i = 0; fine && i < talloc_array_length(all); i++) {
		int64_t turn = ingest_source_is_file(all[i]) ? now : hosts_turn(l->in->hosts, all[i]->url, now);
		if (turn <= now)
			continue;
		begun = begun || db_begin_rows(db, err);
		fine = begun && source_put_off(db, all[i]->id, turn, err);
		TALLOC_FREE(all[i]);
	}
	return begun ? db_end(db, fine, err) : fine;
}

/* One mail after the other: a folder of many is no reason for feeds to wait. */
static void start_mail(struct loop *l, struct source *s)
{
	struct error err = { 0 };
	struct fetched_document d = { .source = s };
	if (ingest_mail_next(l, l->in, s, &d.mail, &err) && d.mail)
		reading_take_mail(l->reading, &d);
	else
		settle(l, &d, &err);
}

static void start(struct loop *l, struct source *s)
{
	struct error err = { 0 };
	if (ingest_mail_is_source(s)) {
		start_mail(l, s);
		return;
	}
	if (ingest_source_is_file(s) || !ingest_source_start(l->in, s, &err))
		settle(l, &(struct fetched_document){ .source = s }, &err);
	else
		*mem_push(l, l->fetching, l->fetching_count) = s;
}

/* Starts the sources that are due, up to FETCHES at once.  False only for a database that cannot be used. */
static bool start_due(struct loop *l, enum trial_turn turn, struct error *err)
{
	struct source **all;
	size_t busy = l->fetching_count + reading_count(l->reading), room = busy < FETCHES ? FETCHES - busy : 0;
	const struct source_claimer who = { l->in->holder, LEASE, (int64_t)room, turn == TRIAL_SUSPECTS };
	if (room < FETCHES / 2 || turn == TRIAL_WAIT)
		return true;
	if (!source_claim(l, l->in->db, &who, &all, err))
		return false;
	bool fine = talloc_array_length(all) == 0 || put_off_early(l, all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		if (all[i])
			start(l, all[i]);
	talloc_free(all);
	return fine;
}

static void take_response(struct loop *l, struct http_response *r)
{
	struct error err = { 0 };
	struct source *s = r->tag;
	size_t i = 0;
	while (l->fetching[i] != s)
		i++;
	l->fetching[i] = l->fetching[--l->fetching_count];
	const struct fetched_document d = { s, r, NULL, NULL };
	if (!reading_take(l->reading, &d))
		settle(l, &d, &err);
}

/* Waits for a response or a helper, then takes all responses that are there. */
static void collect(struct loop *l)
{
	if (reading_is_full(l->reading)) {
		helper_pool_wait(l->helpers, TURN_MS);
		return;
	}
	for (struct http_response *r = http_next(l->in->client, l->done_count ? 0 : TURN_MS); r;
	     r = l->done_count < GROUP && !reading_is_full(l->reading) ? http_next(l->in->client, 0) : NULL)
		take_response(l, r);
}

/* Settles the sources whose documents were read, but for those that need pages. */
static void settle_read(struct loop *l)
{
	struct fetched_document d;
	while (l->done_count < GROUP && reading_next(l->reading, &d)) {
		struct error err = { 0 };
		if (!full_text_prefetch_take(l->prefetch, &d))
			settle(l, &d, &err);
	}
}

/* Settles the sources whose pages have come.  *due as in full_text_prefetch_turn. */
static void settle_ready(struct loop *l, int64_t *due)
{
	struct fetched_document d;
	/* Waits for pages only when there is nothing else to wait for. */
	int wait = l->fetching_count == 0 && l->done_count == 0 ? TURN_MS : 0;
	for (bool any = full_text_prefetch_turn(l->prefetch, wait, &d, due); any; any = full_text_prefetch_turn(l->prefetch, 0, &d, due)) {
		struct error err = { 0 };
		settle(l, &d, &err);
	}
}

static bool record_all(void *context, struct error *err)
{
	struct loop *l = context;
	bool fine = true;
	for (size_t i = 0; fine && i < l->done_count; i++)
		fine = ingest_source_record(l->in, l->done[i].source, l->done[i].previous, err);
	return fine;
}

static bool record(struct loop *l, struct error *err)
{
	if (l->done_count > 0 && !db_transact(l->in->db, record_all, l, err))
		return false;
	for (size_t i = 0; i < l->done_count; i++)
		talloc_free(l->done[i].source);
	l->done_count = 0;
	return true;
}

/* The shorter of two waits; -1: for ever. */
static int64_t sooner(int64_t a, int64_t b) { return a < 0 || (b >= 0 && b < a) ? b : a; }

/* Rows in work: sources that are requested, being read, waiting for their pages, or not recorded yet; pushes that are being read. */
static bool renew(struct loop *l, struct error *err)
{
	int64_t now = clock_steady(), *ids = NULL, *pushes = NULL, *mails = NULL;
	size_t count = 0, pushes_count = 0, mails_count = 0, waiting = full_text_prefetch_count(l->prefetch);
	if (now - l->renewed < LEASE / 3)
		return true;
	void *scratch = talloc_new(NULL);
	for (size_t i = 0; i < l->fetching_count; i++)
		*mem_push(scratch, ids, count) = l->fetching[i]->id;
	for (size_t i = 0; i < l->done_count; i++)
		*mem_push(scratch, ids, count) = l->done[i].source->id;
	for (size_t i = 0; i < reading_count(l->reading); i++) {
		*mem_push(scratch, ids, count) = reading_source(l->reading, i);
		*mem_push(scratch, mails, mails_count) = reading_mail(l->reading, i);
	}
	for (size_t i = 0; i < waiting; i++)
		*mem_push(scratch, ids, count) = full_text_prefetch_source(l->prefetch, i);
	for (size_t i = 0; i < websub_work_count(l->websub); i++) {
		*mem_push(scratch, ids, count) = websub_work_source(l->websub, i);
		*mem_push(scratch, pushes, pushes_count) = websub_work_push(l->websub, i);
	}
	bool fine = quarantine_renew(l->in->db, &source_queue, LEASE, ids, count, err) &&
	            quarantine_renew(l->in->db, &websub_push_queue, LEASE, pushes, pushes_count, err) &&
	            quarantine_renew(l->in->db, &mail_in_source_queue, LEASE, mails, mails_count, err);
	if (fine)
		l->renewed = now;
	talloc_free(scratch);
	return fine;
}

static bool holds(const struct loop *l)
{
	return l->fetching_count > 0 || l->done_count > 0 || reading_count(l->reading) > 0 || websub_work_count(l->websub) > 0 || full_text_prefetch_count(l->prefetch) > 0 || vanished_checker_holds(l->vanished) ||
	       picture_fetcher_holds(l->pictures);
}

/* What may be claimed of each queue.  A row that may end this process is tried while it holds nothing of any other. */
static bool turns_of(struct loop *l, enum trial_turn turns[QUEUES], struct error *err)
{
	int chosen = QUEUES;
	for (int i = QUEUES - 1; i >= 0; i--) {
		bool suspects;
		if (!quarantine_suspects(l->in->db, queues[i], &suspects, err))
			return false;
		chosen = suspects ? i : chosen;
	}
	enum trial_turn all = trial_turn(&l->trial, chosen < QUEUES, holds(l));
	for (int i = 0; i < QUEUES; i++)
		turns[i] = all == TRIAL_SUSPECTS && i != chosen ? TRIAL_WAIT : all;
	return true;
}

static bool turn(struct role *role, struct loop *l, struct error *err)
{
	int64_t due, hubs, pages, pictures, texts;
	enum trial_turn turns[QUEUES];
	if (!record(l, err) || !renew(l, err) || !quarantine_watch(role->db, queues, &l->watch, err) || !turns_of(l, turns, err) ||
	    !start_due(l, turns[SOURCES], err) || !websub_work(l->websub, turns[PUSHES], &hubs, err) ||
	    !vanished_checker_turn(l->vanished, turns[PAGES], &pages, err) || !picture_fetcher_turn(l->pictures, turns[PICTURES], &pictures, err))
		return false;
	settle_read(l);
	settle_ready(l, &texts);
	if (l->fetching_count > 0)
		collect(l);
	else if (l->done_count == 0 && helper_pool_count(l->helpers) > 0)
		helper_pool_wait(l->helpers, TURN_MS);
	else if (l->done_count == 0 && source_next_due(role->db, &due, err))
		role_wait(role, sooner(sooner(sooner(due, texts), sooner(hubs, pages)), pictures));
	return record(l, err);
}

/* Releases the claims of what was requested and not answered: it is due again at once. */
static void release(struct loop *l)
{
	struct error ignored;
	quarantine_release(l->in->db, &source_queue, &ignored);
	quarantine_release(l->in->db, &websub_push_queue, &ignored);
	quarantine_release(l->in->db, &mail_in_source_queue, &ignored);
	vanished_checker_release(l->vanished, &ignored);
	picture_fetcher_release(l->pictures, &ignored);
}

bool ingest_run(struct role *role, struct error *err)
{
	struct loop *l = mem_new(role->db, struct loop);
	l->in = ingest_new(l, role->db, role->config, err);
	l->helpers = l->in ? helper_pool_new(l, err) : NULL;
	l->websub = l->helpers ? websub_work_new(l, l->in, l->helpers, err) : NULL;
	l->vanished = l->websub ? vanished_checker_new(l, l->in->db, l->in->config, l->in->hosts, err) : NULL;
	l->pictures = l->vanished ? picture_fetcher_new(l, l->in->db, l->in->config, l->in->hosts, err) : NULL;
	l->prefetch = l->pictures ? full_text_prefetch_new(l, l->in, l->helpers, err) : NULL;
	if (!l->prefetch)
		return false;
	l->reading = reading_new(l, l->helpers);
	http_watch(l->in->client, helper_pool_fd(l->helpers));
	l->renewed = clock_steady();
	if (!quarantine_watch(role->db, queues, &l->watch, err))
		return false;
	role_ready(role);
	while (role_go_on(role)) {
		*err = (struct error){ 0 };
		if (turn(role, l, err))
			continue;
		if (err->kind != ERROR_TEMPORARY) {
			release(l);
			return false;
		}
		log_warning("ingest put off", log_text("error", err->text));
		role_wait(role, CLOCK_SECOND);
	}
	release(l);
	return true;
}
