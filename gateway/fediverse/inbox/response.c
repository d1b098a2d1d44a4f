#include "gateway/fediverse/inbox/response.h"
#include "gateway/archive/reply/reaction.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/fediverse/document/jsonld.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/ordering.h"
#include "gateway/fediverse/inbox/response_text.h"
#include <string.h>

enum { TARGETS_MAX = 100, ADDRESSED_MAX = 100 };

enum deed { LIKES, TAKES_BACK, WRITES, DELETES };

/* A publication of ours, or a post of it, that a URL names; both 0: it is of others. */
struct target {
	int64_t publication, entry;
};

struct response {
	enum deed deed;
	struct reaction reaction; /* LIKES, TAKES_BACK */
	struct reply reply;       /* WRITES, DELETES */
	struct target *others;    /* WRITES: what it is for, or about, besides publication and entry of reply */
	bool update;              /* WRITES: it may replace what is known */
	int64_t written;          /* WRITES: by its author, see ordering_written */
};

bool response_is_heavy(const struct activity *a)
{
	return jsonld_has_type(a->json, "Create") || jsonld_has_type(a->json, "Update") || jsonld_has_type(a->json, "Flag");
}

static bool take_entry(const struct publication *p, const struct entry *entry, struct target *target, struct error *err)
{
	if (!entry)
		return err->kind == ERROR_NOT_FOUND;
	if (entry->publication == p->id && entry->state == ENTRY_LIVE)
		*target = (struct target){ p->id, entry->id };
	return true;
}

/* The entry whose page is at this path: "/2026/brass". */
static struct entry *by_page(void *owner, struct db *db, const struct publication *p, const char *path, struct error *err)
{
	const char *slug = path[0] == '/' ? strchr(path + 1, '/') : NULL;
	struct entry *entry = slug && slug[1] ? archive_by_slug(owner, db, p->id, url_decode(owner, slug + 1, false), err) : NULL;
	char *right = entry ? entry_path(owner, entry) : NULL;
	if (!slug || !slug[1] || (right && strcmp(right, path) != 0))
		error_set(err, ERROR_NOT_FOUND, "no such page");
	return right && strcmp(right, path) == 0 ? entry : NULL;
}

static bool find_in(void *owner, struct db *db, const struct publication *p, const char *path, struct target *target, struct error *err)
{
	int64_t number;
	switch (uris_parse(p, path, &number)) {
	case URIS_ACTOR: target->publication = p->id; return true;
	case URIS_OBJECT:
	case URIS_CREATE: return take_entry(p, archive_get(owner, db, number, err), target, err);
	default: return take_entry(p, by_page(owner, db, p, path, err), target, err);
	}
}

static bool find_target(void *owner, struct db *db, const char *url, struct target *target, struct error *err)
{
	struct error ignored;
	*target = (struct target){ 0 };
	struct url *u = url ? url_parse(owner, url, &ignored) : NULL;
	if (!u || u->query)
		return true;
	struct publication *p = publication_by_host(owner, db, url_authority(owner, url), err);
	if (!p)
		return err->kind == ERROR_NOT_FOUND;
	return find_in(owner, db, p, u->path, target, err);
}

/* The nth of what may be one or a list; NULL behind the last. */
static const json_t *nth(const json_t *value, size_t n) { return json_is_array(value) ? json_array_get(value, n) : n == 0 ? value : NULL; }

static const char *id_of(const json_t *one) { return json_is_string(one) ? json_string_value(one) : jsonld_text(one, "id"); }

/* Adds what a URL names: once for each publication, and a post of it instead of the actor. */
static void add_target(void *owner, const struct target *t, struct target **all, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		if ((*all)[i].publication == t->publication) {
			if (!(*all)[i].entry)
				(*all)[i].entry = t->entry;
			return;
		}
	if (t->publication)
		*mem_push(owner, *all, *count) = *t;
}

/* What is ours in a list of ids, an array of owner's. */
static bool find_all(void *owner, struct db *db, const json_t *list, struct target **all, struct error *err)
{
	size_t count = 0;
	*all = NULL;
	for (size_t i = 0; i < TARGETS_MAX && nth(list, i); i++) {
		struct target t;
		if (!find_target(owner, db, id_of(nth(list, i)), &t, err))
			return false;
		add_target(owner, &t, all, &count);
	}
	mem_fit(owner, *all, count);
	return true;
}

static bool names(const json_t *list, const char *actor)
{
	for (size_t i = 0; i < ADDRESSED_MAX && nth(list, i); i++)
		if (url_same(id_of(nth(list, i)), actor))
			return true;
	return false;
}

static bool mentions(const json_t *tags, const char *actor)
{
	for (size_t i = 0; i < ADDRESSED_MAX && nth(tags, i); i++)
		if (jsonld_has_type(nth(tags, i), "Mention") && url_same(jsonld_text(nth(tags, i), "href"), actor))
			return true;
	return false;
}

/* The publications to which the note is addressed, an array of owner's.  What is not an object has no addressees of its own. */
static bool find_addressees(void *owner, struct db *db, const struct activity *a, const json_t *note, struct target **publications, struct error *err)
{
	struct publication **all;
	size_t count, found = 0;
	*publications = NULL;
	if (!publication_all(owner, db, &all, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		char *actor = publication_actor_url(owner, all[i]);
		const json_t *const lists[] = { json_object_get(note, "to"), json_object_get(note, "cc"), json_object_get(a->json, "to"), json_object_get(a->json, "cc") };
		bool is = mentions(json_object_get(note, "tag"), actor);
		for (size_t k = 0; !is && k < sizeof lists / sizeof *lists; k++)
			is = names(lists[k], actor);
		if (is)
			*mem_push(owner, *publications, found) = (struct target){ all[i]->id, 0 };
	}
	mem_fit(owner, *publications, found);
	return true;
}

static enum reaction_kind reaction_kind_of(const json_t *json) { return jsonld_has_type(json, "Announce") ? REACTION_SHARE : REACTION_LIKE; }

static bool is_reaction(const json_t *json)
{
	return jsonld_has_type(json, "Like") || jsonld_has_type(json, "EmojiReact") || jsonld_has_type(json, "Announce");
}

/* json is the Like or Announce, or the one in an Undo. */
static bool find_reaction(void *owner, struct db *db, struct response *r, const json_t *json, bool *ours, struct error *err)
{
	struct target t;
	if (!find_target(owner, db, jsonld_id(json, "object"), &t, err))
		return false;
	const char *id = jsonld_text(json, "id");
	r->reaction.entry = t.entry;
	r->reaction.kind = reaction_kind_of(json);
	r->reaction.activity = id && url_valid(id) && url_same_origin(id, r->reaction.actor) ? mem_dup(r, id) : NULL;
	*ours = t.entry != 0;
	return true;
}

static bool find_undo(void *owner, struct db *db, struct response *r, const struct activity *a, bool *ours, struct error *err)
{
	const json_t *undone = json_object_get(a->json, "object");
	r->deed = TAKES_BACK;
	if (json_is_object(undone) && json_object_get(undone, "type"))
		return !is_reaction(undone) || find_reaction(owner, db, r, undone, ours, err);
	const char *id = jsonld_id(a->json, "object");
	r->reaction.activity = mem_dup_or_null(r, id);
	return !id || reaction_knows(db, r->reaction.actor, id, ours, err);
}

static bool is_authors(const json_t *note, const char *actor)
{
	const char *id = jsonld_text(note, "id");
	const json_t *authors = json_object_get(note, "attributedTo");
	return id && url_valid(id) && strlen(id) <= 2048 && url_same_origin(id, actor) && (!authors || names(authors, actor));
}

/* What a note answers: a post of ours, or a reply that we have. */
static bool find_answered(void *owner, struct db *db, const char *answers, struct target *t, struct error *err)
{
	if (!find_target(owner, db, answers, t, err))
		return false;
	if (!answers || t->publication)
		return true;
	struct reply *parent = reply_by_object(owner, db, answers, err);
	if (parent)
		*t = (struct target){ parent->publication, parent->entry };
	return parent || err->kind == ERROR_NOT_FOUND;
}

static bool is_note(const json_t *note, const char *actor) { return json_is_object(note) && json_object_get(note, "type") && is_authors(note, actor); }

static enum reply_kind kind_for_addressee(const struct response *r) { return r->reply.open ? REPLY_MENTION : REPLY_MESSAGE; }

/* It is for whom it answers; and for all to whom it is addressed besides. */
static bool find_note(void *owner, struct db *db, struct response *r, const struct activity *a, bool *ours, struct error *err)
{
	const json_t *note = json_object_get(a->json, "object");
	const char *answers = jsonld_id(note, "inReplyTo");
	struct target t = { 0 };
	size_t first = 0;
	if (!is_note(note, a->actor))
		return true;
	if (!find_answered(owner, db, answers, &t, err) || !find_addressees(r, db, a, note, &r->others, err))
		return false;
	bool replies = t.publication != 0;
	if (!replies && talloc_array_length(r->others) > 0)
		t.publication = r->others[first++].publication;
	size_t count = 0;
	for (size_t i = first; i < talloc_array_length(r->others); i++)
		if (r->others[i].publication != t.publication)
			r->others[count++] = r->others[i];
	mem_fit(r, r->others, count);
	r->deed = WRITES;
	r->reply.publication = t.publication;
	r->reply.entry = t.entry;
	r->reply.open = jsonld_is_public(note);
	r->reply.kind = replies ? REPLY_REPLY : kind_for_addressee(r);
	r->reply.answers = answers && url_valid(answers) ? mem_dup(r, answers) : NULL;
	r->reply.object = mem_dup(r, jsonld_text(note, "id"));
	r->update = jsonld_has_type(a->json, "Update");
	*ours = t.publication != 0;
	return true;
}

/* A Create or an Update that only names its note; it may be for us when it is addressed to us. */
static const char *bare_note(const struct activity *a)
{
	const json_t *object = json_object_get(a->json, "object");
	bool writes = jsonld_has_type(a->json, "Create") || jsonld_has_type(a->json, "Update");
	bool is_bare = json_is_string(object) || (json_is_object(object) && !json_object_get(object, "type"));
	const char *id = writes && is_bare ? jsonld_id(a->json, "object") : NULL;
	return id && url_valid(id) && url_same_origin(id, a->actor) ? id : NULL;
}

bool response_needs_note(void *owner, struct db *db, const struct activity *a, const char **url, struct error *err)
{
	struct target *addressees = NULL;
	bool blocked = false;
	struct error ignored;
	*url = bare_note(a);
	if (!*url)
		return true;
	struct url *sender = url_parse(owner, a->actor, &ignored);
	if (!find_addressees(owner, db, a, NULL, &addressees, err) || !reply_host_blocked(db, sender ? sender->host : "", &blocked, err))
		return false;
	*url = talloc_array_length(addressees) > 0 && !blocked ? *url : NULL;
	return true;
}

struct activity *response_with_note(void *owner, const struct activity *a, const struct buf *document)
{
	struct error ignored;
	struct activity *whole = mem_new(owner, struct activity);
	const char *id = bare_note(a);
	json_t *note = id && document ? jsonld_read(whole, document->data, document->size, &ignored) : NULL;
	*whole = *a;
	if (note && url_same(jsonld_text(note, "id"), id)) {
		json_t *json = jsonld_own(whole, json_copy((json_t *)a->json));
		json_object_set(json, "object", note);
		whole->json = json;
	}
	return whole;
}

/* The owner of each publication that it is about is told. */
static bool find_report(struct db *db, struct response *r, const struct activity *a, bool *ours, struct error *err)
{
	if (!find_all(r, db, json_object_get(a->json, "object"), &r->others, err))
		return false;
	size_t count = talloc_array_length(r->others);
	*ours = count > 0;
	if (!count)
		return true;
	r->deed = WRITES;
	r->reply.kind = REPLY_REPORT;
	r->reply.publication = r->others[0].publication;
	r->reply.entry = r->others[0].entry;
	r->reply.object = a->id ? mem_dup(r, a->id) : mem_printf(r, "%s#report", a->actor);
	memmove(r->others, r->others + 1, --count * sizeof *r->others);
	mem_fit(r, r->others, count);
	return true;
}

static bool find_deleted(void *owner, struct db *db, struct response *r, const struct activity *a, bool *ours, struct error *err)
{
	const char *id = jsonld_id(a->json, "object");
	struct reply *known = id ? reply_by_object(owner, db, id, err) : NULL;
	if (id && !known && err->kind != ERROR_NOT_FOUND)
		return false;
	r->deed = DELETES;
	r->reply.object = mem_dup_or_null(r, id);
	if (known || !id || a->kind == ACTIVITY_DELETE_ACTOR || !url_same_origin(id, a->actor)) {
		*ours = known && known->state != REPLY_GONE && url_same(known->actor, a->actor);
		return true;
	}
	/* It may be ahead of its Create; that of an account that is followed remembers followed.c. */
	bool followed;
	bool fine = following_knows(db, a->actor, FOLLOWING_ENDED, &followed, err);
	*ours = fine && !followed;
	return fine;
}

static bool find(void *owner, struct db *db, struct response *r, const struct activity *a, bool *ours, struct error *err)
{
	if (is_reaction(a->json))
		return find_reaction(owner, db, r, a->json, ours, err);
	if (jsonld_has_type(a->json, "Undo"))
		return find_undo(owner, db, r, a, ours, err);
	if (jsonld_has_type(a->json, "Create") || jsonld_has_type(a->json, "Update"))
		return find_note(owner, db, r, a, ours, err);
	if (jsonld_has_type(a->json, "Delete"))
		return find_deleted(owner, db, r, a, ours, err);
	return !jsonld_has_type(a->json, "Flag") || find_report(db, r, a, ours, err);
}

/* Without a port: whoever is blocked has sixty thousand of them. */
static const char *host_of(void *owner, const char *actor)
{
	struct error ignored;
	struct url *u = url_parse(owner, actor, &ignored);
	return u ? u->host : "";
}

bool response_find(void *owner, struct db *db, const struct activity *a, struct response **response, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct response *r = mem_new(owner, struct response);
	bool ours = false, blocked = false;
	r->reaction.actor = r->reply.actor = mem_dup(r, a->actor);
	r->reaction.host = r->reply.host = host_of(r, a->actor);
	bool fine = find(scratch, db, r, a, &ours, err) && (!ours || reply_host_blocked(db, r->reply.host, &blocked, err));
	/* Who is blocked may still take back what came before. */
	bool adds = r->deed == LIKES || r->deed == WRITES;
	*response = fine && ours && !(blocked && adds) ? r : NULL;
	if (!*response)
		talloc_free(r);
	talloc_free(scratch);
	return fine;
}

void response_prepare(struct response *r, const struct activity *a, const struct remote_actor *sender, int64_t now)
{
	if (r->deed != WRITES)
		return;
	bool report = r->reply.kind == REPLY_REPORT;
	r->written = ordering_written(json_object_get(a->json, "object"), now);
	response_text_read(r, report ? a->json : json_object_get(a->json, "object"), report, &r->reply, now);
	response_text_author(r, sender, &r->reply);
}

/* By which a Like is known again, so that an old one that is sent again does not count after it was taken back. */
static const char *mark_of(void *owner, const struct reaction *r)
{
	return r->activity ? r->activity : mem_printf(owner, "%s reaction %d to %lld", r->actor, (int)r->kind, (long long)r->entry);
}

/* In the order in which they were signed.  *before: when that was the last time, 0: never. */
static bool count(struct db *db, const struct response *r, const struct inbox_item *item, int64_t before, bool *changed, struct error *err)
{
	if (r->deed == TAKES_BACK)
		return reaction_remove(db, &r->reaction, changed, err);
	return (before && item->signed_at <= before) || reaction_add(db, &r->reaction, item->received, changed, err);
}

static bool react(struct db *db, const struct response *r, const struct inbox_item *item, const char **words, struct error *err)
{
	int64_t before = 0;
	bool changed = false, undone = false, adds = r->deed == LIKES;
	void *scratch = talloc_new(NULL);
	const char *mark = mark_of(scratch, &r->reaction), *actor = r->reaction.actor;
	bool fine = (!adds || ordering_undone(db, actor, mark, item->signed_at, &undone, err)) && inbox_item_mark_seen(db, mark, actor, item->signed_at, &before, err) &&
	            (undone || count(db, r, item, before, &changed, err)) &&
	            (adds || changed || before || !r->reaction.activity || ordering_undo(db, actor, mark, item->signed_at, err));
	*words = undone ? "taken back before it came" : !changed ? "counted before, or too many" : adds ? "counted" : "no longer counted";
	talloc_free(scratch);
	return fine;
}

/* The same often comes to several inboxes, and an old text that is sent again must not replace its edit. */
static bool is_new(struct db *db, const struct response *r, const struct inbox_item *item, bool *new, struct error *err)
{
	int64_t before = 0;
	void *scratch = talloc_new(NULL);
	char *mark = mem_printf(scratch, "reply %s %s", r->reply.object, encode_sha256_hex(scratch, item->message.body, item->message.body_size));
	bool fine = inbox_item_mark_seen(db, mark, r->reply.actor, item->received, &before, err);
	*new = !before;
	talloc_free(scratch);
	return fine;
}

static bool store_for_all(struct db *db, const struct response *r, enum reply_outcome *outcome, struct error *err)
{
	bool fine = reply_store(db, &r->reply, outcome, err);
	for (size_t i = 0; fine && i < talloc_array_length(r->others); i++) {
		enum reply_outcome ignored;
		struct reply other = r->reply;
		other.publication = r->others[i].publication;
		other.entry = r->others[i].entry;
		other.kind = other.kind == REPLY_REPORT ? REPLY_REPORT : kind_for_addressee(r);
		fine = reply_store(db, &other, &ignored, err);
	}
	return fine;
}

/* *words: what has overtaken it, so that it is not kept; NULL: nothing. */
static bool was_overtaken(struct db *db, const struct response *r, const char **words, struct error *err)
{
	int64_t deleted;
	bool stale = false;
	bool fine = ordering_deleted(db, r->reply.actor, r->reply.object, &deleted, err) &&
	            (r->reply.kind == REPLY_REPORT || ordering_text(db, r->reply.actor, r->reply.object, r->update, r->written, &stale, err));
	*words = deleted ? "deleted before it came" : stale ? "edited before it came" : NULL;
	return fine;
}

static bool write_down(struct db *db, const struct response *r, const struct inbox_item *item, const char **words, struct error *err)
{
	enum reply_outcome outcome = REPLY_KNOWN;
	bool new;
	if (!was_overtaken(db, r, words, err))
		return false;
	if (*words)
		return true;
	if (!is_new(db, r, item, &new, err) || (new && !store_for_all(db, r, &outcome, err)))
		return false;
	switch (outcome) {
	case REPLY_STORED: *words = "kept for the owner"; break;
	case REPLY_REVISED: *words = "kept for the owner, as edited"; break;
	case REPLY_KNOWN: *words = "kept before"; break;
	case REPLY_TOO_MANY: case REPLY_FULL: *words = "not kept: too many came today"; break;
	}
	return true;
}

static bool delete(struct db *db, const struct response *r, const struct inbox_item *item, const char **words, struct error *err)
{
	bool removed = false, remembered = true;
	bool fine = reply_remove(db, r->reply.actor, r->reply.object, &removed, err) &&
	            (removed || ordering_delete(db, r->reply.actor, r->reply.object, item->received, &remembered, err));
	*words = removed ? "deleted by its author" : remembered ? "will not be kept when it comes" : "ignored: too many deletions of what is not here";
	return fine;
}

bool response_apply(struct db *db, const struct response *r, const struct inbox_item *item, const char **words, struct error *err)
{
	switch (r->deed) {
	case LIKES:
	case TAKES_BACK: return react(db, r, item, words, err);
	case WRITES: return write_down(db, r, item, words, err);
	case DELETES: return delete(db, r, item, words, err);
	}
	return true;
}

bool response_forget(struct db *db, const char *actor, struct error *err) { return reaction_forget(db, actor, err) && reply_forget(db, actor, err); }
