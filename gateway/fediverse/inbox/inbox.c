#include "gateway/fediverse/inbox/inbox.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/fediverse/document/accept.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/fediverse/inbox/effect.h"
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/activity.h"
#include "gateway/fediverse/remote/remote_actor.h"
#include "gateway/web/server/limiter.h"
#include <string.h>

/* A key that was fetched within this time is not fetched again when a signature does not match it. */
#define KEY_IS_FRESH (10 * CLOCK_MINUTE)
/* Activities that we act on are small.  Only posts may be longer than KEPT_MAX, when the sender's key is already known: a MiB of JSON may
 * take a tenth of a second to read. */
enum { BODY_MAX = 1 << 20, KEPT_MAX = 128 << 10 };
/* Requests whose sender is not known make us fetch a key from wherever they say: one network may send so many at once, and how soon one
 * more.  A large server's users are many. */
enum { BURST = 2000 };
#define EVERY (CLOCK_SECOND / 2)

/* So much of the room that there was for senders that are known is taken before it is looked at again: other processes take of it, too. */
enum { ROOM_SHARE = 32 };

/* A request that is to be stored. */
struct waiting {
	struct exchange *x;
	const struct signature *signature;
	struct inbox_item item;
	bool personal;
};

struct inbox {
	struct key_cache *keys;
	struct waiting *waiting;
	size_t count;
	struct limiter *strangers;
	int64_t room; /* for senders that are known, to be taken without a look */
};

struct inbox *inbox_new(void *owner)
{
	struct inbox *inbox = mem_new(owner, struct inbox);
	inbox->keys = key_cache_new(inbox);
	inbox->strangers = limiter_new(BURST, EVERY);
	return inbox;
}

static void say(struct exchange *x, int status, const char *text)
{
	fprintf(exchange_answer(x, status, "text/plain; charset=utf-8"), "%s\n", text);
}

static void say_later(struct exchange *x, const char *why)
{
	log_error("inbox: request not stored", log_text("why", why));
	say(x, 503, "Please come again in a moment.");
	exchange_reply(x, "Retry-After", "60");
}

static bool check_request(struct exchange *x)
{
	if (strcmp(x->method, "POST") != 0) {
		say(x, 405, "An inbox takes only POST.");
		exchange_reply(x, "Allow", "POST");
		return false;
	}
	if (x->body_size > BODY_MAX)
		say(x, 413, "An activity has at most 1 MiB.");
	else if (!accept_is_activity(exchange_header(x, "Content-Type")))
		say(x, 415, "Activities come as application/activity+json.");
	else
		return true;
	return false;
}

/* Key, activity and actor must have the same origin.  receive.c checks that the key is the actor's. */
static bool check_origins(const struct signature *s, const struct activity *a, struct error *err)
{
	if (!url_valid(s->key_id) || !url_same_origin(s->key_id, a->actor))
		return error_set(err, ERROR_INVALID, "the key '%.200s' is not of the server of '%.200s'", s->key_id, a->actor);
	return !a->id || url_same_origin(a->id, a->actor) ||
	       error_set(err, ERROR_INVALID, "the activity '%.200s' is not of the server of its actor", a->id);
}

/* Servers send the Delete of an account to every server they know.  For an unknown actor it needs no row and no fetch. */
static bool is_about_a_stranger(struct exchange *x, const struct activity *a)
{
	struct error err;
	return (a->kind == ACTIVITY_DELETE_ACTOR || a->kind == ACTIVITY_UPDATE_ACTOR) &&
	       !remote_actor_by_uri(x->owner, x->db, a->actor, &err) && err.kind == ERROR_NOT_FOUND;
}

enum verdict { GENUINE, UNKNOWN, WRONG };

/* A signature that does not match is WRONG only when the key was fetched recently: else the sender may have a new key. */
static enum verdict verdict_on(struct exchange *x, struct key_cache *keys, const struct signature *s, const struct signature_message *m, int64_t now)
{
	struct error err;
	struct remote_actor *r = remote_actor_by_key(x->owner, x->db, s->key_id, &err);
	const struct key *key = r ? key_cache_public(keys, r->public_key, &err) : NULL;
	if (key && signature_verify(s, m, key))
		return GENUINE;
	return key && r->fetched >= now - KEY_IS_FRESH ? WRONG : UNKNOWN;
}

/* False when their network has sent too many; it is told. */
static bool may_come(struct exchange *x, struct inbox *inbox, enum inbox_item_lane lane)
{
	int64_t wait = lane == INBOX_ITEM_OF_STRANGER ? limiter_take(inbox->strangers, x->remote) : 0;
	if (!wait)
		return true;
	say(x, 429, "Too many requests of senders that are not known came from your network.");
	exchange_reply(x, "Retry-After", mem_printf(x->owner, "%lld", (long long)(wait / CLOCK_SECOND + 1)));
	return false;
}

static bool is_full(struct exchange *x, struct inbox *inbox, const struct signature *s, const struct inbox_item *item, bool *full, struct error *err)
{
	int64_t room;
	*full = false;
	if (item->lane == INBOX_ITEM_OF_KNOWN && inbox->room-- > 0)
		return true;
	if (!inbox_item_room(x->db, item, s, &room, err))
		return false;
	*full = room <= 0;
	if (item->lane == INBOX_ITEM_OF_KNOWN)
		inbox->room = room / ROOM_SHARE;
	return true;
}

/* Stores those from first to end in one transaction. */
static bool store_all(const struct waiting *first, const struct waiting *end, struct error *err)
{
	struct db *db = first->x->db;
	bool fine;
	int races = 0;
	do {
		fine = db_begin_rows(db, err);
		if (!fine)
			continue;
		for (const struct waiting *w = first; fine && w < end; w++)
			fine = inbox_item_store(db, &w->item, w->signature, w->personal, err);
		fine = db_end(db, fine, err);
	} while (!fine && db_again(db, &races));
	return fine;
}

/* What fails for its own sake fails alone. */
static void store_and_answer(const struct waiting *first, const struct waiting *end)
{
	struct error err;
	bool fine = store_all(first, end, &err), apart = !fine && end - first > 1 && err.kind != ERROR_TEMPORARY;
	for (const struct waiting *w = first; w < end; w++)
		if (apart)
			store_and_answer(w, w + 1);
		else if (fine)
			exchange_answer(w->x, 202, NULL);
		else
			say_later(w->x, err.text);
}

void inbox_commit(struct inbox *inbox)
{
	enum { TOGETHER = 100 };
	for (size_t i = 0; i < inbox->count; i += TOGETHER) {
		const struct waiting *first = inbox->waiting + i;
		store_and_answer(first, first + (inbox->count - i < TOGETHER ? inbox->count - i : TOGETHER));
	}
	inbox->count = 0;
}

/* may_be_long: it is a post, and its signature matches a known key. */
static void store(struct exchange *x, struct inbox *inbox, const struct signature *s, struct inbox_item *item, bool shared, bool may_be_long)
{
	struct error err;
	bool full;
	if (!may_be_long && x->body_size > KEPT_MAX)
		say(x, 413, "This activity is too long.");
	else if (!is_full(x, inbox, s, item, &full, &err))
		say_later(x, err.text);
	else if (full)
		say_later(x, "too many requests wait to be processed");
	else if (!(item->head = inbox_item_head(x->owner, item, s, &err)))
		say(x, 431, err.text);
	else {
		*mem_push(inbox, inbox->waiting, inbox->count) = (struct waiting){ x, s, *item, !shared };
		x->waits = x->may_wait;
		if (!x->waits)
			inbox_commit(inbox);
	}
}

/* The signature, when the body may be read because of it; NULL: the request is answered. */
static struct signature *signature_of(struct exchange *x, struct inbox *inbox, const struct signature_message *m, int64_t now)
{
	struct error err;
	struct signature *s = signature_read(x->owner, m, &err);
	if (!s || !signature_check(s, m, now, &err))
		say(x, 401, err.text);
	else if (x->body_size > KEPT_MAX && verdict_on(x, inbox->keys, s, m, now) != GENUINE)
		say(x, 413, "This activity is too long.");
	else
		return s;
	return NULL;
}

/* The URL with which the sender signs: that of the host which was asked; where inboxes are, as they are announced. */
static const char *origin_of(const struct exchange *x)
{
	const char *asked = exchange_site(x);
	return uris_are_at(x->publication, asked) ? x->publication->origin : asked;
}

void inbox_receive(struct exchange *x, struct inbox *inbox, bool shared)
{
	if (!check_request(x))
		return;
	struct error err;
	int64_t now = clock_now();
	struct inbox_item item = {
		.publication = x->publication->id, .received = now, .remote = x->remote,
		.message = { x->method, origin_of(x), x->query ? mem_printf(x->owner, "%s?%s", x->path, x->query) : x->path,
		             x->headers, x->body, x->body_size },
	};
	struct signature *s = signature_of(x, inbox, &item.message, now);
	if (!s)
		return;
	bool any = false;
	enum verdict verdict = UNKNOWN;
	struct activity *a = activity_read(x->owner, x->body, x->body_size, &err);
	if (!a)
		say(x, 400, err.text);
	else if (!check_origins(s, a, &err))
		say(x, 403, err.text);
	else if (is_about_a_stranger(x, a))
		exchange_answer(x, 202, NULL);
	else if ((verdict = verdict_on(x, inbox->keys, s, &item.message, now)) == WRONG)
		say(x, 401, "the signature does not fit the key");
	else if (!effect_has_any(x->db, a, &any, &err))
		say_later(x, err.text);
	else if (!any)
		exchange_answer(x, 202, NULL);
	else {
		item.lane = verdict == GENUINE ? INBOX_ITEM_OF_KNOWN : INBOX_ITEM_OF_STRANGER;
		if (may_come(x, inbox, item.lane))
			store(x, inbox, s, &item, shared, verdict == GENUINE && a->kind == ACTIVITY_POST);
	}
}
