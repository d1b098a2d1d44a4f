#include "gateway/fediverse/inbox/moved.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/remote/remote_actor.h"

static bool lists(const json_t *names, const char *actor)
{
	for (size_t i = 0;; i++) {
		const json_t *one = json_is_array(names) ? json_array_get(names, i) : i == 0 ? names : NULL;
		if (!one)
			return false;
		if (json_is_string(one) && url_same(json_string_value(one), actor))
			return true;
	}
}

/* The account that a names, when it says that it was a's; NULL: it does not. */
static struct remote_actor *target_of(void *owner, const struct activity *a, const struct buf *document, struct following *to)
{
	struct error ignored;
	char *next;
	json_t *json = document ? jsonld_read(owner, document->data, document->size, &ignored) : NULL;
	struct remote_actor *r = json && !url_same(a->object, a->actor) && lists(json_object_get(json, "alsoKnownAs"), a->actor) ? remote_actor_read(owner, json, a->object, NULL, &next, &ignored) : NULL;
	if (!r)
		return NULL;
	const char *outbox = jsonld_id(json, "outbox");
	to->actor = r->uri;
	to->outbox = outbox && url_same_origin(outbox, r->uri) ? outbox : NULL;
	to->handle = *r->username ? mem_printf(owner, "@%s@%s", r->username, url_authority(owner, r->uri)) : r->uri;
	return r;
}

/* Has the publication a source that is this account, or was, or is it one of ours? */
static bool is_here(void *owner, struct db *db, const struct following *f, const char *actor, bool *here, struct error *err)
{
	struct following **all;
	struct publication **ours;
	size_t count;
	*here = false;
	if (!following_by_actor(owner, db, actor, &all, err) || !publication_all(owner, db, &ours, &count, err))
		return false;
	for (size_t i = 0; i < talloc_array_length(all); i++)
		*here = *here || (all[i]->publication == f->publication && all[i]->source != f->source);
	for (size_t i = 0; i < count; i++)
		*here = *here || url_same(publication_actor_url(owner, ours[i]), actor);
	return true;
}

static bool tell(void *owner, struct db *db, const struct following *f, const char *subject, const char *text, struct error *err)
{
	const struct notice n = { .publication = f->publication, .source = f->source, .subject = mem_printf(owner, "%s %s", f->handle, subject), .text = text };
	return notice_post(db, &n, err);
}

/* Told once, whatever it names. */
static bool doubt(void *owner, struct db *db, const struct following *f, const char *target, struct error *err)
{
	int64_t before;
	char *mark = mem_printf(owner, "move of %s %lld", f->actor, (long long)f->source);
	if (!inbox_item_mark_seen(db, mark, f->actor, clock_now(), &before, err))
		return false;
	if (before)
		return true;
	const char *text = mem_printf(owner, "The account %s, which is a source of yours, says that it goes on as %s, but that one does not say that it was %s before. So "
	                                     "nothing was changed.\n\nLook whether that is the same person; then pennypost source add %s follows there, and pennypost source remove "
	                                     "%lld ends this one.", f->handle, target, f->handle, target, (long long)f->source);
	return tell(owner, db, f, "says that it has moved", text, err);
}

static bool end(void *owner, struct db *db, const struct following *f, const struct following *to, struct error *err)
{
	const char *text = mem_printf(owner, "The account %s, which is a source of yours, goes on as %s, whose posts are here already. So nothing more comes from the old one; "
	                                     "what the archive has stays.\n\nTo tidy up: pennypost source remove %lld.", f->handle, to->handle, (long long)f->source);
	return following_set(db, f, FOLLOWING_ENDED, err) && tell(owner, db, f, "has moved", text, err);
}

static bool go_along(void *owner, struct db *db, const struct following *f, const struct following *to, struct error *err)
{
	const char *text = mem_printf(owner, "The account %s, which is a source of yours, goes on as %s, and that one says the same. Your publication asked it to let you follow, "
	                                     "as source %lld still; what the archive has stays.\n\nIf you do not want that: pennypost source remove %lld.", f->handle, to->handle,
	                              (long long)f->source, (long long)f->source);
	return following_move(db, f, to, err) && tell(owner, db, f, "has moved", text, err);
}

bool moved_apply(struct db *db, const struct activity *a, const struct buf *document, const char **words, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct following **all, to = { 0 };
	struct remote_actor *target = target_of(scratch, a, document, &to);
	bool here = false, fine = following_by_actor(scratch, db, a->actor, &all, err) && (!target || remote_actor_store(db, target, err));
	*words = target ? "the account has moved" : "the account says that it has moved, and the other does not";
	for (size_t i = 0; fine && i < talloc_array_length(all); i++) {
		const struct following *f = all[i];
		if (f->state != FOLLOWING_ASKED && f->state != FOLLOWING_ACCEPTED)
			continue;
		fine = !target || is_here(scratch, db, f, to.actor, &here, err);
		fine = fine && (!target ? doubt(scratch, db, f, a->object, err) : here ? end(scratch, db, f, &to, err) : go_along(scratch, db, f, &to, err));
	}
	talloc_free(scratch);
	return fine;
}
