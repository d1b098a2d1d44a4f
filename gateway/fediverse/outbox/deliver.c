#include "gateway/fediverse/outbox/deliver.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/fediverse/outbox/outcome.h"
#include "gateway/fediverse/outbox/render.h"
#include "gateway/fediverse/remote/lanes.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include <string.h>

/*
 * No more rows are claimed while ENOUGH requests to hosts that answer, or UNKNOWN_MAX to unknown ones, wait for a slot.  When hosts that hang
 * take all the slots of the unknown ones, what comes above UNKNOWN_MAX is deferred, so that those that answer go on; FAILED_MAX is the same
 * for hosts that failed.  Signing takes longer than anything else: after STARTS_MAX of them the sockets have their turn.
 */
enum { CLAIM = 200, ENOUGH = 200, UNKNOWN_MAX = 1000, FAILED_MAX = 200, STARTS_MAX = 16 };
static const struct lanes_limits limits = { { [LANE_UNKNOWN] = 48, [LANE_ANSWERED] = 64, [LANE_FAILED] = 8 }, 120, 0 };

static const char not_answering[] = "its server did not answer a moment ago";

struct deliver_request {
	char *url;         /* of the inbox; when fetching: of the actor */
	char *host;
	uint64_t lane_host;
	bool fetching;     /* a GET of the actor, whose inbox is not known */
	bool started;
	bool posting;      /* posted_begin was told */
	struct delivery **rows; /* of one issue */
	size_t count;
};

struct deliverer {
	struct db *db;
	struct signed_transport *transport;
	struct render *render;
	struct circuit_breaker *breaker;
	struct posted *posted;
	struct lanes *lanes;
	int worker;
	char *holder;
	int64_t lease_ms, renewed; /* by clock_steady */
	struct deliver_request **requests;
	size_t count;
	int waiting[LANES];
	struct delivery_outcome *outcomes; /* not yet recorded */
	size_t outcome_count;
	void *words;       /* owns what the outcomes say */
};

struct deliverer *deliverer_new(void *owner, const struct role *role, struct signed_transport *transport, struct circuit_breaker *breaker,
                                struct posted *posted)
{
	struct deliverer *d = mem_new(owner, struct deliverer);
	d->db = role->db;
	d->transport = transport;
	d->render = render_new(d, role->db);
	d->breaker = breaker;
	d->posted = posted;
	d->worker = role->worker;
	d->lanes = lanes_new(d, &limits, role_part(role, SIGNED_TRANSPORT_PER_HOST));
	posted_forget(d->posted, d->worker);
	d->holder = holder_self(d);
	d->renewed = clock_steady();
	d->lease_ms = role->config->lease_seconds * CLOCK_SECOND;
	d->words = talloc_new(d);
	return d;
}

static void drop_request(struct deliverer *d, struct deliver_request *request)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->requests[i] == request) {
			memmove(d->requests + i, d->requests + i + 1, (d->count - i - 1) * sizeof *d->requests);
			d->count--;
			break;
		}
	if (request->posting)
		posted_end(d->posted, d->worker, request->rows[0]->issue, request->url, false);
	talloc_free(request);
}

/* Adds the outcome of one row: outcome, with the row's own id and tries. */
static void set_outcome(struct deliverer *d, const struct delivery *row, const struct delivery_outcome *outcome)
{
	struct delivery_outcome *o = mem_push(d, d->outcomes, d->outcome_count);
	*o = *outcome;
	o->delivery = row->id;
	o->tries = row->tries;
}

static void set_outcomes(struct deliverer *d, const struct deliver_request *request, const struct delivery_outcome *outcome)
{
	for (size_t i = 0; i < request->count; i++)
		set_outcome(d, request->rows[i], outcome);
}

/* Defers all rows of a request and ends it. */
static void defer(struct deliverer *d, struct deliver_request *request, const char *words)
{
	const struct delivery_outcome outcome = { .state = DELIVERY_DEFERRED, .reason = DELIVERY_NETWORK, .words = mem_dup(d->words, words) };
	set_outcomes(d, request, &outcome);
	drop_request(d, request);
}

static struct deliver_request *find_request(const struct deliverer *d, int64_t issue, const char *inbox)
{
	for (size_t i = 0; i < d->count; i++)
		if (!d->requests[i]->fetching && d->requests[i]->rows[0]->issue == issue && strcmp(d->requests[i]->url, inbox) == 0)
			return d->requests[i];
	return NULL;
}

static struct deliver_request *add_request(struct deliverer *d, const char *url, bool fetching)
{
	struct deliver_request *request = mem_new(d, struct deliver_request);
	request->url = mem_dup(request, url);
	request->host = url_authority(request, url);
	request->lane_host = lanes_host(request->host);
	request->fetching = fetching;
	d->waiting[lanes_of(d->lanes, request->lane_host)]++;
	*mem_push(d, d->requests, d->count) = request;
	return request;
}

/* Why this request, which waits, is not worth a place in memory; NULL: it is. */
static const char *why_later(const struct deliverer *d, const struct deliver_request *request)
{
	if (circuit_breaker_is_open(d->breaker, request->host))
		return not_answering;
	enum lane lane = lanes_of(d->lanes, request->lane_host);
	bool many = (lane == LANE_FAILED && d->waiting[lane] > FAILED_MAX) || (lane == LANE_UNKNOWN && d->waiting[lane] > UNKNOWN_MAX + CLAIM);
	return many ? "others that do not answer are before it" : NULL;
}

static void add_row(struct deliverer *d, struct delivery *row, const char *url, bool fetching)
{
	struct deliver_request *request = fetching ? NULL : find_request(d, row->issue, url);
	if (!request)
		request = add_request(d, url, fetching);
	*mem_push(request, request->rows, request->count) = talloc_steal(request, row);
	const char *why = request->started ? NULL : why_later(d, request);
	if (why)
		defer(d, request, why);
}

static const struct delivery_outcome with_others = { .state = DELIVERY_DELIVERED, .words = "with others of its server" };

/* Adds a row whose actor is known to the request for its inbox, or sets its outcome when that inbox has the issue already. */
static void assign_to_inbox(struct deliverer *d, struct delivery *row, const struct remote_actor *to)
{
	const char *inbox = row->kind != ISSUE_NOTICE && to->shared_inbox ? to->shared_inbox : to->inbox;
	if (row->kind != ISSUE_NOTICE && posted_has(d->posted, row->issue, inbox))
		set_outcome(d, row, &with_others);
	else
		add_row(d, row, inbox, false);
}

static void assign_row(struct deliverer *d, struct delivery *row)
{
	struct error why;
	struct remote_actor *to = remote_actor_by_uri(row, d->db, row->value, &why);
	if (!to && why.kind != ERROR_NOT_FOUND)
		set_outcome(d, row, &(struct delivery_outcome){ .state = DELIVERY_DEFERRED, .reason = DELIVERY_NETWORK, .words = mem_dup(d->words, why.text) });
	else if (to && to->gone)
		set_outcome(d, row, &(struct delivery_outcome){ .state = DELIVERY_FAILED, .reason = DELIVERY_DEAD, .words = "the account is gone" });
	else if (to && to->fetched)
		assign_to_inbox(d, row, to);
	else
		add_row(d, row, row->value, true);
}

/* Counts those that wait, by lane: a host changes its lane while they do. */
static bool has_enough(struct deliverer *d)
{
	memset(d->waiting, 0, sizeof d->waiting);
	for (size_t i = 0; i < d->count; i++)
		if (!d->requests[i]->started)
			d->waiting[lanes_of(d->lanes, d->requests[i]->lane_host)]++;
	return d->waiting[LANE_ANSWERED] >= ENOUGH || (d->waiting[LANE_UNKNOWN] >= UNKNOWN_MAX && !lanes_are_stuck(d->lanes));
}

static bool claim(struct deliverer *d, bool suspects, bool *worked, struct error *err)
{
	struct delivery **rows;
	const struct ledger_claimer who = { d->holder, d->lease_ms, CLAIM, suspects };
	bool due;
	if (has_enough(d))
		return true;
	/* Reads before it claims, so that an idle role does not take the write lock. */
	if (!ledger_is_due(d->db, ADDRESS_ACTOR, &due, err))
		return false;
	if (!due)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = ledger_claim(scratch, d->db, ADDRESS_ACTOR, &who, &rows, err);
	for (size_t i = 0; fine && i < talloc_array_length(rows); i++) {
		*worked = true;
		assign_row(d, rows[i]);
	}
	talloc_free(scratch);
	return fine;
}

/* There is no activity for these rows: suppresses them (withdrawn post), fails them (wrong notice), or defers them (the database). */
static void give_up(struct deliverer *d, struct deliver_request *request, const struct error *why)
{
	const struct delivery_outcome outcome = {
		.state = why->kind == ERROR_NOT_FOUND ? DELIVERY_SUPPRESSED : DELIVERY_FAILED,
		.reason = why->kind == ERROR_NOT_FOUND ? DELIVERY_NO_REASON : DELIVERY_CONTENT, .words = mem_dup(d->words, why->text),
	};
	if (why->kind == ERROR_TEMPORARY || why->kind == ERROR_PERMANENT) {
		defer(d, request, why->text);
		return;
	}
	set_outcomes(d, request, &outcome);
	drop_request(d, request);
}

/* Is this activity to be posted by us, now?  A notice always is: it has an inbox of its own. */
static bool may_post(struct deliverer *d, struct deliver_request *request)
{
	const struct delivery *row = request->rows[0];
	if (request->fetching || row->kind == ISSUE_NOTICE)
		return true;
	enum posted_state state = posted_begin(d->posted, d->worker, row->issue, request->url);
	request->posting = state == POSTED_MINE;
	if (state == POSTED_ALREADY) {
		set_outcomes(d, request, &with_others);
		drop_request(d, request);
	}
	return state == POSTED_MINE;
}

/* True when the request was started. */
static bool start(struct deliverer *d, struct deliver_request *request)
{
	struct error why;
	if (!may_post(d, request))
		return false;
	const char *body = request->fetching ? NULL : render_body(d->render, request->rows[0], &why);
	if (!request->fetching && !body) {
		give_up(d, request, &why);
		return false;
	}
	int timeout_ms = lanes_timeout(d->lanes, request->lane_host);
	const struct signed_transport_request signed_request = { request->rows[0]->publication, request->url, body, request, timeout_ms };
	if (!signed_transport_start(d->transport, &signed_request, &why)) {
		defer(d, request, why.text);
		return false;
	}
	request->started = true;
	lanes_enter(d->lanes, request->lane_host, request);
	return true;
}

/* False when there may be slots for more than STARTS_MAX. */
static bool start_all(struct deliverer *d)
{
	int starts = 0;
	lanes_tick(d->lanes);
	for (size_t i = 0; i < d->count && starts < STARTS_MAX;) {
		struct deliver_request *request = d->requests[i];
		if (!request->started && circuit_breaker_is_open(d->breaker, request->host))
			defer(d, request, not_answering);
		else if (!request->started && lanes_have_room(d->lanes, request->lane_host))
			starts += start(d, request);
		if (i < d->count && d->requests[i] == request)
			i++;
	}
	return starts < STARTS_MAX;
}

/* Renews the leases of the rows that are in a request or have an outcome that is not on disk. */
static bool renew(struct deliverer *d, struct error *err)
{
	int64_t now = clock_steady(), *ids = NULL;
	size_t count = 0;
	if (now - d->renewed < d->lease_ms / 3)
		return true;
	void *scratch = talloc_new(NULL);
	for (size_t i = 0; i < d->count; i++)
		for (size_t k = 0; k < d->requests[i]->count; k++)
			*mem_push(scratch, ids, count) = d->requests[i]->rows[k]->id;
	for (size_t i = 0; i < d->outcome_count; i++)
		*mem_push(scratch, ids, count) = d->outcomes[i].delivery;
	bool fine = quarantine_renew(d->db, &ledger_activities, d->lease_ms, ids, count, err);
	if (fine)
		d->renewed = now;
	talloc_free(scratch);
	return fine;
}

bool deliverer_step(struct deliverer *d, enum trial_turn turn, bool *worked, struct error *err)
{
	*worked = false;
	if (!deliverer_record(d, err) || !renew(d, err))
		return false;
	if (turn != TRIAL_WAIT && !claim(d, turn == TRIAL_SUSPECTS, worked, err))
		return false;
	*worked = !start_all(d) || *worked;
	return deliverer_record(d, err);
}

bool deliverer_holds(const struct deliverer *d) { return d->count > 0 || d->outcome_count > 0; }

/* The inbox may have moved: fetch the actors of these rows before the next try. */
static bool expire_actors(struct deliverer *d, const struct deliver_request *request, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < request->count; i++)
		fine = remote_actor_expire(d->db, request->rows[i]->value, err);
	return fine;
}

static void log_failure(const struct deliver_request *request, const struct delivery_outcome *o)
{
	if (o->state != DELIVERY_DELIVERED)
		log_info("not delivered", log_int("issue", request->rows[0]->issue), log_text("inbox", request->url),
		         log_text("state", delivery_state_name(o->state)), log_text("why", o->words));
}

/* A request to it has failed: those that wait would fail as well. */
static void give_host_up(struct deliverer *d, const char *host, uint64_t lane_host)
{
	circuit_breaker_trip(d->breaker, host);
	for (size_t i = d->count; i-- > 0;)
		if (!d->requests[i]->started && d->requests[i]->lane_host == lane_host)
			defer(d, d->requests[i], not_answering);
}

static bool take_post(struct deliverer *d, struct deliver_request *request, const struct http_response *response, struct error *err)
{
	struct delivery_outcome outcome = { 0 };
	for (size_t i = 0; i < request->count; i++) {
		outcome = (struct delivery_outcome){ 0 };
		outcome_read(d->words, response, request->rows[i]->tries, &outcome);
		set_outcome(d, request->rows[i], &outcome);
	}
	log_failure(request, &outcome);
	if (request->posting)
		posted_end(d->posted, d->worker, request->rows[0]->issue, request->url, outcome.state == DELIVERY_DELIVERED);
	request->posting = false;
	if (!response->done && response->err.kind == ERROR_TEMPORARY)
		give_host_up(d, request->host, request->lane_host);
	bool fine = !outcome_is_moved(response) || expire_actors(d, request, err);
	drop_request(d, request);
	return fine;
}

static bool take_actor(struct deliverer *d, struct deliver_request *request, const struct http_response *response, struct error *err)
{
	struct error why;
	char *next;
	json_t *document = signed_transport_is_activity(response) ? jsonld_read(request, response->body->data, response->body->size, &why) : NULL;
	struct remote_actor *to = document ? remote_actor_read(request, document, request->url, NULL, &next, &why) : NULL;
	if (!to) {
		defer(d, request, "its server shows no actor there");
		return true;
	}
	if (!remote_actor_store(d->db, to, err)) {
		defer(d, request, err->text);
		return false;
	}
	while (request->count > 0)
		assign_to_inbox(d, request->rows[--request->count], to);
	drop_request(d, request);
	return true;
}

bool deliverer_take(struct deliverer *d, struct deliver_request *request, const struct http_response *response, struct error *err)
{
	lanes_leave(d->lanes, request, response->done ? LANE_ANSWERED : LANE_FAILED);
	if (!request->fetching)
		return take_post(d, request, response, err);
	if (response->done && response->status == 200)
		return take_actor(d, request, response, err);
	if (response->done && response->status == 410) {
		set_outcomes(d, request, &(struct delivery_outcome){ .state = DELIVERY_FAILED, .reason = DELIVERY_DEAD, .words = "the account is gone" });
		bool fine = remote_actor_mark_gone(d->db, request->url, err);
		drop_request(d, request);
		return fine;
	}
	return take_post(d, request, response, err);
}

bool deliverer_record(struct deliverer *d, struct error *err)
{
	if (d->outcome_count == 0)
		return true;
	if (!ledger_record(d->db, d->outcomes, d->outcome_count, err))
		return false;
	d->outcome_count = 0;
	talloc_free_children(d->words);
	return true;
}

bool deliverer_waits(const struct deliverer *d)
{
	size_t i = 0;
	while (i < d->count && d->requests[i]->started)
		i++;
	return i < d->count;
}

bool deliverer_owns(const struct deliverer *d, const void *tag)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->requests[i] == tag)
			return true;
	return false;
}

bool deliverer_release(struct deliverer *d, struct error *err)
{
	while (d->count > 0)
		drop_request(d, d->requests[0]);
	return deliverer_record(d, err) && quarantine_release(d->db, &ledger_activities, err);
}
