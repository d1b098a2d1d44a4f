#include "gateway/fediverse/inbox/followed.h"
#include "feeds/ingest/ingest_store.h"
#include "feeds/match/identity.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/vocabulary/record.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/ordering.h"
#include <string.h>

/* The Follow that an Accept or Reject answers, by the id of the Follow, else by its actor.  NULL: none. */
static const struct following *answered(void *owner, struct db *db, const struct activity *a, struct following **all, struct error *err)
{
	for (size_t i = 0; i < talloc_array_length(all); i++)
		if (url_same(a->follow, all[i]->follow))
			return all[i];
	for (size_t i = 0; a->object && i < talloc_array_length(all); i++) {
		struct publication *p = publication_by_id(owner, db, all[i]->publication, err);
		if (p && url_same(publication_actor_url(owner, p), a->object))
			return all[i];
	}
	return NULL;
}

static bool notify_rejected(struct db *db, const struct following *f, struct error *err)
{
	char *subject = mem_printf(NULL, "%s does not let you follow", f->handle);
	const struct notice n = {
		.publication = f->publication, .source = f->source, .subject = subject,
		.text = "Their server sends nothing to your publication, so no new posts will come from there. What the archive has stays.\n\n"
		        "If the account has a feed, pennypost source add URL reads that instead.",
	};
	bool fine = notice_post(db, &n, err);
	talloc_free(subject);
	return fine;
}

bool followed_answer(void *owner, struct db *db, const struct activity *a, bool *mine, const char **words, struct error *err)
{
	struct following **all;
	enum following_state state = a->kind == ACTIVITY_ACCEPT ? FOLLOWING_ACCEPTED : FOLLOWING_REJECTED;
	if (!following_by_actor(owner, db, a->actor, &all, err))
		return false;
	const struct following *f = answered(owner, db, a, all, err);
	*mine = f != NULL;
	*words = state == FOLLOWING_ACCEPTED ? "lets us follow" : "does not let us follow";
	if (!f || f->state == state || f->state == FOLLOWING_ENDED)
		return true;
	return following_set(db, f, state, err) && (state != FOLLOWING_REJECTED || notify_rejected(db, f, err));
}

/* Is there a publication that follows the actor and does not have this post? */
static bool is_unknown(struct db *db, struct following **all, const char *id, bool *unknown, struct error *err)
{
	bool fine = true;
	char *key = identity_guid_key(NULL, id);
	*unknown = false;
	for (size_t i = 0; fine && !*unknown && i < talloc_array_length(all); i++) {
		int64_t entry;
		fine = archive_known(db, all[i]->publication, (const char *const[]){ key, NULL }, &entry, err);
		*unknown = fine && entry == 0;
	}
	talloc_free(key);
	return fine;
}

bool followed_needs_post(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err)
{
	struct following **all;
	bool unknown = true;
	*url = NULL;
	if (a->kind != ACTIVITY_POST || a->whole || !url_same_origin(a->object, a->actor))
		return true;
	if (!following_by_actor(owner, db, a->actor, &all, err))
		return false;
	if (strcmp(a->type, "Announce") == 0 && !is_unknown(db, all, a->object, &unknown, err))
		return false;
	*url = unknown ? a->object : NULL;
	return true;
}

static bool is_own(const char *id, const char *actor) { return id && url_valid(id) && url_same_origin(id, actor); }

/* Removes posts and deletions with another origin than the actor's. */
static void keep_own(struct feed *feed, const char *actor)
{
	size_t kept = 0, left = 0;
	for (size_t i = 0; i < feed->count; i++)
		if (is_own(feed->entries[i]->guid, actor)) {
			feed->entries[kept] = feed->entries[i];
			feed->records[kept++] = feed->records[i];
		}
	feed->count = kept;
	for (size_t i = 0; i < feed->deleted_count; i++)
		if (is_own(feed->deleted[i].ref, actor))
			feed->deleted[left++] = feed->deleted[i];
	feed->deleted_count = left;
}

/* A fetched post must have the id it was fetched from, and the actor among its authors. */
static bool is_authors_document(void *owner, const struct buf *object, const struct activity *a)
{
	struct error ignored;
	json_t *json = jsonld_read(owner, object->data, object->size, &ignored);
	const char *id = json ? jsonld_text(json, "id") : NULL;
	const json_t *authors = json ? json_object_get(json, "attributedTo") : NULL;
	if (!url_same(id, a->object))
		return false;
	for (size_t i = 0;; i++) {
		const json_t *one = json_is_array(authors) ? json_array_get(authors, i) : i == 0 ? authors : NULL;
		const char *who = json_is_string(one) ? json_string_value(one) : jsonld_text(one, "id");
		if (url_same(who, a->actor))
			return true;
		if (!one)
			return false;
	}
}

/* The post as one publication that follows its author stores it. */
struct copy {
	int64_t source;
	const struct ingest_ready *ready;
};

struct followed_post {
	struct feed *feed; /* NULL: nothing in it is the actor's */
	struct copy *copies;
	size_t count;
};

/* Only whoever began to follow a moment ago has none yet. */
static const struct ingest_ready *ready_for(void *owner, const struct followed_post *post, const struct source *s)
{
	for (size_t i = 0; i < post->count; i++)
		if (post->copies[i].source == s->id)
			return post->copies[i].ready;
	return ingest_ready_make(owner, s, post->feed);
}

static bool store(struct db *db, const struct following *f, const struct followed_post *post, struct ingest_result *all, struct error *err)
{
	struct ingest in = { .db = db };
	struct ingest_result r = { 0 };
	struct source *s = source_get(NULL, db, f->source, err);
	bool fine = s != NULL;
	bool takes_back = post->feed->count == 0;
	if (s && (s->state == SOURCE_ACTIVE || takes_back)) {
		in.ready = ready_for(s, post, s);
		fine = ingest_store(&in, s, post->feed, INGEST_PUSH, &r, err) &&
		       (takes_back || source_note_contact(db, s->id, f->state == FOLLOWING_ACCEPTED ? NULL : s->last_error, err));
	}
	all->fresh += r.fresh;
	all->revised += r.revised;
	all->gone += r.gone;
	talloc_free(s);
	return fine;
}

/* The same activity often comes to several inboxes; and an old request that is sent again must not restore an old text. */
static char *mark_of(void *owner, const struct inbox_item *item, const struct activity *a)
{
	const struct signature_message *m = &item->message;
	return mem_printf(owner, "%s %s", a->id ? a->id : a->object, encode_sha256_hex(owner, m->body, m->body_size));
}

/* The post in a, or in object if given; NULL without an error when it is not the actor's. */
static struct feed *read_post(void *owner, const struct inbox_item *item, const struct activity *a, const struct buf *object,
                              struct error *err)
{
	const struct signature_message *m = &item->message;
	*err = (struct error){ 0 };
	if (object ? !is_authors_document(owner, object, a) : !a->whole)
		return NULL;
	json_t *json = object ? jsonld_read(owner, object->data, object->size, err) : jsonld_read(owner, m->body, m->body_size, err);
	char *text = json ? jsonld_write(owner, json) : NULL;
	struct feed *feed = text ? feed_parse(owner, text, strlen(text), "application/activity+json", NULL, err) : NULL;
	if (feed)
		keep_own(feed, a->actor);
	return feed && (feed->count || feed->deleted_count) ? feed : NULL;
}

static bool is_followed(const struct following *f) { return f->state == FOLLOWING_ASKED || f->state == FOLLOWING_ACCEPTED; }

/* Does the post matter to f?  Who is followed no more may still take back what came from there. */
static bool takes(const struct following *f, const struct followed_post *post) { return is_followed(f) || post->feed->count == 0; }

static bool prepare(struct followed_post *post, struct db *db, const struct activity *a, struct error *err)
{
	struct following **all;
	if (!following_by_actor(post, db, a->actor, &all, err))
		return false;
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		struct source *s = is_followed(all[i]) ? source_get(post, db, all[i]->source, err) : NULL;
		if (s)
			*mem_push(post, post->copies, post->count) = (struct copy){ s->id, ingest_ready_make(post, s, post->feed) };
		else if (is_followed(all[i]))
			return false;
	}
	return true;
}

struct followed_post *followed_read(void *owner, struct db *db, const struct inbox_item *item, const struct activity *a, const struct buf *object,
                                    struct error *err)
{
	int64_t before;
	struct followed_post *post = mem_new(owner, struct followed_post);
	bool fine = inbox_item_seen(db, mark_of(post, item, a), &before, err);
	if (fine && !before) {
		post->feed = read_post(post, item, a, object, err);
		fine = post->feed ? prepare(post, db, a, err) : !err->kind;
	}
	if (fine)
		return post;
	talloc_free(post);
	return NULL;
}

/* Remembers a Delete.  An archive that had the post may have it again when its author restores it: by a text that is newer. */
static bool note_deletion(struct db *db, const struct activity *a, const struct feed *feed, int64_t received, struct error *err)
{
	bool remembered;
	int64_t when = feed->deleted[0].when;
	return ordering_delete(db, a->actor, feed->deleted[0].ref, when > 0 && when < received ? when : received, &remembered, err);
}

/* *words: what has overtaken this text of the post, so that it is not stored; NULL: nothing. */
static bool was_overtaken(struct db *db, const struct activity *a, int64_t received, const char **words, struct error *err)
{
	int64_t deleted, written = ordering_written(json_object_get(a->json, "object"), received);
	bool stale = false, shares = strcmp(a->type, "Announce") == 0;
	bool fine = ordering_deleted(db, a->actor, a->object, &deleted, err) &&
	            (shares || ordering_text(db, a->actor, a->object, strcmp(a->type, "Update") == 0, written, &stale, err));
	*words = deleted >= written ? "deleted before it came" : stale ? "edited before it came" : NULL;
	return fine;
}

/* The same for any activity of a post, and what it says of others is remembered. */
static bool heed_order(struct db *db, const struct activity *a, const struct feed *feed, int64_t received, const char **words, struct error *err)
{
	*words = NULL;
	if (feed->deleted_count)
		return note_deletion(db, a, feed, received, err);
	return !a->whole || was_overtaken(db, a, received, words, err);
}

bool followed_store(void *owner, struct db *db, const struct inbox_item *item, const struct activity *a, const struct followed_post *post,
                    const char **words, struct error *err)
{
	struct following **all;
	struct ingest_result sum = { 0 };
	int64_t before;
	bool fine = inbox_item_mark_seen(db, mark_of(owner, item, a), a->actor, item->received, &before, err) &&
	            following_by_actor(owner, db, a->actor, &all, err);
	*words = before ? "seen before" : "nothing that is theirs";
	if (!fine || before || !post->feed)
		return fine;
	const char *overtaken;
	if (!heed_order(db, a, post->feed, item->received, &overtaken, err))
		return false;
	if (overtaken)
		return *words = overtaken, true;
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = !takes(all[i], post) || store(db, all[i], post, &sum, err);
	if (fine)
		*words = mem_printf(owner, "from an account that is followed: %zu new, %zu revised, %zu gone", sum.fresh, sum.revised, sum.gone);
	return fine;
}

static bool notify_gone(void *owner, struct db *db, const struct following *f, struct error *err)
{
	const struct notice n = {
		.publication = f->publication, .source = f->source, .subject = mem_printf(owner, "%s is gone", f->handle),
		.text = mem_printf(owner, "The server of %s, which is a source of yours, says that the account was deleted. What the archive has stays.\n\n"
		                          "Nothing needs to be done. To tidy up: pennypost source remove %lld.", f->handle, (long long)f->source),
	};
	return notice_post(db, &n, err);
}

bool followed_gone(void *owner, struct db *db, const char *actor, struct error *err)
{
	struct following **all;
	bool fine = following_by_actor(owner, db, actor, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = all[i]->state == FOLLOWING_ENDED || (following_set(db, all[i], FOLLOWING_ENDED, err) && notify_gone(owner, db, all[i], err));
	return fine;
}

bool followed_block(void *owner, struct db *db, const char *actor, int64_t publication, struct error *err)
{
	struct following **all;
	bool fine = following_by_actor(owner, db, actor, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		if (all[i]->publication == publication && all[i]->state < FOLLOWING_REJECTED)
			fine = following_set(db, all[i], FOLLOWING_REJECTED, err) && notify_rejected(db, all[i], err);
	return fine;
}
