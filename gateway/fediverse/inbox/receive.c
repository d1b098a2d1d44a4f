#include "gateway/fediverse/inbox/receive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/inbox/effect.h"
#include "gateway/fediverse/remote/circuit_breaker.h"
#include <string.h>

/* A key that was fetched so lately is the one that the sender has now. */
#define KEY_IS_NEW CLOCK_MINUTE
#define LEASE (15 * CLOCK_MINUTE)
/* FETCHES at once, so that strangers' slow servers do not take the transport from our deliveries. */
enum { CLAIM = 32, ERRANDS = 300, FETCHES = 8, STEPS = 3 };

/* One request with what it says, read once. */
struct letter {
	struct inbox_item *item;
	struct signature *signature;
	struct activity *activity;
};

struct pending_fetch {
	bool post;      /* it is for a post that was only named, not for a key */
	char *key_id;   /* "" for a post */
	char *url;      /* what is to be fetched */
	char *host;
	bool started;   /* the fetch of url */
	int steps;      /* documents asked for so far */
	struct letter **letters;
	size_t count;
};

struct receiver {
	struct db *db;
	struct signed_transport *transport;
	struct circuit_breaker *breaker;
	struct pending_fetch **errands;
	size_t count;
};

struct receiver *receiver_new(void *owner, struct db *db, struct signed_transport *transport)
{
	struct receiver *r = mem_new(owner, struct receiver);
	r->db = db;
	r->transport = transport;
	r->breaker = circuit_breaker_new(r);
	return r;
}

static bool refuse(struct receiver *r, const struct letter *l, const char *words, struct error *err)
{
	log_info("inbox request refused", log_int("inbox", l->item->id), log_text("why", words));
	return inbox_item_finish(r->db, l->item, INBOX_ITEM_REFUSED, words, err);
}

/* A request that cannot take effect must not stop those behind it. */
static bool settle_failure(struct receiver *r, const struct letter *l, const struct error *why, struct error *err)
{
	struct error words = *why;
	return why->kind == ERROR_TEMPORARY ? inbox_item_defer(r->db, l->item, words.text, err) : refuse(r, l, words.text, err);
}

static bool take_effect(struct receiver *r, const struct letter *l, const struct remote_actor *sender, const struct buf *post, struct error *err)
{
	struct error why;
	if (effect_apply(r->db, l->item, l->activity, sender, post, &why))
		return true;
	log_warning("activity without effect", log_int("inbox", l->item->id), log_text("why", why.text));
	return settle_failure(r, l, &why, err);
}

/* url is fetched when its turn comes. */
static void aim(struct pending_fetch *e, const char *url)
{
	e->url = url_without_fragment(e, url);
	e->host = url_authority(e, url);
	e->started = false;
	e->steps++;
}

static void wait_for_post(struct receiver *r, struct letter *l, const char *url)
{
	struct pending_fetch *e = mem_new(r, struct pending_fetch);
	e->post = true;
	e->key_id = mem_dup(e, "");
	aim(e, url);
	*mem_push(r, r->errands, r->count) = e;
	*mem_push(e, e->letters, e->count) = talloc_steal(e, l);
}

/* The sender is known: is it the actor that the activity names? */
static bool apply(struct receiver *r, struct letter *l, const struct remote_actor *sender, struct error *err)
{
	const char *post;
	if (strcmp(l->activity->actor, sender->uri) != 0)
		return refuse(r, l, "the key is of another actor", err);
	if (!effect_needs_post(l, r->db, l->activity, &post, err))
		return false;
	if (!post)
		return take_effect(r, l, sender, NULL, err);
	wait_for_post(r, l, post);
	return true;
}

static bool fits(const struct letter *l, const struct remote_actor *sender)
{
	struct error ignored;
	struct key *key = key_from_public_pem(NULL, sender->public_key, &ignored);
	bool fine = key && signature_verify(l->signature, &l->item->message, key);
	talloc_free(key);
	return fine;
}

static struct pending_fetch *find_errand(const struct receiver *r, const char *key_id)
{
	for (size_t i = 0; i < r->count; i++)
		if (!r->errands[i]->post && strcmp(r->errands[i]->key_id, key_id) == 0)
			return r->errands[i];
	return NULL;
}

static void drop_errand(struct receiver *r, struct pending_fetch *e)
{
	size_t i = 0;
	while (i < r->count && r->errands[i] != e)
		i++;
	r->count--;
	memmove(r->errands + i, r->errands + i + 1, (r->count - i) * sizeof *r->errands);
	talloc_free(e);
}

/* Every request that waits for this key ends, or waits longer. */
static bool fail_errand(struct receiver *r, struct pending_fetch *e, const struct error *why, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < e->count; i++)
		fine = settle_failure(r, e->letters[i], why, err);
	drop_errand(r, e);
	return fine;
}

static bool start(struct receiver *r, struct pending_fetch *e, struct error *err)
{
	struct error why;
	const struct signed_transport_request request = { e->letters[0]->item->publication, e->url, NULL, e };
	if (circuit_breaker_is_open(r->breaker, e->host)) {
		error_set(&why, ERROR_TEMPORARY, "'%s' did not answer a moment ago", e->host);
		return fail_errand(r, e, &why, err);
	}
	e->started = signed_transport_start(r->transport, &request, &why);
	return e->started || fail_errand(r, e, &why, err);
}

static bool start_all(struct receiver *r, struct error *err)
{
	size_t running = 0;
	bool fine = true;
	for (size_t i = 0; i < r->count; i++)
		running += r->errands[i]->started;
	for (size_t i = 0; fine && i < r->count && running < FETCHES; ) {
		struct pending_fetch *e = r->errands[i];
		if (!e->started) {
			fine = start(r, e, err);
			running += i < r->count && r->errands[i] == e;
		}
		if (i < r->count && r->errands[i] == e)
			i++;
	}
	return fine;
}

static void wait_for_key(struct receiver *r, struct letter *l)
{
	struct pending_fetch *e = find_errand(r, l->signature->key_id);
	if (!e) {
		e = mem_new(r, struct pending_fetch);
		e->key_id = mem_dup(e, l->signature->key_id);
		aim(e, e->key_id);
		*mem_push(r, r->errands, r->count) = e;
	}
	*mem_push(e, e->letters, e->count) = talloc_steal(e, l);
}

static struct letter *open_letter(void *owner, struct inbox_item *item, struct error *err)
{
	struct letter *l = mem_new(owner, struct letter);
	l->item = talloc_steal(l, item);
	l->signature = signature_read(l, &item->message, err);
	/* The times were in their window when the request came. */
	if (l->signature && signature_check(l->signature, &item->message, item->received, err))
		l->activity = activity_read(l, item->message.body, item->message.body_size, err);
	return l;
}

static bool receive(struct receiver *r, struct letter *l, struct error *err)
{
	bool any;
	if (!effect_has_any(r->db, l->activity, &any, err))
		return false;
	if (!any) {
		char *words = mem_printf(l, "ignored: %s", l->activity->type);
		return inbox_item_finish(r->db, l->item, INBOX_ITEM_DONE, words, err);
	}
	if (find_errand(r, l->signature->key_id)) {
		wait_for_key(r, l);
		return true;
	}
	struct remote_actor *known = remote_actor_by_key(l, r->db, l->signature->key_id, err);
	if (!known && err->kind != ERROR_NOT_FOUND)
		return false;
	if (known && fits(l, known))
		return apply(r, l, known, err);
	if (known && known->fetched > clock_now() - KEY_IS_NEW)
		return refuse(r, l, "the signature does not fit the key", err);
	wait_for_key(r, l);
	return true;
}

bool receiver_step(struct receiver *r, bool *worked, struct error *err)
{
	struct inbox_item **all;
	int64_t due;
	*worked = false;
	/* Looking first keeps an idle role from taking the write lock. */
	if (!inbox_item_next_due(r->db, &due, err))
		return false;
	if (r->count >= ERRANDS || due != 0)
		return start_all(r, err);
	void *scratch = talloc_new(NULL);
	bool fine = inbox_item_claim(scratch, r->db, CLAIM, LEASE, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++) {
		struct error why;
		struct letter *l = open_letter(scratch, all[i], &why);
		*worked = true;
		fine = l->activity ? receive(r, l, err) : refuse(r, l, why.text, err);
	}
	talloc_free(scratch);
	return fine && start_all(r, err);
}

/* Whose key it is must be known beforehand: anybody can name a URL of that server that is gone. */
static bool is_key_of(struct receiver *r, const struct pending_fetch *e, const char *actor)
{
	struct error ignored;
	void *scratch = talloc_new(NULL);
	const struct remote_actor *known = remote_actor_by_uri(scratch, r->db, actor, &ignored);
	bool is = strcmp(url_without_fragment(scratch, e->key_id), actor) == 0 || (known && strcmp(known->key_id, e->key_id) == 0);
	talloc_free(scratch);
	return is;
}

/* The server of a deleted account cannot show its key any more: that it is gone is said by the 410 itself. */
static bool take_gone(struct receiver *r, struct pending_fetch *e, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < e->count; i++) {
		struct letter *l = e->letters[i];
		const struct remote_actor sender = { .uri = l->activity->actor };
		fine = l->activity->kind == ACTIVITY_DELETE_ACTOR && is_key_of(r, e, l->activity->actor) ?
		       apply(r, l, &sender, err) : refuse(r, l, e->post ? "the post is gone" : "the key is gone", err);
	}
	drop_errand(r, e);
	return fine;
}

static bool take_remote(struct receiver *r, struct pending_fetch *e, const struct remote_actor *sender, struct error *err)
{
	struct error why;
	bool fine = true, known = remote_actor_by_uri(e, r->db, sender->uri, &why) != NULL;
	if (known)
		fine = remote_actor_store(r->db, sender, err);
	for (size_t i = 0; fine && i < e->count; i++) {
		struct letter *l = e->letters[i];
		fine = fits(l, sender) ? apply(r, l, sender, err) : refuse(r, l, "the signature does not fit the key", err);
	}
	drop_errand(r, e);
	return fine;
}

/* The sender was verified before it was asked for. */
static bool take_post(struct receiver *r, struct pending_fetch *e, const struct http_response *response, struct error *err)
{
	const struct letter *l = e->letters[0];
	const struct remote_actor sender = { .uri = l->activity->actor };
	bool fine = signed_transport_is_activity(response) ? take_effect(r, l, &sender, response->body, err) : refuse(r, l, "its post is no ActivityPub document", err);
	drop_errand(r, e);
	return fine;
}

static bool take_document(struct receiver *r, struct pending_fetch *e, const struct http_response *response, struct error *err)
{
	struct error why;
	char *next = NULL;
	json_t *document = signed_transport_is_activity(response) ? jsonld_read(e, response->body->data, response->body->size, &why) : NULL;
	if (!signed_transport_is_activity(response))
		error_set(&why, ERROR_INVALID, "'%.300s' is not an ActivityPub document", e->url);
	const char *url = response->url ? response->url : e->url;
	struct remote_actor *sender = document ? remote_actor_read(e, document, url, e->key_id, &next, &why) : NULL;
	if (sender)
		return take_remote(r, e, sender, err);
	if (!next || e->steps >= STEPS)
		return fail_errand(r, e, &why, err);
	aim(e, next);
	return start(r, e, err);
}

/* Why a fetch brought no document; TEMPORARY when it may yet. */
static void explain(const struct pending_fetch *e, const struct http_response *response, struct error *why)
{
	int status = response->status;
	if (!response->done)
		*why = response->err;
	else
		error_set(why, status == 404 ? ERROR_NOT_FOUND : ERROR_TEMPORARY, "'%.300s' answered %d", e->url, status);
}

bool receiver_take(struct receiver *r, struct pending_fetch *e, const struct http_response *response, struct error *err)
{
	struct error why;
	if (response->done && response->status == 410)
		return take_gone(r, e, err);
	if (response->done && response->status == 200)
		return e->post ? take_post(r, e, response, err) : take_document(r, e, response, err);
	explain(e, response, &why);
	if (!response->done && why.kind == ERROR_TEMPORARY)
		circuit_breaker_trip(r->breaker, e->host);
	return fail_errand(r, e, &why, err);
}

bool receiver_owns(const struct receiver *r, const void *tag)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->errands[i] == tag)
			return true;
	return false;
}

bool receiver_release(struct receiver *r, struct error *err)
{
	bool fine = true;
	while (r->count > 0) {
		struct pending_fetch *e = r->errands[0];
		for (size_t i = 0; fine && i < e->count; i++)
			fine = inbox_item_release(r->db, e->letters[i]->item, err);
		drop_errand(r, e);
	}
	return fine;
}
