#include "gateway/fediverse/inbox/receive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/inbox/batch.h"
#include "gateway/fediverse/inbox/effect.h"
#include <string.h>

/* A key that was fetched within this time is the sender's current key. */
#define KEY_IS_NEW CLOCK_MINUTE
#define LEASE (15 * CLOCK_MINUTE)
/*
 * Items of senders whose key is not known wait in the database, not in memory, while UNSTARTED_MAX fetches have not begun or WAITING_MAX items
 * wait for them: one key may be that of thousands.  What is claimed late is claimed fairly.  The first items of hosts of which no others
 * wait come in for longer than that.
 */
enum { CLAIM = 64, NEWCOMERS = 16, UNSTARTED_MAX = 32, PENDING_MAX = 300, WAITING_MAX = 500 };
/* How long what has a key of a host that does not answer is left alone: as long as the circuit breaker is open. */
#define PUT_OFF CLOCK_MINUTE

struct receiver {
	struct db *db;
	struct fetches *fetches;
	struct batch *batch;
	struct key_cache *keys;
	char *holder;
	int64_t renewed; /* by clock_steady */
	struct inbox_request **queue; /* claimed, to be processed; what could not be for the database's sake comes back here */
	size_t queued;
};

struct receiver *receiver_new(void *owner, const struct role *role, struct signed_transport *transport, struct circuit_breaker *breaker)
{
	struct receiver *r = mem_new(owner, struct receiver);
	r->db = role->db;
	r->fetches = fetches_new(r, role, transport, breaker);
	r->batch = batch_new(r, r->db);
	r->keys = key_cache_new(r);
	r->holder = holder_self(r);
	r->renewed = clock_steady();
	return r;
}

bool receiver_apply(struct receiver *r, struct error *err) { return batch_apply(r->batch, err); }

static void refuse(struct receiver *r, struct inbox_request *request, const char *words)
{
	batch_end(r->batch, request, INBOX_ITEM_REFUSED, words);
}

/* The signature is verified: the activity takes effect when its actor is the owner of the key. */
static bool apply_if_actor(struct receiver *r, struct inbox_request *request, const struct remote_actor *sender, struct error *err)
{
	const char *post;
	if (!url_same(request->activity->actor, sender->uri)) {
		refuse(r, request, "the key is of another actor");
		return true;
	}
	request->activity->actor = sender->uri;
	if (!effect_needs_post(request, r->db, request->activity, &post, err))
		return false;
	if (post)
		fetches_wait_for_post(r->fetches, request, post);
	else
		batch_add(r->batch, request, sender, NULL);
	return true;
}

static bool is_signed_by(const struct receiver *r, const struct inbox_request *request, const struct remote_actor *sender)
{
	struct error ignored;
	const struct key *key = key_cache_public(r->keys, sender->public_key, &ignored);
	return key && signature_verify(request->signature, &request->item->message, key);
}

/* Is err of this request alone?  Any other would fail for what the database says. */
static bool is_of_request(const struct error *err) { return err->kind != ERROR_TEMPORARY && err->kind != ERROR_PERMANENT; }

/*
 * fine: the request is in the batch, or waits for a fetch, or has ended.  If not, it is refused for an error of its own; after any other it
 * goes back to the queue, since its claim must not end unrecorded.
 */
static bool settled(struct receiver *r, struct inbox_request *request, bool fine, struct error *err)
{
	if (fine)
		return true;
	if (is_of_request(err)) {
		refuse(r, request, err->text);
		return true;
	}
	*mem_push(r, r->queue, r->queued) = talloc_steal(r, request);
	return false;
}

/* The server of the key does not answer: nothing else that needs it is tried for a while. */
static bool put_off_host(struct receiver *r, const struct pending_fetch *f, struct error *err)
{
	char *host = url_authority(NULL, f->key_id);
	bool is_key = !f->post && host && strcmp(host, f->host) == 0;
	talloc_free(host);
	return !is_key || inbox_item_put_off(r->db, f->requests[0]->item, PUT_OFF, err);
}

/* Refuses or defers all requests that wait for this fetch. */
static bool fail_fetch(struct receiver *r, struct pending_fetch *f, const struct error *why, struct error *err)
{
	bool fine = !fetches_failed(r->fetches, f) || put_off_host(r, f, err);
	for (size_t i = 0; i < f->count; i++)
		fine = settled(r, f->requests[i], batch_fail(r->batch, f->requests[i], why, err), err) && fine;
	fetches_drop(r->fetches, f);
	return fine;
}

static bool start_all(struct receiver *r, struct error *err)
{
	struct error why;
	bool fine = true;
	for (struct pending_fetch *f; fine && (f = fetches_start(r->fetches, &why));)
		fine = fail_fetch(r, f, &why, err);
	return fine;
}

static bool process(struct receiver *r, struct inbox_request *request, struct error *err)
{
	bool any;
	struct error why;
	if (!request->activity && !inbox_request_read(request, &why)) {
		refuse(r, request, why.text);
		return true;
	}
	/* What the actor did before decides what this means. */
	if ((batch_has(r->batch, request->activity->actor) && !batch_apply(r->batch, err)) || !effect_has_any(r->db, request->activity, &any, err))
		return false;
	if (!any) {
		batch_end(r->batch, request, INBOX_ITEM_DONE, mem_printf(request, "ignored: %s", request->activity->type));
		return true;
	}
	if (fetches_of_key(r->fetches, request->signature->key_id)) {
		fetches_wait_for_key(r->fetches, request);
		return true;
	}
	struct remote_actor *known = remote_actor_by_key(request, r->db, request->signature->key_id, err);
	if (!known && err->kind != ERROR_NOT_FOUND)
		return false;
	if (known && is_signed_by(r, request, known))
		return apply_if_actor(r, request, known, err);
	if (known && known->fetched > clock_now() - KEY_IS_NEW)
		refuse(r, request, "the signature does not fit the key");
	else
		fetches_wait_for_key(r->fetches, request);
	return true;
}

/* Reads before it claims, so that an idle role does not take the write lock. */
static bool claim(struct receiver *r, const struct inbox_item_claimer *who, struct error *err)
{
	struct inbox_item **all;
	bool due;
	if (!inbox_item_is_due(r->db, who, &due, err))
		return false;
	if (!due)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = inbox_item_claim(scratch, r->db, who, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		*mem_push(r, r->queue, r->queued) = inbox_request_new(r, all[i]);
	talloc_free(scratch);
	return fine;
}

/* Requests before the first that fails; it stays in the queue with those after it. */
static bool process_queue(struct receiver *r, struct error *err)
{
	bool fine = true;
	struct inbox_request **queue = r->queue;
	size_t count = r->queued;
	r->queue = NULL;
	r->queued = 0;
	for (size_t i = 0; i < count; i++)
		if (fine)
			fine = settled(r, queue[i], process(r, queue[i], err), err);
		else
			*mem_push(r, r->queue, r->queued) = queue[i];
	talloc_free(queue);
	return fine;
}

static bool renew(struct receiver *r, struct error *err)
{
	int64_t now = clock_steady(), *ids = NULL;
	size_t count = 0;
	if (now - r->renewed < LEASE / 3)
		return true;
	void *scratch = talloc_new(NULL);
	for (size_t i = 0; i < r->queued; i++)
		*mem_push(scratch, ids, count) = r->queue[i]->item->id;
	fetches_ids(r->fetches, scratch, &ids, &count);
	batch_ids(r->batch, scratch, &ids, &count);
	bool fine = quarantine_renew(r->db, &inbox_item_queue, LEASE, ids, count, err);
	if (fine)
		r->renewed = now;
	talloc_free(scratch);
	return fine;
}

static bool has_enough(const struct receiver *r)
{
	return fetches_unstarted(r->fetches) >= UNSTARTED_MAX || fetches_waiting(r->fetches) >= WAITING_MAX;
}

static bool has_most(const struct receiver *r) { return fetches_count(r->fetches) >= PENDING_MAX || fetches_waiting(r->fetches) >= 2 * WAITING_MAX; }

static bool claim_strangers(struct receiver *r, bool suspects, struct error *err)
{
	bool newcomers = has_enough(r);
	const struct inbox_item_claimer who = { r->holder, INBOX_ITEM_OF_STRANGER, LEASE, newcomers ? NEWCOMERS : CLAIM, suspects, newcomers };
	return has_most(r) || (newcomers && suspects) || claim(r, &who, err);
}

/* Those of known senders first, unless too many wait even so.  Suspects of the other lane wait until there are none. */
static bool claim_lanes(struct receiver *r, bool suspects, struct error *err)
{
	const struct inbox_item_claimer who = { r->holder, INBOX_ITEM_OF_KNOWN, LEASE, CLAIM, suspects, false };
	if (fetches_waiting(r->fetches) < 2 * WAITING_MAX && !claim(r, &who, err))
		return false;
	return (suspects && r->queued > 0) || claim_strangers(r, suspects, err);
}

bool receiver_step(struct receiver *r, enum trial_turn turn, bool *worked, struct error *err)
{
	*worked = false;
	if (!renew(r, err) || !batch_apply(r->batch, err))
		return false;
	if (turn != TRIAL_WAIT && r->queued == 0 && !claim_lanes(r, turn == TRIAL_SUSPECTS, err))
		return false;
	*worked = r->queued > 0;
	return process_queue(r, err) && batch_apply(r->batch, err) && start_all(r, err);
}

bool receiver_holds(const struct receiver *r) { return r->queued > 0 || fetches_count(r->fetches) > 0 || batch_count(r->batch) > 0; }

/* The key must be known as the actor's: a forger can name any deleted URL of the actor's server as key id. */
static bool is_key_of(struct receiver *r, const struct pending_fetch *f, const char *actor)
{
	struct error ignored;
	void *scratch = talloc_new(NULL);
	const struct remote_actor *known = remote_actor_by_uri(scratch, r->db, actor, &ignored);
	bool is = url_same(url_without_fragment(scratch, f->key_id), actor) || (known && strcmp(known->key_id, f->key_id) == 0);
	talloc_free(scratch);
	return is;
}

/* The actor of an activity whose sender is verified, but its document is not at hand. */
static struct remote_actor *sender_of(struct inbox_request *request)
{
	struct remote_actor *sender = mem_new(request, struct remote_actor);
	sender->uri = request->activity->actor;
	return sender;
}

/* A 410 for the key confirms the Delete of its actor: the server cannot serve the key of a deleted account any more. */
static bool take_gone(struct receiver *r, struct pending_fetch *f, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; i < f->count; i++) {
		struct inbox_request *request = f->requests[i];
		bool done = true;
		if (request->activity->kind == ACTIVITY_DELETE_ACTOR && is_key_of(r, f, request->activity->actor))
			done = apply_if_actor(r, request, sender_of(request), err);
		else
			refuse(r, request, f->post ? "the post is gone" : "the key is gone");
		fine = settled(r, request, done, err) && fine;
	}
	fetches_drop(r->fetches, f);
	return fine;
}

static bool take_sender(struct receiver *r, struct pending_fetch *f, struct remote_actor *sender, struct error *err)
{
	struct error why;
	bool known = remote_actor_by_uri(f, r->db, sender->uri, &why) != NULL, fine = !known || remote_actor_store(r->db, sender, err);
	talloc_steal(batch_memory(r->batch), sender);
	for (size_t i = 0; i < f->count; i++) {
		struct inbox_request *request = f->requests[i];
		bool done = fine;
		if (fine && is_signed_by(r, request, sender))
			done = apply_if_actor(r, request, sender, err);
		else if (fine)
			refuse(r, request, "the signature does not fit the key");
		fine = settled(r, request, done, err) && fine;
	}
	fetches_drop(r->fetches, f);
	return fine;
}

/* The sender was verified before the post was requested. */
static bool take_post(struct receiver *r, struct pending_fetch *f, const struct http_response *response, struct error *err)
{
	struct inbox_request *request = f->requests[0];
	if (signed_transport_is_activity(response))
		batch_add(r->batch, request, sender_of(request), response->body);
	else
		refuse(r, request, "its post is no ActivityPub document");
	fetches_drop(r->fetches, f);
	return batch_apply(r->batch, err);
}

static bool take_document(struct receiver *r, struct pending_fetch *f, const struct http_response *response, struct error *err)
{
	struct error why;
	char *next = NULL;
	json_t *document = signed_transport_is_activity(response) ? jsonld_read(f, response->body->data, response->body->size, &why) : NULL;
	if (!signed_transport_is_activity(response))
		error_set(&why, ERROR_INVALID, "'%.300s' is not an ActivityPub document", f->url);
	const char *url = response->url ? response->url : f->url;
	struct remote_actor *sender = document ? remote_actor_read(f, document, url, f->key_id, &next, &why) : NULL;
	if (sender)
		return take_sender(r, f, sender, err);
	return (next && fetches_go_on(f, next)) || fail_fetch(r, f, &why, err);
}

/* Why a fetch returned no document; ERROR_TEMPORARY when a later try may succeed. */
static void set_reason(const struct pending_fetch *f, const struct http_response *response, struct error *why)
{
	int status = response->status;
	if (!response->done)
		*why = response->err;
	else
		error_set(why, status == 404 ? ERROR_NOT_FOUND : ERROR_TEMPORARY, "'%.300s' answered %d", f->url, status);
}

bool receiver_take(struct receiver *r, struct pending_fetch *f, const struct http_response *response, struct error *err)
{
	struct error why;
	fetches_took(r->fetches, f, response);
	if (response->done && response->status == 410)
		return take_gone(r, f, err);
	if (response->done && response->status == 200)
		return f->post ? take_post(r, f, response, err) : take_document(r, f, response, err);
	set_reason(f, response, &why);
	return fail_fetch(r, f, &why, err);
}

bool receiver_owns(const struct receiver *r, const void *tag) { return fetches_own(r->fetches, tag); }

bool receiver_release(struct receiver *r, struct error *err)
{
	bool fine = batch_apply(r->batch, err);
	for (struct pending_fetch *f; (f = fetches_first(r->fetches));)
		fetches_drop(r->fetches, f);
	r->queued = 0;
	return quarantine_release(r->db, &inbox_item_queue, err) && fine;
}
