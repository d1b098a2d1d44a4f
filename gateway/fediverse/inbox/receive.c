#include "gateway/fediverse/inbox/receive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/inbox/effect.h"
#include <string.h>

/* A key that was fetched within this time is the sender's current key. */
#define KEY_IS_NEW CLOCK_MINUTE
#define LEASE (15 * CLOCK_MINUTE)
/* PARALLEL_MAX fetches at once, so that slow servers do not hold all connections, which deliveries need too. */
enum { CLAIM = 32, PENDING_MAX = 300, PARALLEL_MAX = 8, STEPS_MAX = 3 };

/* A stored request, parsed. */
struct inbox_request {
	struct inbox_item *item;
	struct signature *signature;
	struct activity *activity;
};

/* A fetch of a key or of a post, and the requests that wait for it. */
struct pending_fetch {
	bool post;      /* of a post that an activity has only by its id; false: of a key */
	char *key_id;   /* "" for a post */
	char *url;      /* the document to fetch next */
	char *host;
	bool started;   /* the request for url was sent */
	int steps;      /* how many documents were requested */
	struct inbox_request **requests;
	size_t count;
};

struct receiver {
	struct db *db;
	struct signed_transport *transport;
	struct circuit_breaker *breaker;
	char *holder;
	int64_t renewed; /* by clock_steady */
	struct pending_fetch **fetches;
	size_t count;
	struct inbox_request **queue; /* claimed, to be processed; what the database could not record comes back here */
	size_t queued;
};

struct receiver *receiver_new(void *owner, struct db *db, struct signed_transport *transport, struct circuit_breaker *breaker)
{
	struct receiver *r = mem_new(owner, struct receiver);
	r->db = db;
	r->transport = transport;
	r->breaker = breaker;
	r->holder = holder_self(r);
	r->renewed = clock_steady();
	return r;
}

static bool refuse(struct receiver *r, const struct inbox_request *request, const char *words, struct error *err)
{
	log_info("inbox request refused", log_int("inbox", request->item->id), log_text("why", words));
	return inbox_item_finish(r->db, request->item, INBOX_ITEM_REFUSED, words, err);
}

/* Does err come from the database as a whole, so that any other request would fail too? */
static bool is_of_database(const struct error *err) { return err->kind == ERROR_TEMPORARY || err->kind == ERROR_PERMANENT; }

/* A request that fails must not stop the ones after it. */
static bool defer_or_refuse(struct receiver *r, const struct inbox_request *request, const struct error *why, struct error *err)
{
	struct error words = *why;
	return why->kind == ERROR_TEMPORARY ? inbox_item_defer(r->db, request->item, words.text, err) : refuse(r, request, words.text, err);
}

/*
 * fine: the request was dealt with, or waits for a fetch.  If not, it is refused for an error of its own; after any other it goes back to
 * the queue, since its claim must not end unrecorded.
 */
static bool settled(struct receiver *r, struct inbox_request *request, bool fine, struct error *err)
{
	if (fine || (!is_of_database(err) && defer_or_refuse(r, request, err, err)))
		return true;
	*mem_push(r, r->queue, r->queued) = talloc_steal(r, request);
	return false;
}

static bool apply_effect(struct receiver *r, const struct inbox_request *request, const struct remote_actor *sender,
                         const struct buf *post, struct error *err)
{
	struct error why;
	if (effect_apply(r->db, request->item, request->activity, sender, post, &why))
		return true;
	log_warning("activity without effect", log_int("inbox", request->item->id), log_text("why", why.text));
	return defer_or_refuse(r, request, &why, err);
}

/* The URL to fetch next; start_all sends the request. */
static void set_url(struct pending_fetch *f, const char *url)
{
	f->url = url_without_fragment(f, url);
	f->host = url_authority(f, url);
	f->started = false;
	f->steps++;
}

static void wait_for_post(struct receiver *r, struct inbox_request *request, const char *url)
{
	struct pending_fetch *f = mem_new(r, struct pending_fetch);
	f->post = true;
	f->key_id = mem_dup(f, "");
	set_url(f, url);
	*mem_push(r, r->fetches, r->count) = f;
	*mem_push(f, f->requests, f->count) = talloc_steal(f, request);
}

/* The signature is verified: the activity takes effect when its actor is the owner of the key. */
static bool apply_if_actor(struct receiver *r, struct inbox_request *request, const struct remote_actor *sender, struct error *err)
{
	const char *post;
	if (strcmp(request->activity->actor, sender->uri) != 0)
		return refuse(r, request, "the key is of another actor", err);
	if (!effect_needs_post(request, r->db, request->activity, &post, err))
		return false;
	if (!post)
		return apply_effect(r, request, sender, NULL, err);
	wait_for_post(r, request, post);
	return true;
}

static bool is_signed_by(const struct inbox_request *request, const struct remote_actor *sender)
{
	struct error ignored;
	struct key *key = key_from_public_pem(NULL, sender->public_key, &ignored);
	bool fine = key && signature_verify(request->signature, &request->item->message, key);
	talloc_free(key);
	return fine;
}

static struct pending_fetch *find_key_fetch(const struct receiver *r, const char *key_id)
{
	for (size_t i = 0; i < r->count; i++)
		if (!r->fetches[i]->post && strcmp(r->fetches[i]->key_id, key_id) == 0)
			return r->fetches[i];
	return NULL;
}

static void drop_fetch(struct receiver *r, struct pending_fetch *f)
{
	size_t i = 0;
	while (i < r->count && r->fetches[i] != f)
		i++;
	r->count--;
	memmove(r->fetches + i, r->fetches + i + 1, (r->count - i) * sizeof *r->fetches);
	talloc_free(f);
}

/* Refuses or defers all requests that wait for this fetch. */
static bool fail_fetch(struct receiver *r, struct pending_fetch *f, const struct error *why, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; i < f->count; i++)
		fine = settled(r, f->requests[i], defer_or_refuse(r, f->requests[i], why, err), err) && fine;
	drop_fetch(r, f);
	return fine;
}

static bool start(struct receiver *r, struct pending_fetch *f, struct error *err)
{
	struct error why;
	const struct signed_transport_request request = { .publication = f->requests[0]->item->publication, .url = f->url, .tag = f };
	if (circuit_breaker_is_open(r->breaker, f->host)) {
		error_set(&why, ERROR_TEMPORARY, "'%s' did not answer a moment ago", f->host);
		return fail_fetch(r, f, &why, err);
	}
	f->started = signed_transport_start(r->transport, &request, &why);
	return f->started || fail_fetch(r, f, &why, err);
}

static bool start_all(struct receiver *r, struct error *err)
{
	size_t running = 0;
	bool fine = true;
	for (size_t i = 0; i < r->count; i++)
		running += r->fetches[i]->started;
	for (size_t i = 0; fine && i < r->count && running < PARALLEL_MAX; ) {
		struct pending_fetch *f = r->fetches[i];
		if (!f->started) {
			fine = start(r, f, err);
			running += i < r->count && r->fetches[i] == f;
		}
		if (i < r->count && r->fetches[i] == f)
			i++;
	}
	return fine;
}

static void wait_for_key(struct receiver *r, struct inbox_request *request)
{
	struct pending_fetch *f = find_key_fetch(r, request->signature->key_id);
	if (!f) {
		f = mem_new(r, struct pending_fetch);
		f->key_id = mem_dup(f, request->signature->key_id);
		set_url(f, f->key_id);
		*mem_push(r, r->fetches, r->count) = f;
	}
	*mem_push(f, f->requests, f->count) = talloc_steal(f, request);
}

static struct inbox_request *request_new(void *owner, struct inbox_item *item)
{
	struct inbox_request *request = mem_new(owner, struct inbox_request);
	request->item = talloc_steal(request, item);
	return request;
}

static bool read_request(struct inbox_request *request, struct error *err)
{
	const struct inbox_item *item = request->item;
	if (request->activity)
		return true;
	request->signature = signature_read(request, &item->message, err);
	/* Checked as of the time of receipt: since then the signature may have expired. */
	if (request->signature && signature_check(request->signature, &item->message, item->received, err))
		request->activity = activity_read(request, item->message.body, item->message.body_size, err);
	return request->activity != NULL;
}

static bool process(struct receiver *r, struct inbox_request *request, struct error *err)
{
	bool any;
	struct error why;
	if (!read_request(request, &why))
		return refuse(r, request, why.text, err);
	if (!effect_has_any(r->db, request->activity, &any, err))
		return false;
	if (!any) {
		char *words = mem_printf(request, "ignored: %s", request->activity->type);
		return inbox_item_finish(r->db, request->item, INBOX_ITEM_DONE, words, err);
	}
	if (find_key_fetch(r, request->signature->key_id)) {
		wait_for_key(r, request);
		return true;
	}
	struct remote_actor *known = remote_actor_by_key(request, r->db, request->signature->key_id, err);
	if (!known && err->kind != ERROR_NOT_FOUND)
		return false;
	if (known && is_signed_by(request, known))
		return apply_if_actor(r, request, known, err);
	if (known && known->fetched > clock_now() - KEY_IS_NEW)
		return refuse(r, request, "the signature does not fit the key", err);
	wait_for_key(r, request);
	return true;
}

static bool claim(struct receiver *r, bool suspects, struct error *err)
{
	struct inbox_item **all;
	int64_t due;
	const struct inbox_item_claimer who = { r->holder, LEASE, CLAIM, suspects };
	/* Reads before it claims, so that an idle role does not take the write lock. */
	if (!inbox_item_next_due(r->db, &due, err))
		return false;
	if (due != 0)
		return true;
	void *scratch = talloc_new(NULL);
	bool fine = inbox_item_claim(scratch, r->db, &who, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		*mem_push(r, r->queue, r->queued) = request_new(r, all[i]);
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
	for (size_t i = 0; i < count; i++) {
		struct inbox_request *request = queue[i];
		if (fine && (fine = settled(r, request, process(r, request, err), err))) {
			if (talloc_parent(request) == r)
				talloc_free(request);
		} else if (r->queued == 0 || r->queue[r->queued - 1] != request) {
			*mem_push(r, r->queue, r->queued) = request;
		}
	}
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
	for (size_t i = 0; i < r->count; i++)
		for (size_t k = 0; k < r->fetches[i]->count; k++)
			*mem_push(scratch, ids, count) = r->fetches[i]->requests[k]->item->id;
	bool fine = quarantine_renew(r->db, &inbox_item_queue, LEASE, ids, count, err);
	if (fine)
		r->renewed = now;
	talloc_free(scratch);
	return fine;
}

bool receiver_step(struct receiver *r, enum trial_turn turn, bool *worked, struct error *err)
{
	*worked = false;
	if (!renew(r, err))
		return false;
	if (turn != TRIAL_WAIT && r->queued == 0 && r->count < PENDING_MAX && !claim(r, turn == TRIAL_SUSPECTS, err))
		return false;
	*worked = r->queued > 0;
	return process_queue(r, err) && start_all(r, err);
}

bool receiver_holds(const struct receiver *r) { return r->count > 0 || r->queued > 0; }

/* The key must be known as the actor's: a forger can name any deleted URL of the actor's server as key id. */
static bool is_key_of(struct receiver *r, const struct pending_fetch *f, const char *actor)
{
	struct error ignored;
	void *scratch = talloc_new(NULL);
	const struct remote_actor *known = remote_actor_by_uri(scratch, r->db, actor, &ignored);
	bool is = strcmp(url_without_fragment(scratch, f->key_id), actor) == 0 || (known && strcmp(known->key_id, f->key_id) == 0);
	talloc_free(scratch);
	return is;
}

/* A 410 for the key confirms the Delete of its actor: the server cannot serve the key of a deleted account any more. */
static bool take_gone(struct receiver *r, struct pending_fetch *f, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; i < f->count; i++) {
		struct inbox_request *request = f->requests[i];
		const struct remote_actor sender = { .uri = request->activity->actor };
		bool done = request->activity->kind == ACTIVITY_DELETE_ACTOR && is_key_of(r, f, request->activity->actor) ?
		            apply_if_actor(r, request, &sender, err) : refuse(r, request, f->post ? "the post is gone" : "the key is gone", err);
		fine = settled(r, request, done, err) && fine;
	}
	drop_fetch(r, f);
	return fine;
}

static bool take_sender(struct receiver *r, struct pending_fetch *f, const struct remote_actor *sender, struct error *err)
{
	struct error why;
	bool fine = true, known = remote_actor_by_uri(f, r->db, sender->uri, &why) != NULL;
	if (known)
		fine = remote_actor_store(r->db, sender, err);
	for (size_t i = 0; i < f->count; i++) {
		struct inbox_request *request = f->requests[i];
		bool done = fine && (is_signed_by(request, sender) ?
		                     apply_if_actor(r, request, sender, err) : refuse(r, request, "the signature does not fit the key", err));
		fine = settled(r, request, done, err) && fine;
	}
	drop_fetch(r, f);
	return fine;
}

/* The sender was verified before the post was requested. */
static bool take_post(struct receiver *r, struct pending_fetch *f, const struct http_response *response, struct error *err)
{
	struct inbox_request *request = f->requests[0];
	const struct remote_actor sender = { .uri = request->activity->actor };
	bool done = signed_transport_is_activity(response) ?
	            apply_effect(r, request, &sender, response->body, err) : refuse(r, request, "its post is no ActivityPub document", err);
	bool fine = settled(r, request, done, err);
	drop_fetch(r, f);
	return fine;
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
	if (!next || f->steps >= STEPS_MAX)
		return fail_fetch(r, f, &why, err);
	set_url(f, next);
	return start(r, f, err);
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
	if (response->done && response->status == 410)
		return take_gone(r, f, err);
	if (response->done && response->status == 200)
		return f->post ? take_post(r, f, response, err) : take_document(r, f, response, err);
	set_reason(f, response, &why);
	if (!response->done && why.kind == ERROR_TEMPORARY)
		circuit_breaker_trip(r->breaker, f->host);
	return fail_fetch(r, f, &why, err);
}

bool receiver_owns(const struct receiver *r, const void *tag)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->fetches[i] == tag)
			return true;
	return false;
}

bool receiver_release(struct receiver *r, struct error *err)
{
	while (r->count > 0)
		drop_fetch(r, r->fetches[0]);
	r->queued = 0;
	return quarantine_release(r->db, &inbox_item_queue, err);
}
