/*
 * ActivityStreams 2.0: an outbox or a page of one, an activity, an object, or an array of these.
 *
 * Posts that are not addressed to the public, posts of other actors and
 * replies to other actors are skipped.
 */
#include "feeds/dates/dates.h"
#include "feeds/parse/activitystreams_object.h"
#include "feeds/parse/dialect.h"
#include "feeds/parse/json_load.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Bytes that the dialect is recognised by; levels of nested collections; tombstones of one document. */
enum { SNIFF = 16384, DEPTH = 3, TOMBSTONES = 10000 };

static bool is_activitystreams(const struct feed_input *in)
{
	const char *s = in->text + strspn(in->text, " \t\r\n");
	if (in->root || (*s != '{' && *s != '['))
		return false;
	char *head = mem_ndup(NULL, s, strnlen(s, SNIFF));
	bool named = strstr(head, "www.w3.org/ns/activitystreams") || strstr(head, "www.w3.org\\/ns\\/activitystreams") ||
	             strstr(head, "\"orderedItems\"") || strstr(head, "\"attributedTo\"") || strstr(head, "\"Tombstone\"") || (strstr(head, "\"actor\"") && strstr(head, "\"object\""));
	talloc_free(head);
	return named;
}

static bool is_addressed(const json_t *o) { return json_object_get(o, "to") || json_object_get(o, "cc"); }

static void add_post(struct feed *feed, const json_t *post, const json_t *activity)
{
	const json_t *addressed = is_addressed(post) || !activity ? post : activity;
	struct record *r = activitystreams_is_public(addressed) ? feed_add_record(feed) : NULL;
	if (!r)
		return;
	const char *parent = activitystreams_id(json_object_get(post, "inReplyTo")), *author = activitystreams_id(json_object_get(post, "attributedTo"));
	/* Without attributedTo, the author of what an activity creates is its actor. */
	author = author || !activity ? author : activitystreams_id(json_object_get(activity, "actor"));
	activitystreams_read(r, post);
	if (!activitystreams_is_listed(addressed))
		record_set_value(r, "unlisted", "yes");
	if (parent && *parent) {
		record_set_value(r, "in_reply_to", mem_dup(r, parent));
		record_set_value(r, "reply_author", mem_dup(r, author ? author : ""));
	}
}

/* A reply to oneself continues a thread: the id of its parent begins with that of the author, or is one of ids. */
static bool replies_to_another(const struct record *r, const struct set *ids)
{
	const char *parent = record_value(r, "in_reply_to"), *author = record_value(r, "reply_author");
	size_t n = author ? strlen(author) : 0;
	if (!parent || (n && strncmp(parent, author, n) == 0 && parent[n] == '/'))
		return false;
	return !set_has(ids, parent);
}

/* Adds the id of a post that is kept, so that replies to it are kept too. */
static bool keep(const struct record *r, struct set *ids)
{
	bool kept = !replies_to_another(r, ids);
	if (kept && r->id)
		set_add(ids, r->id);
	return kept;
}

/* From the end, because an outbox has the oldest post last; then from the start, because exports have it first. */
static void drop_replies(struct feed *feed)
{
	struct set *ids = set_new(NULL);
	size_t kept = 0;
	for (size_t i = feed->count; i > 0; i--)
		keep(feed->records[i - 1], ids);
	for (size_t i = 0; i < feed->count; i++)
		if (keep(feed->records[i], ids))
			feed->records[kept++] = feed->records[i];
	feed->count = kept;
	talloc_free(ids);
}

static void add_deleted(struct feed *feed, const json_t *what, const json_t *when)
{
	struct record *r = feed->record;
	const char *id = activitystreams_id(what), *time = json_string_value(when);
	if (!id || !*id || r->deleted_count >= TOMBSTONES)
		return;
	struct record_deleted *d = mem_push(r, r->deleted, r->deleted_count);
	*d = (struct record_deleted){ .ref = mem_dup(r, id) };
	if (!time || !dates_parse(time, &d->when))
		d->when = 0;
}

/* Some servers copy the post's own date into "published" of its Delete, which says nothing of when it was deleted.  NULL: now. */
static const json_t *when_deleted(const json_t *activity, const json_t *object)
{
	const json_t *deleted = json_object_get(object, "deleted"), *updated = json_object_get(activity, "updated");
	return deleted ? deleted : updated;
}

/* Is object by the actor of activity?  Without attributedTo, the author of a Create is its actor. */
static bool is_own(const json_t *activity, const json_t *object)
{
	const char *actor = activitystreams_id(json_object_get(activity, "actor"));
	const json_t *authors = json_object_get(object, "attributedTo"), *one;
	if (!authors)
		return !activitystreams_is(activity, "Announce");
	for (size_t i = 0; (one = json_is_array(authors) ? json_array_get(authors, i) : i == 0 ? authors : NULL); i++) {
		const char *id = activitystreams_id(one);
		if (url_same(actor, id))
			return true;
	}
	return false;
}

/* True when a is an activity, even if nothing was added. */
static bool add_activity(struct feed *feed, const json_t *a)
{
	const json_t *object = json_object_get(a, "object");
	bool shares = activitystreams_is(a, "Announce"), brings = shares || activitystreams_is(a, "Create") || activitystreams_is(a, "Update");
	if (activitystreams_is(a, "Delete"))
		add_deleted(feed, object, when_deleted(a, object));
	else if (brings && activitystreams_is_post(object) && is_own(a, object))
		add_post(feed, object, a);
	return brings || activitystreams_is(a, "Delete");
}

static const json_t *items_of(const json_t *collection)
{
	const json_t *items = json_object_get(collection, "orderedItems");
	return items ? items : json_object_get(collection, "items");
}

static void add_any(struct feed *feed, const json_t *o, int depth);

static void add_all(struct feed *feed, const json_t *list, int depth)
{
	size_t i;
	const json_t *one;
	json_array_foreach(list, i, one)
		add_any(feed, one, depth - 1);
}

/* A collection without items of its own starts with its first page. */
static void add_collection(struct feed *feed, const json_t *c, int depth)
{
	const json_t *items = items_of(c), *first = json_object_get(c, "first"), *next = json_object_get(c, "next");
	bool within = json_array_size(items) > 0;
	add_all(feed, items, depth);
	if (!within && json_is_object(first))
		add_any(feed, first, depth - 1);
	const char *to = activitystreams_id(within || next || json_is_object(first) ? next : first), *base = feed->record->base;
	char *url = !to ? NULL : base ? url_resolve(feed->record, base, to) : mem_dup(feed->record, to);
	if (url)
		record_add_link(feed->record, (struct record_link){ .rel = "next", .href = url });
}

static bool is_collection(const json_t *o)
{
	static const char *const types[] = { "OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage" };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (activitystreams_is(o, types[i]))
			return true;
	return false;
}

static void add_any(struct feed *feed, const json_t *o, int depth)
{
	if (depth <= 0)
		return;
	if (json_is_array(o))
		add_all(feed, o, depth);
	else if (is_collection(o))
		add_collection(feed, o, depth);
	else if (activitystreams_is(o, "Tombstone"))
		add_deleted(feed, o, json_object_get(o, "deleted"));
	else if (!add_activity(feed, o) && activitystreams_is_post(o))
		add_post(feed, o, NULL);
}

static bool read_activitystreams(struct feed *feed, const struct feed_input *in, struct error *err)
{
	json_error_t why;
	json_t *root = json_load_text(in->text, strlen(in->text), &why);
	if (!root)
		return error_set(err, ERROR_INVALID, "this ActivityStreams document cannot be read: line %d: %s", why.line, why.text);
	feed->format = "activitystreams";
	feed->record->base = in->url;
	add_any(feed, root, DEPTH);
	drop_replies(feed);
	json_decref(root);
	return true;
}

const struct dialect activitystreams_dialect = { is_activitystreams, read_activitystreams };
