#include "gateway/fediverse/remote/resolve.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/accept.h"
#include "gateway/base/address/handle.h"
#include <string.h>

enum { STEPS = 4, JRD_MAX = 256 << 10, WAIT_MS = 1000, REDIRECTS = 3 };

bool resolve_is_handle(const char *typed)
{
	struct error ignored;
	struct handle *handle = handle_parse(NULL, typed, &ignored);
	bool is = handle && handle->name;
	talloc_free(handle);
	return is;
}

struct http_response *resolve_get(void *owner, struct signed_transport *transport, const struct publication *p, const char *url,
                                  struct error *err)
{
	const struct signed_transport_request request = { .publication = p->id, .url = url };
	struct http_response *r = NULL;
	if (!signed_transport_start(transport, &request, err))
		return NULL;
	while (!r)
		r = signed_transport_next(transport, WAIT_MS);
	if (r->done)
		return talloc_steal(owner, r);
	*err = r->err;
	talloc_free(r);
	return NULL;
}

static char *webfinger_url(void *owner, const struct handle *handle)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	fprintf(out, "https://%s/.well-known/webfinger?resource=acct:", handle->host);
	url_part(out, handle->name);
	fputs("%40", out);
	url_part(out, handle->host);
	return document_finish(d, owner);
}

const char *resolve_self(const json_t *jrd)
{
	size_t i;
	const json_t *link;
	json_array_foreach(json_object_get(jrd, "links"), i, link) {
		const char *rel = jsonld_text(link, "rel"), *type = jsonld_text(link, "type"), *href = jsonld_text(link, "href");
		if (rel && href && strcmp(rel, "self") == 0 && accept_is_activity(type) && url_valid(href))
			return href;
	}
	return NULL;
}

/* The URL of the actor, from WebFinger on the host of the handle. */
static char *look_up(void *owner, struct http_client *client, const struct handle *handle, struct error *err)
{
	static const struct http_header headers[] = { { "Accept", "application/jrd+json, application/json;q=0.9" }, { 0, 0 } };
	void *scratch = talloc_new(NULL);
	const struct http_request request = { .url = webfinger_url(scratch, handle), .headers = headers, .max_size = JRD_MAX, .redirects = REDIRECTS };
	struct http_response *r = http_fetch(scratch, client, &request, err);
	char *url = NULL;
	if (!r) {
		error_prefix(err, "'%s' does not answer: ", handle->host);
	} else if (r->status != 200) {
		error_set(err, r->status >= 500 || r->status == 429 ? ERROR_TEMPORARY : ERROR_NOT_FOUND,
		          "'%s' knows no account '%s' (it answered %d)", handle->host, handle->name, r->status);
	} else {
		json_t *jrd = jsonld_read(scratch, r->body->data, r->body->size, err);
		const char *self = jrd ? resolve_self(jrd) : NULL;
		url = mem_dup_or_null(owner, self);
		if (!self)
			error_set(err, ERROR_NOT_FOUND, "'%s' knows '%s', but not as an account of the fediverse", handle->host, handle->name);
	}
	talloc_free(scratch);
	return url;
}

/* The URL in the page's <link rel="alternate"> to an ActivityPub document, or NULL. */
static char *alternate_of(void *owner, const struct http_response *r)
{
	char *to = NULL;
	struct html_node *root = html_parse_page(NULL, r->body->data, r->body->size);
	for (struct html_node *n = root; n && !to; n = html_next(root, n)) {
		const char *rel = html_get(n, "rel"), *type = html_get(n, "type"), *href = html_get(n, "href");
		if (html_is(n, "link") && href && rel && text_same(rel, "alternate") && type && !text_same(type, "application/json") && accept_is_activity(type))
			to = url_resolve(owner, r->url, href);
	}
	talloc_free(root);
	return to;
}

static struct resolved *resolved_of(void *owner, json_t *document, struct remote_actor *actor, const struct handle *handle)
{
	struct resolved *found = mem_new(owner, struct resolved);
	const char *outbox = jsonld_id(document, "outbox");
	found->actor = talloc_steal(found, actor);
	found->outbox = outbox && url_same_origin(outbox, actor->uri) ? mem_dup(found, outbox) : NULL;
	found->approves = json_is_true(json_object_get(document, "manuallyApprovesFollowers"));
	if (handle && handle->name) {
		found->handle = mem_printf(found, "@%s@%s", handle->name, handle->host);
		return found;
	}
	char *host = url_authority(found, actor->uri);
	found->handle = *actor->username ? mem_printf(found, "@%s@%s", actor->username, host) : mem_dup(found, actor->uri);
	return found;
}

/* The actor in this response, or NULL with *next the URL to request instead (NULL: none). */
static struct resolved *read_response(void *owner, const struct http_response *r, const struct handle *handle, char **next, struct error *err)
{
	*next = NULL;
	if (r->status != 200) {
		error_set(err, r->status >= 500 || r->status == 429 ? ERROR_TEMPORARY : ERROR_NOT_FOUND, "'%.300s' answered %d", r->url, r->status);
		return NULL;
	}
	if (!signed_transport_is_activity(r)) {
		*next = alternate_of(owner, r);
		error_set(err, ERROR_NOT_FOUND, "'%.300s' is no account of the fediverse", r->url);
		return NULL;
	}
	void *scratch = talloc_new(NULL);
	json_t *document = jsonld_read(scratch, r->body->data, r->body->size, err);
	struct remote_actor *actor = document ? remote_actor_read(scratch, document, r->url, NULL, next, err) : NULL;
	struct resolved *found = actor ? resolved_of(owner, document, actor, handle) : NULL;
	if (*next)
		*next = talloc_steal(owner, *next);
	talloc_free(scratch);
	return found;
}

struct resolved *resolve_actor(void *owner, struct signed_transport *transport, struct http_client *client,
                               const struct publication *p, const char *typed, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct resolved *found = NULL;
	struct handle *handle = handle_parse(scratch, typed, err);
	char *url = !handle ? NULL : url_valid(typed) ? mem_dup(scratch, typed) : handle->name ? look_up(scratch, client, handle, err) : NULL;
	if (!handle || (!url && !handle->name))
		error_set(err, ERROR_INVALID, "'%.200s' is no account: write it as @ada@social.example, or as its URL", typed);
	for (int step = 0; url && !found && step < STEPS; step++) {
		char *next = NULL;
		struct http_response *r = resolve_get(scratch, transport, p, url_without_fragment(scratch, url), err);
		found = r ? read_response(owner, r, handle, &next, err) : NULL;
		url = next ? talloc_steal(scratch, next) : NULL;
	}
	talloc_free(scratch);
	return found;
}
