/* An ActivityPub outbox: a collection of activities, which is given in batches to the parser of ActivityStreams. */
#include "feeds/import/import_kind.h"
#include "feeds/import/import_media.h"
#include "feeds/parse/activitystreams_object.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

struct outbox {
	json_t *root, *items;
	size_t at;
};

bool import_outbox_is(const json_t *root) { return json_is_array(json_object_get(root, "orderedItems")); }

/* A path within the export, not an address. */
static bool is_path(const char *path) { return path && *path && !strstr(path, "://") && path[strspn(path, "/")] && !text_starts(path, "//") && !text_starts(path, "data:"); }

static bool is_picture(const json_t *attachment)
{
	const char *type = json_string_value(json_object_get(attachment, "mediaType"));
	return !type || text_starts(type, "image/");
}

/* Mastodon's export names its media by their paths in the archive; its server has them below /system. */
static void find_media(struct import_media *media, json_t *object)
{
	const char *id = json_string_value(json_object_get(object, "id"));
	char *origin = id ? url_origin(NULL, id) : NULL;
	json_t *one;
	size_t i;
	json_array_foreach(json_object_get(object, "attachment"), i, one) {
		const char *path = json_string_value(json_object_get(one, "url"));
		if (!origin || !is_path(path))
			continue;
		path += strspn(path, "/");
		const char *inside = text_starts(path, "system/media_attachments/") ? path + strlen("system/") : path;
		char *url = mem_printf(origin, "%s/%s%s", origin, text_starts(path, "media_attachments/") ? "system/" : "", path);
		if (is_picture(one))
			import_media_note(media, url, inside);
		json_object_set_new(one, "url", json_string(url));
	}
	talloc_free(origin);
}

static bool is_public(const json_t *activity)
{
	const json_t *object = json_object_get(activity, "object");
	return activitystreams_is_public(json_object_get(object, "to") ? object : activity);
}

/* Counts what the parser will leave out; true for a post that may be a reply to somebody else, which only the parser knows. */
static bool is_candidate(struct import *im, const json_t *activity)
{
	const json_t *object = json_object_get(activity, "object");
	if (activitystreams_is(activity, "Announce"))
		import_skip(im, "posts of others that were shared");
	else if (activitystreams_is_post(object) && !is_public(activity))
		import_skip(im, "posts that are not public");
	else
		return activitystreams_is_post(object);
	return false;
}

static bool read_items(struct import *im, struct feed **feed, struct error *err)
{
	struct outbox *o = im->state;
	size_t all = json_array_size(o->items);
	*feed = NULL;
	if (o->at >= all)
		return true;
	json_t *piece = json_pack("{s:s, s:o}", "type", "OrderedCollection", "orderedItems", json_array()), *context = json_object_get(o->root, "@context");
	json_t *into = json_object_get(piece, "orderedItems");
	if (context)
		json_object_set(piece, "@context", context);
	size_t posts = 0;
	for (size_t n = 0; n < IMPORT_BATCH && o->at < all; n++) {
		json_t *item = json_array_get(o->items, o->at++);
		posts += is_candidate(im, item);
		json_array_append(into, item);
	}
	char *text = mem_check(json_dumps(piece, JSON_COMPACT));
	json_decref(piece);
	*feed = feed_parse(im, text, strlen(text), "application/activity+json", NULL, err);
	free(text);
	for (size_t n = *feed ? (*feed)->count : posts; n < posts; n++)
		import_skip(im, "replies to others");
	im->progress = (double)o->at / (double)all;
	return *feed != NULL;
}

bool import_outbox_open(struct import *im, json_t *root, const char *member, struct error *err)
{
	struct outbox *o = mem_new(im, struct outbox);
	json_t *item;
	size_t i;
	o->root = root;
	o->items = json_object_get(root, "orderedItems");
	im->state = o;
	im->read = read_items;
	im->media = import_media_new(im);
	json_array_foreach(o->items, i, item)
		if (is_public(item))
			find_media(im->media, json_object_get(item, "object"));
	const char *slash = member ? strrchr(member, '/') : NULL;
	char *prefix = member ? mem_ndup(im, member, slash ? (size_t)(slash + 1 - member) : 0) : NULL;
	if (member && !import_media_in_bundle(im->media, im->path, prefix, err))
		return false;
	if (!member)
		import_media_in_folder(im->media, im->path);
	for (size_t missing = import_media_missing(im->media); missing; missing--)
		import_skip(im, "pictures whose files are not in the export, and stay where they were");
	return true;
}
