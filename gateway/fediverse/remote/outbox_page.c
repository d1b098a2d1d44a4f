#include "gateway/fediverse/remote/outbox_page.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/document/jsonld.h"
#include <string.h>

/* An item may be an id, and what that is may name its post by an id. */
enum { ROUNDS = 2, WAIT_MS = 1000 };

/* What is asked for: an item of the list, or its post. */
struct wanted {
	json_t *list;
	size_t index;
	bool post;
	const char *url;
	bool read;
};

static bool brings(const json_t *item) { return jsonld_has_type(item, "Create") || jsonld_has_type(item, "Update") || jsonld_has_type(item, "Announce"); }

/* The id to ask for, with the origin of the page; NULL: the item is whole, or not theirs. */
static const char *id_in(const json_t *item, const char *page, bool *post)
{
	const json_t *object = json_object_get(item, "object");
	*post = json_is_object(item);
	const char *id = json_is_string(item) ? json_string_value(item) : brings(item) ? json_string_value(object) : NULL;
	if (!id && brings(item) && json_is_object(object) && !json_object_get(object, "type"))
		id = jsonld_text(object, "id");
	return id && url_valid(id) && url_same_origin(id, page) ? id : NULL;
}

static void take(void *owner, struct wanted *w, const struct http_response *r)
{
	struct error ignored;
	json_t *document = r->done && r->status == 200 && signed_transport_is_activity(r) ? jsonld_read(owner, r->body->data, r->body->size, &ignored) : NULL;
	w->read = document && url_same(jsonld_text(document, "id"), w->url);
	if (w->read && w->post)
		json_object_set(json_array_get(w->list, w->index), "object", document);
	else if (w->read)
		json_array_set(w->list, w->index, document);
}

/* It is not asked for again. */
static void leave_out(const struct wanted *w, int64_t *unread)
{
	if (w->post)
		json_object_set_new(json_array_get(w->list, w->index), "object", json_null());
	else
		json_array_set_new(w->list, w->index, json_null());
	++*unread;
}

/* What is not whole, at most most of it; the rest is left out. */
static struct wanted *missing(void *owner, json_t *list, const char *page, int64_t most, int64_t *unread)
{
	struct wanted *all = NULL;
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		bool post;
		const char *url = id_in(json_array_get(list, i), page, &post);
		if (url && (int64_t)count >= most)
			leave_out(&(struct wanted){ .list = list, .index = i, .post = post }, unread);
		else if (url)
			*mem_push(owner, all, count) = (struct wanted){ list, i, post, mem_dup(owner, url), false };
	}
	mem_fit(owner, all, count);
	return all;
}

static void fetch(void *owner, struct signed_transport *transport, const struct publication *p, struct wanted *all, int64_t *unread)
{
	struct error ignored;
	size_t count = talloc_array_length(all);
	for (size_t i = 0; i < count; i++)
		signed_transport_start(transport, &(struct signed_transport_request){ .publication = p->id, .url = all[i].url, .tag = &all[i] }, &ignored);
	while (signed_transport_running(transport)) {
		struct http_response *r = signed_transport_next(transport, WAIT_MS);
		if (r)
			take(owner, r->tag, r);
		talloc_free(r);
	}
	for (size_t i = 0; i < count; i++)
		if (!all[i].read)
			leave_out(&all[i], unread);
}

static json_t *items_of(const json_t *collection)
{
	json_t *items = json_object_get(collection, "orderedItems");
	return items ? items : json_object_get(collection, "items");
}

const struct http_response *outbox_page_whole(void *owner, struct signed_transport *transport, const struct publication *p, const struct http_response *page,
                                              int64_t *left, int64_t *unread)
{
	struct error ignored;
	json_t *json = page->done && page->status == 200 ? jsonld_read(owner, page->body->data, page->body->size, &ignored) : NULL;
	json_t *items = items_of(json) ? items_of(json) : items_of(json_object_get(json, "first"));
	bool changed = false;
	for (int round = 0; round < ROUNDS && json_is_array(items); round++) {
		struct wanted *all = missing(owner, items, page->url, *left, unread);
		fetch(owner, transport, p, all, unread);
		*left -= (int64_t)talloc_array_length(all);
		changed = changed || talloc_array_length(all) > 0;
	}
	if (!changed)
		return page;
	char *text = jsonld_write(owner, json);
	struct http_response *whole = mem_new(owner, struct http_response);
	*whole = *page;
	whole->body = buf_new(whole, strlen(text) + 1);
	buf_add(whole->body, text, strlen(text));
	return whole;
}
