/* An ActivityPub outbox: a collection of activities, which is given in batches to the parser of ActivityStreams. */
#include "feeds/import/import_kind.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

struct outbox {
	json_t *root, *items;
	size_t at;
};

bool import_outbox_is(const json_t *root) { return json_is_array(json_object_get(root, "orderedItems")); }

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
	for (size_t n = 0; n < IMPORT_BATCH && o->at < all; n++)
		json_array_append(into, json_array_get(o->items, o->at++));
	char *text = mem_check(json_dumps(piece, JSON_COMPACT));
	json_decref(piece);
	*feed = feed_parse(im, text, strlen(text), "application/activity+json", NULL, err);
	free(text);
	im->progress = (double)o->at / (double)all;
	return *feed != NULL;
}

bool import_outbox_open(struct import *im, json_t *root, struct error *err)
{
	struct outbox *o = mem_new(im, struct outbox);
	(void)err;
	o->root = root;
	o->items = json_object_get(root, "orderedItems");
	im->state = o;
	im->read = read_items;
	return true;
}
