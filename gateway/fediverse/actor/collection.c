#include "gateway/fediverse/actor/collection.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/actor/object.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/fediverse/following/following.h"
#include "subscribers/people/subscriber.h"

enum { PER_PAGE = 20 };

static bool count_pages(struct db *db, const struct publication *p, int64_t *total, int64_t *pages, struct error *err)
{
	const struct archive_range all = { 0 };
	if (!archive_count(db, p->id, &all, total, err))
		return false;
	*pages = *total ? (*total + PER_PAGE - 1) / PER_PAGE : 1;
	return true;
}

json_t *collection_outbox(void *owner, struct db *db, const struct publication *p, struct error *err)
{
	int64_t total, pages;
	if (!count_pages(db, p, &total, &pages, err))
		return NULL;
	void *scratch = talloc_new(NULL);
	json_t *outbox = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}",
		"@context", JSONLD_ACTIVITYSTREAMS, "id", uris_outbox(scratch, p), "type", "OrderedCollection", "totalItems", (json_int_t)total,
		"first", uris_outbox_page(scratch, p, 1), "last", uris_outbox_page(scratch, p, pages)));
	talloc_free(scratch);
	return outbox;
}

static json_t *creates(void *scratch, struct db *db, const struct publication *p, int64_t page, struct error *err)
{
	const struct archive_range range = { .offset = (page - 1) * PER_PAGE, .limit = PER_PAGE, .text = true };
	struct entry **entries;
	struct gate gate;
	if (!gate_of(db, p, &gate, err) || !archive_list(scratch, db, p->id, &range, &entries, err))
		return NULL;
	json_t *list = json_array();
	for (size_t i = 0; i < talloc_array_length(entries); i++) {
		json_t *create = object_create(scratch, p, &gate, entries[i]);
		if (create) {
			json_object_del(create, "@context"); /* the context of the page applies */
			json_array_append(list, create);
		}
	}
	return list;
}

static json_t *page_of(void *owner, void *scratch, const struct publication *p, int64_t page, int64_t total)
{
	return jsonld_own(owner, json_pack("{s:[s, {s:s, s:s}], s:s, s:s, s:s, s:I}",
		"@context", JSONLD_ACTIVITYSTREAMS, "Hashtag", "as:Hashtag", "sensitive", "as:sensitive",
		"id", uris_outbox_page(scratch, p, page), "type", "OrderedCollectionPage", "partOf", uris_outbox(scratch, p),
		"totalItems", (json_int_t)total));
}

json_t *collection_outbox_page(void *owner, struct db *db, const struct publication *p, int64_t page, struct error *err)
{
	int64_t total, pages;
	if (!count_pages(db, p, &total, &pages, err))
		return NULL;
	if (page < 1 || page > pages) {
		error_set(err, ERROR_NOT_FOUND, "the outbox has %lld pages", (long long)pages);
		return NULL;
	}
	void *scratch = talloc_new(NULL);
	json_t *whole = NULL, *items = creates(scratch, db, p, page, err);
	if (items) {
		whole = page_of(owner, scratch, p, page, total);
		json_object_set_new(whole, "orderedItems", items);
		if (page < pages)
			json_object_set_new(whole, "next", json_string(uris_outbox_page(scratch, p, page + 1)));
		if (page > 1)
			json_object_set_new(whole, "prev", json_string(uris_outbox_page(scratch, p, page - 1)));
	}
	talloc_free(scratch);
	return whole;
}

json_t *collection_followers(void *owner, struct db *db, const struct publication *p, struct error *err)
{
	int64_t total;
	if (!subscriber_count(db, p->id, ADDRESS_ACTOR, &total, err))
		return NULL;
	char *id = uris_followers(NULL, p);
	json_t *followers = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:I}",
		"@context", JSONLD_ACTIVITYSTREAMS, "id", id, "type", "OrderedCollection", "totalItems", (json_int_t)total));
	talloc_free(id);
	return followers;
}

json_t *collection_following(void *owner, struct db *db, const struct publication *p, struct error *err)
{
	int64_t total;
	void *scratch = talloc_new(NULL);
	json_t *list = following_list(scratch, db, p->id, &total, err);
	json_t *following = !list ? NULL : jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:I, s:O}",
		"@context", JSONLD_ACTIVITYSTREAMS, "id", uris_following(scratch, p), "type", "OrderedCollection", "totalItems", (json_int_t)total, "orderedItems", list));
	talloc_free(scratch);
	return following;
}

json_t *collection_featured(void *owner, const struct publication *p)
{
	char *id = uris_featured(NULL, p);
	json_t *featured = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:i, s:[]}", "@context", JSONLD_ACTIVITYSTREAMS, "id", id, "type", "OrderedCollection", "totalItems", 0,
	                                               "orderedItems"));
	talloc_free(id);
	return featured;
}
