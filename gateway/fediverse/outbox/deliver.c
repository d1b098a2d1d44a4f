#include "gateway/fediverse/outbox/deliver.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/fediverse/outbox/outcome.h"
#include "gateway/fediverse/outbox/render.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include <string.h>

/* The remaining connections of the transport are for the fetches of the inbox. */
#define PARALLEL_MAX (SIGNED_TRANSPORT_PARALLEL - 4)
/* Claims no more rows while REQUESTS_ENOUGH requests are open. */
enum { CLAIM = 200, REQUESTS_ENOUGH = 100 };

struct deliver_request {
	char *url;         /* of the inbox; when fetching: of the actor */
	char *host;
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
	int worker, per_host;
	char *holder;
	int64_t lease_ms, renewed; /* by clock_steady */
	struct deliver_request **requests;
	size_t count, running;
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
	d->per_host = role_part(role, SIGNED_TRANSPORT_PER_HOST);
	d->per_host = d->per_host > 0 ? d->per_host : 1;
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
	d->running -= request->started;
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

static void add_row(struct deliverer *d, struct delivery *row, const char *inbox, bool fetching)
{
	struct deliver_request *request = fetching ? NULL : find_request(d, row->issue, inbox);
	if (!request) {
		request = mem_new(d, struct deliver_request);
		request->url = mem_dup(request, inbox);
		request->host = url_authority(request, inbox);
		request->fetching = fetching;
		*mem_push(d, d->requests, d->count) = request;
	}
	*mem_push(request, request->rows, request->count) = talloc_steal(request, row);
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

static bool claim(struct deliverer *d, bool suspects, bool *worked, struct error *err)
{
	struct delivery **rows;
	const struct ledger_claimer who = { d->holder, d->lease_ms, CLAIM, suspects };
	int64_t due;
	/* Reads before it claims, so that an idle role does not take the write lock. */
	if (!ledger_next_due(d->db, ADDRESS_ACTOR, &due, err))
		return false;
	if (due != 0)
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

static int running_to(const struct deliverer *d, const char *host)
{
	int count = 0;
	for (size_t i = 0; i < d->count; i++)
		count += d->requests[i]->started && strcmp(d->requests[i]->host, host) == 0;
	return count;
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

static void start(struct deliverer *d, struct deliver_request *request)
{
	if (!may_post(d, request))
		return;
	struct error why;
	const char *body = request->fetching ? NULL : render_body(d->render, request->rows[0], &why);
	if (!request->fetching && !body) {
		give_up(d, request, &why);
		return;
	}
	const struct signed_transport_request signed_request = { request->rows[0]->publication, request->url, body, request };
	if (!signed_transport_start(d->transport, &signed_request, &why)) {
		defer(d, request, why.text);
		return;
	}
	request->started = true;
	d->running++;
}

static void start_all(struct deliverer *d)
{
	for (size_t i = 0; i < d->count && d->running < PARALLEL_MAX; ) {
		struct deliver_request *request = d->requests[i];
		if (!request->started && circuit_breaker_is_open(d->breaker, request->host))
			defer(d, request, "its server did not answer a moment ago");
		else if (!request->started && running_to(d, request->host) < d->per_host)
			start(d, request);
		if (i < d->count && d->requests[i] == request)
			i++;
	}
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
	if (turn != TRIAL_WAIT && d->count < REQUESTS_ENOUGH && !claim(d, turn == TRIAL_SUSPECTS, worked, err))
		return false;
	start_all(d);
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
		circuit_breaker_trip(d->breaker, request->host);
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

bool deliverer_waits(const struct deliverer *d) { return d->count > d->running; }

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
