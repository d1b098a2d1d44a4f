#include "gateway/fediverse/inbox/effect.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/actor/object.h"
#include "gateway/fediverse/following/follow_activity.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/followed.h"
#include "gateway/fediverse/inbox/moved.h"
#include "gateway/fediverse/inbox/ordering.h"
#include "gateway/fediverse/inbox/response.h"
#include "subscribers/ledger/ledger.h"
#include <string.h>

/* The same Follow often comes to several inboxes at once; when it is repeated after this time, our Accept was lost. */
#define SAME_FOLLOW (10 * CLOCK_MINUTE)

/* One activity, and the outcome of its inbox item. */
struct request_context {
	void *scratch;
	struct db *db;
	const struct inbox_item *item;
	const struct activity *a;
	const struct remote_actor *sender;
	const struct buf *object; /* the document that effect_needs_post asked for, or NULL */
	const struct followed_post *post; /* NULL: it is no post of an account that is followed */
	struct response *response; /* NULL: it says nothing to us */
	enum inbox_item_state state; /* with which the item ends */
	const char *words;
};

/* Does it matter to us, whatever it says to us? */
static bool matters(struct db *db, const struct activity *a, bool *any, struct error *err)
{
	*any = a->kind != ACTIVITY_OTHER;
	bool answers = a->kind == ACTIVITY_ACCEPT || a->kind == ACTIVITY_REJECT;
	if (!answers && a->kind != ACTIVITY_POST && a->kind != ACTIVITY_MOVE)
		return true;
	/* Who is followed no more may still take back what came from there. */
	bool takes_back = strcmp(a->type, "Delete") == 0;
	return following_knows(db, a->actor, takes_back ? FOLLOWING_ENDED : answers ? FOLLOWING_REJECTED : FOLLOWING_ACCEPTED, any, err);
}

bool effect_has_any(struct db *db, const struct activity *a, bool *any, struct error *err)
{
	struct response *response = NULL;
	const char *note = NULL;
	void *scratch = talloc_new(NULL);
	bool fine = matters(db, a, any, err) && (*any || (response_find(scratch, db, a, &response, err) && response_needs_note(scratch, db, a, &note, err)));
	*any = fine && (*any || response || note);
	talloc_free(scratch);
	return fine;
}

bool effect_is_heavy(const struct activity *a) { return a->kind == ACTIVITY_POST || response_is_heavy(a); }

bool effect_needs_post(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err)
{
	*url = a->object;
	if (a->kind == ACTIVITY_MOVE)
		return true;
	return followed_needs_post(owner, db, a, url, err) && (*url || response_needs_note(owner, db, a, url, err));
}

static bool refuse(struct request_context *c, const char *words)
{
	c->state = INBOX_ITEM_REFUSED;
	c->words = words;
	return true;
}

static bool done(struct request_context *c, const char *words)
{
	c->words = words;
	return true;
}

/* The publication with this actor; *p is NULL when the actor is not ours. */
static bool find_publication(struct request_context *c, const char *actor, struct publication **p, struct error *err)
{
	char *host = url_authority(c->scratch, actor);
	*p = host ? publication_by_host(c->scratch, c->db, host, err) : NULL;
	if (host && !*p && err->kind != ERROR_NOT_FOUND)
		return false;
	if (*p && !url_same(publication_actor_url(c->scratch, *p), actor))
		*p = NULL;
	return true;
}

/* The sender as a follower of this publication; *address is NULL when it has no address. */
static bool find_address(struct request_context *c, int64_t publication, struct address **address, struct error *err)
{
	*address = address_find(c->scratch, c->db, publication, ADDRESS_ACTOR, c->sender->uri, err);
	return *address || err->kind == ERROR_NOT_FOUND;
}

/* By which a Follow is known again; one without an id, by who follows whom. */
static const char *id_of_follow(struct request_context *c, const char *follow, const char *whom)
{
	return follow ? follow : mem_printf(c->scratch, "%s follows %s", c->sender->uri, whom);
}

/*
 * Is this Follow a duplicate that needs no Accept, or was it signed before its Undo?  Then it is an old one: it was delayed, or somebody
 * has captured it and sends it again.
 */
static bool is_duplicate(struct request_context *c, const struct address *address, bool *duplicate, struct error *err)
{
	int64_t before = 0, now = c->item->signed_at;
	if (!inbox_item_mark_seen(c->db, id_of_follow(c, c->a->id, c->a->object), c->sender->uri, now, &before, err))
		return false;
	bool follows = address && address->state == ADDRESS_CONFIRMED;
	*duplicate = before && (follows ? now < before + SAME_FOLLOW : now <= before); /* a Date has seconds */
	return true;
}

static bool follow(struct request_context *c, struct error *err)
{
	struct publication *p;
	struct address *had;
	bool duplicate, undone = false;
	int64_t address;
	if (!find_publication(c, c->a->object, &p, err))
		return false;
	if (!p)
		return refuse(c, "nobody of that name is here");
	if (!find_address(c, p->id, &had, err))
		return false;
	if (had && had->state == ADDRESS_SUPPRESSED)
		return refuse(c, "blocked from following");
	if (!is_duplicate(c, had, &duplicate, err))
		return false;
	if (duplicate)
		return done(c, "seen before");
	if (c->a->id && !ordering_undone(c->db, c->sender->uri, c->a->id, c->item->signed_at, &undone, err))
		return false;
	if (undone)
		return done(c, "taken back before it came");
	if (!remote_actor_store(c->db, c->sender, err) ||
	    !subscriber_follow(c->db, p->id, c->sender->uri, c->a->id, &address, err))
		return false;
	json_t *accept = object_accept(c->scratch, p, c->a->id, c->sender->uri);
	return follow_activity_send(c->db, address, accept, err) && done(c, "follows");
}

/* From now on the Follow by which the address follows has no effect, however often it comes. */
static bool settle(struct request_context *c, const struct address *address, struct error *err)
{
	int64_t before;
	char *follow;
	struct publication *p = publication_by_id(c->scratch, c->db, address->publication, err);
	return p && subscriber_follow_id(c->scratch, c->db, address->id, &follow, err) &&
	       inbox_item_mark_seen(c->db, id_of_follow(c, follow, publication_actor_url(c->scratch, p)), c->sender->uri, c->item->signed_at, &before, err);
}

static bool leave(struct request_context *c, const struct address *address, struct error *err)
{
	if (!address || address->state != ADDRESS_CONFIRMED)
		return done(c, "ignored: does not follow");
	if (!settle(c, address, err))
		return false;
	const char *wording = mem_printf(c->scratch, "%s %s", c->a->type, c->a->id ? c->a->id : "");
	return subscriber_leave(c->db, address->id, &(struct consent){ "", wording }, err) && done(c, "left");
}

static bool undo(struct request_context *c, struct error *err)
{
	struct publication *p = NULL;
	struct address *address = NULL;
	int64_t before = 0, id;
	/* So that the Follow that is sent again has no effect after its Undo. */
	if (c->a->follow && !inbox_item_mark_seen(c->db, c->a->follow, c->sender->uri, c->item->signed_at, &before, err))
		return false;
	if (c->a->object) {
		if (!find_publication(c, c->a->object, &p, err) || (p && !find_address(c, p->id, &address, err)))
			return false;
	} else if (subscriber_by_follow(c->db, c->sender->uri, c->a->follow, &id, err)) {
		address = address_get(c->scratch, c->db, id, err);
	} else if (err->kind != ERROR_NOT_FOUND) {
		return false;
	}
	bool ahead = c->a->follow && !before && !(address && address->state == ADDRESS_CONFIRMED);
	return (!ahead || ordering_undo(c->db, c->sender->uri, c->a->follow, c->item->signed_at, err)) && leave(c, address, err);
}

static bool block(struct request_context *c, struct error *err)
{
	struct publication *p;
	struct address *address = NULL;
	return find_publication(c, c->a->object, &p, err) && (!p || (find_address(c, p->id, &address, err) && followed_block(c->scratch, c->db, c->sender->uri, p->id, err))) &&
	       leave(c, address, err);
}

static bool delete_actor(struct request_context *c, struct error *err)
{
	struct publication **all;
	size_t count;
	if (!publication_all(c->scratch, c->db, &all, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct address *address;
		if (!find_address(c, all[i]->id, &address, err) || !leave(c, address, err))
			return false;
	}
	return followed_gone(c->scratch, c->db, c->sender->uri, err) && response_forget(c->db, c->sender->uri, err) && remote_actor_mark_gone(c->db, c->sender->uri, err) &&
	       done(c, "the account is gone");
}

static bool answer(struct request_context *c, struct error *err)
{
	bool mine;
	if (!followed_answer(c->scratch, c->db, c->a, &mine, &c->words, err))
		return false;
	return mine || refuse(c, "an answer to nothing that was asked");
}

static bool apply(struct request_context *c, struct error *err)
{
	switch (c->a->kind) {
	case ACTIVITY_FOLLOW: return follow(c, err);
	case ACTIVITY_UNDO: return undo(c, err);
	case ACTIVITY_BLOCK: return block(c, err);
	case ACTIVITY_DELETE_ACTOR: return delete_actor(c, err);
	case ACTIVITY_MOVE: return moved_apply(c->db, c->a, c->object, &c->words, err);
	case ACTIVITY_UPDATE_ACTOR: return remote_actor_expire(c->db, c->sender->uri, err) && done(c, "will be fetched again");
	case ACTIVITY_ACCEPT:
	case ACTIVITY_REJECT: return answer(c, err);
	case ACTIVITY_POST:
		if (c->post)
			return followed_store(c->scratch, c->db, c->item, c->a, c->post, &c->words, err);
		break;
	case ACTIVITY_OTHER: break;
	}
	return done(c, mem_printf(c->scratch, "ignored: %s", c->a->type));
}

/* An activity may have an effect of both kinds; the words are those of what it says to us. */
static bool apply_all(struct request_context *c, struct error *err)
{
	return apply(c, err) && (!c->response || response_apply(c->db, c->response, c->item, &c->words, err));
}

bool effect_apply(struct db *db, const struct inbox_item *item, const struct activity *a, const struct remote_actor *sender,
                  const struct buf *object, struct error *err)
{
	struct request_context c = { .scratch = talloc_new(NULL), .db = db, .item = item, .a = a, .sender = sender, .object = object, .state = INBOX_ITEM_DONE };
	bool is_post = false, fine = a->kind != ACTIVITY_POST || matters(db, a, &is_post, err);
	if (fine && is_post)
		c.post = followed_read(c.scratch, db, item, a, object, err);
	const struct activity *whole = response_with_note(c.scratch, a, object);
	fine = fine && (c.post || !is_post) && response_find(c.scratch, db, whole, &c.response, err);
	if (c.response)
		response_prepare(c.response, whole, sender, item->received);
	fine = fine && db_begin(db, err) && db_end(db, apply_all(&c, err) && inbox_item_finish(db, item, c.state, c.words, err), err);
	talloc_free(c.scratch);
	return fine;
}
