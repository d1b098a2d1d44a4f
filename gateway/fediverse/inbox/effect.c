#include "gateway/fediverse/inbox/effect.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/actor/object.h"
#include "gateway/fediverse/following/follow_activity.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/followed.h"
#include "subscribers/ledger/ledger.h"
#include <string.h>

/* One Follow often comes to several inboxes at once; a later repeat means that our Accept was lost. */
#define SAME_FOLLOW (10 * CLOCK_MINUTE)

struct scene {
	void *scratch;
	struct db *db;
	const struct inbox_item *item;
	const struct activity *a;
	const struct remote_actor *sender;
	const struct buf *object;
	enum inbox_item_state state; /* how the item ends */
	const char *words;
};

bool effect_has_any(struct db *db, const struct activity *a, bool *any, struct error *err)
{
	*any = a->kind != ACTIVITY_OTHER;
	bool answers = a->kind == ACTIVITY_ACCEPT || a->kind == ACTIVITY_REJECT;
	return (!answers && a->kind != ACTIVITY_POST) || following_knows(db, a->actor, answers, any, err);
}

bool effect_wants(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err)
{
	return followed_wants(owner, db, a, url, err);
}

static bool refuse(struct scene *s, const char *words)
{
	s->state = INBOX_ITEM_REFUSED;
	s->words = words;
	return true;
}

static bool done(struct scene *s, const char *words)
{
	s->words = words;
	return true;
}

/* Whose actor this URL is: *p is NULL when it is none of ours. */
static bool find_publication(struct scene *s, const char *actor, struct publication **p, struct error *err)
{
	char *host = url_authority(s->scratch, actor);
	*p = host ? publication_by_host(s->scratch, s->db, host, err) : NULL;
	if (host && !*p && err->kind != ERROR_NOT_FOUND)
		return false;
	if (*p && strcmp(publication_actor_url(s->scratch, *p), actor) != 0)
		*p = NULL;
	return true;
}

/* The sender's address with this publication; *address is NULL when there is none. */
static bool find_address(struct scene *s, int64_t publication, struct address **address, struct error *err)
{
	*address = address_find(s->scratch, s->db, publication, ADDRESS_ACTOR, s->sender->uri, err);
	return *address || err->kind == ERROR_NOT_FOUND;
}

/* Is this Follow a repeat that wants no answer, or one that was undone after it was sent? */
static bool is_settled(struct scene *s, const struct address *address, bool *settled, struct error *err)
{
	int64_t before = 0, received = s->item->received;
	if (s->a->id && !inbox_item_mark_seen(s->db, s->a->id, s->sender->uri, received, &before, err))
		return false;
	bool follows = address && address->state == ADDRESS_CONFIRMED;
	*settled = before && (follows ? received < before + SAME_FOLLOW : received < before);
	return true;
}

static bool follow(struct scene *s, struct error *err)
{
	struct publication *p;
	struct address *had;
	bool settled;
	int64_t address;
	if (!find_publication(s, s->a->object, &p, err))
		return false;
	if (!p)
		return refuse(s, "nobody of that name is here");
	if (!find_address(s, p->id, &had, err))
		return false;
	if (had && had->state == ADDRESS_SUPPRESSED)
		return refuse(s, "blocked from following");
	if (!is_settled(s, had, &settled, err))
		return false;
	if (settled)
		return done(s, "seen before");
	if (!remote_actor_store(s->db, s->sender, err) ||
	    !subscriber_follow(s->db, p->id, s->sender->uri, s->a->id, &address, err))
		return false;
	return follow_activity_send(s->db, address, object_accept(s->scratch, p, s->a->id, s->sender->uri), err) && done(s, "follows");
}

static bool leave(struct scene *s, const struct address *address, struct error *err)
{
	if (!address || address->state != ADDRESS_CONFIRMED)
		return done(s, "ignored: does not follow");
	const char *wording = mem_printf(s->scratch, "%s %s", s->a->type, s->a->id ? s->a->id : "");
	return subscriber_leave(s->db, address->id, &(struct consent){ "", wording }, err) && done(s, "left");
}

static bool undo(struct scene *s, struct error *err)
{
	struct publication *p = NULL;
	struct address *address = NULL;
	int64_t before, id;
	/* So that a Follow that is still on its way does not bring back who has left. */
	if (s->a->follow && !inbox_item_mark_seen(s->db, s->a->follow, s->sender->uri, s->item->received, &before, err))
		return false;
	if (s->a->object) {
		if (!find_publication(s, s->a->object, &p, err) || (p && !find_address(s, p->id, &address, err)))
			return false;
	} else if (subscriber_by_follow(s->db, s->sender->uri, s->a->follow, &id, err)) {
		address = address_get(s->scratch, s->db, id, err);
	} else if (err->kind != ERROR_NOT_FOUND) {
		return false;
	}
	return leave(s, address, err);
}

static bool block(struct scene *s, struct error *err)
{
	struct publication *p;
	struct address *address = NULL;
	return find_publication(s, s->a->object, &p, err) && (!p || find_address(s, p->id, &address, err)) && leave(s, address, err);
}

static bool delete_actor(struct scene *s, struct error *err)
{
	struct publication **all;
	size_t count;
	if (!publication_all(s->scratch, s->db, &all, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct address *address;
		if (!find_address(s, all[i]->id, &address, err) || !leave(s, address, err))
			return false;
	}
	return followed_gone(s->scratch, s->db, s->sender->uri, err) && remote_actor_mark_gone(s->db, s->sender->uri, err) && done(s, "the account is gone");
}

static bool answer(struct scene *s, struct error *err)
{
	bool mine;
	if (!followed_answer(s->scratch, s->db, s->a, &mine, &s->words, err))
		return false;
	return mine || refuse(s, "an answer to nothing that was asked");
}

static bool apply(struct scene *s, struct error *err)
{
	switch (s->a->kind) {
	case ACTIVITY_FOLLOW: return follow(s, err);
	case ACTIVITY_UNDO: return undo(s, err);
	case ACTIVITY_BLOCK: return block(s, err);
	case ACTIVITY_DELETE_ACTOR: return delete_actor(s, err);
	case ACTIVITY_UPDATE_ACTOR: return remote_actor_expire(s->db, s->sender->uri, err) && done(s, "will be fetched again");
	case ACTIVITY_ACCEPT:
	case ACTIVITY_REJECT: return answer(s, err);
	case ACTIVITY_POST: return followed_post(s->scratch, s->db, s->item, s->a, s->object, &s->words, err);
	case ACTIVITY_OTHER: break;
	}
	return done(s, mem_printf(s->scratch, "ignored: %s", s->a->type));
}

bool effect_apply(struct db *db, const struct inbox_item *item, const struct activity *a, const struct remote_actor *sender, const struct buf *object,
                  struct error *err)
{
	struct scene s = { talloc_new(NULL), db, item, a, sender, object, INBOX_ITEM_DONE, NULL };
	bool fine = db_begin(db, err);
	if (fine) {
		fine = apply(&s, err) && inbox_item_finish(db, item, s.state, s.words, err) && db_commit(db, err);
		if (!fine)
			db_rollback(db);
	}
	talloc_free(s.scratch);
	return fine;
}
