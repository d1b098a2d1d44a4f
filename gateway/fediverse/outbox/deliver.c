#include "gateway/fediverse/outbox/deliver.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/fediverse/outbox/outcome.h"
#include "gateway/fediverse/outbox/render.h"
#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include <string.h>

/* Some places on the transport are left to the inbox's fetches. */
#define UNDER_WAY (SIGNED_TRANSPORT_PARALLEL - 4)
enum { CLAIM = 200, ENOUGH = 100, SENT_KEPT = 512 };

struct deliver_request {
	char *inbox;       /* where it goes; while fetching: the actor's URL */
	char *host;
	bool fetching;     /* the actor, whose inbox is not known */
	bool started;
	struct delivery **rows; /* of one issue */
	size_t count;
};

struct deliverer {
	struct db *db;
	struct signed_transport *transport;
	struct render *render;
	struct circuit_breaker *breaker;
	char *holder;
	int64_t lease_ms, renewed;
	struct deliver_request **parcels;
	size_t count, under_way;
	struct delivery_outcome *outcomes; /* not yet recorded */
	size_t outcome_count;
	void *words;       /* owns what the outcomes say */
	char *sent[SENT_KEPT]; /* "ISSUE INBOX" that were delivered, for rows that are claimed later */
	size_t sent_next;
};

struct deliverer *deliverer_new(void *owner, struct db *db, struct signed_transport *transport, int64_t lease_ms)
{
	struct deliverer *d = mem_new(owner, struct deliverer);
	d->db = db;
	d->transport = transport;
	d->render = render_new(d, db);
	d->breaker = circuit_breaker_new(d);
	d->holder = ledger_holder(d);
	d->lease_ms = lease_ms;
	d->words = talloc_new(d);
	return d;
}

static void drop_parcel(struct deliverer *d, struct deliver_request *parcel)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->parcels[i] == parcel) {
			memmove(d->parcels + i, d->parcels + i + 1, (d->count - i - 1) * sizeof *d->parcels);
			d->count--;
			break;
		}
	d->under_way -= parcel->started;
	talloc_free(parcel);
}

/* The outcome of one row; what ends in the same way as the row's parcel is in like. */
static void note(struct deliverer *d, const struct delivery *row, const struct delivery_outcome *like)
{
	struct delivery_outcome *o = mem_push(d, d->outcomes, d->outcome_count);
	*o = *like;
	o->delivery = row->id;
	o->tries = row->tries;
}

static void note_all(struct deliverer *d, const struct deliver_request *parcel, const struct delivery_outcome *like)
{
	for (size_t i = 0; i < parcel->count; i++)
		note(d, parcel->rows[i], like);
}

/* All rows of a parcel wait for their next try. */
static void defer(struct deliverer *d, struct deliver_request *parcel, const char *words)
{
	const struct delivery_outcome like = { .state = DELIVERY_DEFERRED, .reason = DELIVERY_NETWORK, .words = mem_dup(d->words, words) };
	note_all(d, parcel, &like);
	drop_parcel(d, parcel);
}

static struct deliver_request *find_parcel(const struct deliverer *d, int64_t issue, const char *inbox)
{
	for (size_t i = 0; i < d->count; i++)
		if (!d->parcels[i]->fetching && d->parcels[i]->rows[0]->issue == issue && strcmp(d->parcels[i]->inbox, inbox) == 0)
			return d->parcels[i];
	return NULL;
}

static bool was_sent(const struct deliverer *d, int64_t issue, const char *inbox)
{
	char *key = mem_printf(NULL, "%lld %s", (long long)issue, inbox);
	bool found = false;
	for (size_t i = 0; !found && i < SENT_KEPT; i++)
		found = d->sent[i] && strcmp(d->sent[i], key) == 0;
	talloc_free(key);
	return found;
}

static void remember_sent(struct deliverer *d, int64_t issue, const char *inbox)
{
	char **slot = &d->sent[d->sent_next++ % SENT_KEPT];
	talloc_free(*slot);
	*slot = mem_printf(d, "%lld %s", (long long)issue, inbox);
}

static void add_parcel(struct deliverer *d, struct delivery *row, const char *inbox, bool fetching)
{
	struct deliver_request *parcel = fetching ? NULL : find_parcel(d, row->issue, inbox);
	if (!parcel) {
		parcel = mem_new(d, struct deliver_request);
		parcel->inbox = mem_dup(parcel, inbox);
		parcel->host = url_authority(parcel, inbox);
		parcel->fetching = fetching;
		*mem_push(d, d->parcels, d->count) = parcel;
	}
	*mem_push(parcel, parcel->rows, parcel->count) = talloc_steal(parcel, row);
}

/* A row whose actor is known: its parcel, or its outcome when nothing needs to be sent for it. */
static void address_row(struct deliverer *d, struct delivery *row, const struct remote_actor *to)
{
	const char *inbox = row->kind != ISSUE_NOTICE && to->shared_inbox ? to->shared_inbox : to->inbox;
	if (row->kind != ISSUE_NOTICE && was_sent(d, row->issue, inbox))
		note(d, row, &(struct delivery_outcome){ .state = DELIVERY_DELIVERED, .words = "with others of its server" });
	else
		add_parcel(d, row, inbox, false);
}

static bool sort_row(struct deliverer *d, struct delivery *row, struct error *err)
{
	struct remote_actor *to = remote_actor_by_uri(row, d->db, row->value, err);
	if (!to && err->kind != ERROR_NOT_FOUND)
		return false;
	if (to && to->gone)
		note(d, row, &(struct delivery_outcome){ .state = DELIVERY_FAILED, .reason = DELIVERY_DEAD, .words = "the account is gone" });
	else if (to && to->fetched)
		address_row(d, row, to);
	else
		add_parcel(d, row, row->value, true);
	return true;
}

static bool claim(struct deliverer *d, bool *worked, struct error *err)
{
	struct delivery **rows;
	const struct ledger_claimer who = { d->holder, d->lease_ms, CLAIM };
	int64_t due;
	/* Looking first keeps an idle role from taking the write lock. */
	if (!ledger_next_due(d->db, ADDRESS_ACTOR, &due, err))
		return false;
	if (due != 0)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = ledger_claim(scratch, d->db, ADDRESS_ACTOR, &who, &rows, err);
	if (fine)
		d->renewed = d->renewed ? d->renewed : clock_now();
	for (size_t i = 0; fine && i < talloc_array_length(rows); i++) {
		*worked = true;
		fine = sort_row(d, rows[i], err);
	}
	talloc_free(scratch);
	return fine;
}

static int under_way_to(const struct deliverer *d, const char *host)
{
	int count = 0;
	for (size_t i = 0; i < d->count; i++)
		count += d->parcels[i]->started && strcmp(d->parcels[i]->host, host) == 0;
	return count;
}

/* There is nothing to send for these rows. */
static bool give_up(struct deliverer *d, struct deliver_request *parcel, const struct error *why, struct error *err)
{
	if (why->kind != ERROR_NOT_FOUND && why->kind != ERROR_INVALID) {
		*err = *why;
		return false;
	}
	const struct delivery_outcome like = {
		.state = why->kind == ERROR_NOT_FOUND ? DELIVERY_SUPPRESSED : DELIVERY_FAILED,
		.reason = why->kind == ERROR_NOT_FOUND ? DELIVERY_NO_REASON : DELIVERY_CONTENT, .words = mem_dup(d->words, why->text),
	};
	note_all(d, parcel, &like);
	drop_parcel(d, parcel);
	return true;
}

static bool start(struct deliverer *d, struct deliver_request *parcel, struct error *err)
{
	struct error why;
	const char *body = parcel->fetching ? NULL : render_body(d->render, parcel->rows[0], &why);
	if (!parcel->fetching && !body)
		return give_up(d, parcel, &why, err);
	const struct signed_transport_request request = { parcel->rows[0]->publication, parcel->inbox, body, parcel };
	if (!signed_transport_start(d->transport, &request, &why)) {
		defer(d, parcel, why.text);
		return true;
	}
	parcel->started = true;
	d->under_way++;
	return true;
}

static bool start_all(struct deliverer *d, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < d->count && d->under_way < UNDER_WAY; ) {
		struct deliver_request *parcel = d->parcels[i];
		if (!parcel->started && circuit_breaker_is_open(d->breaker, parcel->host))
			defer(d, parcel, "its server did not answer a moment ago");
		else if (!parcel->started && under_way_to(d, parcel->host) < SIGNED_TRANSPORT_PER_HOST)
			fine = start(d, parcel, err);
		if (i < d->count && d->parcels[i] == parcel)
			i++;
	}
	return fine;
}

static bool renew(struct deliverer *d, struct error *err)
{
	int64_t now = clock_now();
	if (d->count == 0 || now - d->renewed < d->lease_ms / 3)
		return true;
	d->renewed = now;
	return ledger_renew(d->db, d->holder, d->lease_ms, err);
}

bool deliverer_step(struct deliverer *d, bool *worked, struct error *err)
{
	*worked = false;
	if (!deliverer_record(d, err) || (d->count < ENOUGH && !claim(d, worked, err)))
		return false;
	return renew(d, err) && start_all(d, err) && deliverer_record(d, err);
}

/* Where followers of this inbox are now has to be asked before the next try. */
static bool expire_actors(struct deliverer *d, const struct deliver_request *parcel, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < parcel->count; i++)
		fine = remote_actor_expire(d->db, parcel->rows[i]->value, err);
	return fine;
}

static void log_trouble(const struct deliver_request *parcel, const struct delivery_outcome *o)
{
	if (o->state != DELIVERY_DELIVERED)
		log_info("not delivered", log_int("issue", parcel->rows[0]->issue), log_text("inbox", parcel->inbox),
		         log_text("state", delivery_state_name(o->state)), log_text("why", o->words));
}

static bool take_post(struct deliverer *d, struct deliver_request *parcel, const struct http_response *response, struct error *err)
{
	struct delivery_outcome like = { 0 };
	for (size_t i = 0; i < parcel->count; i++) {
		like = (struct delivery_outcome){ 0 };
		outcome_read(d->words, response, parcel->rows[i]->tries, &like);
		note(d, parcel->rows[i], &like);
	}
	log_trouble(parcel, &like);
	if (like.state == DELIVERY_DELIVERED)
		remember_sent(d, parcel->rows[0]->issue, parcel->inbox);
	if (!response->done && response->err.kind == ERROR_TEMPORARY)
		circuit_breaker_trip(d->breaker, parcel->host);
	bool fine = !outcome_is_lost(response) || expire_actors(d, parcel, err);
	drop_parcel(d, parcel);
	return fine;
}

static bool take_actor(struct deliverer *d, struct deliver_request *parcel, const struct http_response *response, struct error *err)
{
	struct error why;
	char *next;
	json_t *document = signed_transport_is_activity(response) ? jsonld_read(parcel, response->body->data, response->body->size, &why) : NULL;
	struct remote_actor *to = document ? remote_actor_read(parcel, document, parcel->inbox, NULL, &next, &why) : NULL;
	if (!to) {
		defer(d, parcel, "its server shows no actor there");
		return true;
	}
	if (!remote_actor_store(d->db, to, err))
		return false;
	while (parcel->count > 0)
		address_row(d, parcel->rows[--parcel->count], to);
	drop_parcel(d, parcel);
	return true;
}

bool deliverer_take(struct deliverer *d, struct deliver_request *parcel, const struct http_response *response, struct error *err)
{
	if (!parcel->fetching)
		return take_post(d, parcel, response, err);
	if (response->done && response->status == 200)
		return take_actor(d, parcel, response, err);
	if (response->done && response->status == 410) {
		note_all(d, parcel, &(struct delivery_outcome){ .state = DELIVERY_FAILED, .reason = DELIVERY_DEAD, .words = "the account is gone" });
		bool fine = remote_actor_mark_gone(d->db, parcel->inbox, err);
		drop_parcel(d, parcel);
		return fine;
	}
	return take_post(d, parcel, response, err);
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

bool deliverer_owns(const struct deliverer *d, const void *tag)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->parcels[i] == tag)
			return true;
	return false;
}

bool deliverer_release(struct deliverer *d, struct error *err)
{
	while (d->count > 0)
		drop_parcel(d, d->parcels[0]);
	return deliverer_record(d, err) && ledger_release(d->db, d->holder, err);
}
