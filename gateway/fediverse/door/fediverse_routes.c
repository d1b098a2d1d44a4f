#include "gateway/fediverse/door/fediverse_routes.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/actor/actor.h"
#include "gateway/fediverse/actor/collection.h"
#include "gateway/fediverse/actor/nodeinfo.h"
#include "gateway/fediverse/actor/object.h"
#include "gateway/fediverse/actor/webfinger.h"
#include "gateway/fediverse/document/accept.h"
#include "gateway/fediverse/document/uris.h"
#include "gateway/fediverse/inbox/inbox.h"
#include <string.h>

static const char activity_json[] = "application/activity+json; charset=utf-8";

static bool is_asked(const struct exchange *x) { return accept_activity(exchange_header(x, "Accept")); }

static void say(struct exchange *x, int status, const char *text)
{
	fprintf(exchange_answer(x, status, "text/plain; charset=utf-8"), "%s\n", text);
	if (status == 503)
		exchange_reply(x, "Retry-After", "30");
}

/* What was asked for, without what stands in the path: that may be a secret. */
static const char *route_of(const struct exchange *x)
{
	static const char *const names[] = {
		[URIS_NOTHING] = "page", [URIS_ACTOR] = "actor", [URIS_INBOX] = "inbox", [URIS_SHARED_INBOX] = "shared inbox", [URIS_OUTBOX] = "outbox",
		[URIS_OUTBOX_PAGE] = "page of the outbox", [URIS_FOLLOWERS] = "followers", [URIS_FOLLOWING] = "following", [URIS_FEATURED] = "featured", [URIS_OBJECT] = "object",
		[URIS_CREATE] = "create",
	};
	int64_t number;
	return text_starts(x->path, "/.well-known/") || text_starts(x->path, "/nodeinfo/") ? "well-known" : names[uris_parse(x->publication, x->path, &number)];
}

static void fail(struct exchange *x, const struct error *err)
{
	if (err->kind == ERROR_NOT_FOUND || err->kind == ERROR_INVALID) {
		say(x, err->kind == ERROR_INVALID ? 400 : 404, err->text);
		return;
	}
	log_error("fediverse request failed", log_text("route", route_of(x)), log_text("why", err->text));
	say(x, err->kind == ERROR_TEMPORARY ? 503 : 500, "This did not work; the log says why.");
}

static void send_json(struct exchange *x, int status, const char *type, const json_t *json)
{
	char *text = jsonld_write(x->owner, json);
	fputs(text, exchange_answer(x, status, type));
	talloc_free(text);
	exchange_reply(x, "Access-Control-Allow-Origin", "*");
	exchange_reply(x, "Cache-Control", "public, max-age=120");
}

static void send_activity(struct exchange *x, const json_t *json, const struct error *err)
{
	if (!json) {
		fail(x, err);
		return;
	}
	send_json(x, 200, activity_json, json);
	exchange_reply(x, "Vary", "Accept, Accept-Encoding");
}

static void redirect(struct exchange *x, const char *url)
{
	exchange_answer(x, 302, NULL);
	exchange_reply(x, "Location", url);
	exchange_reply(x, "Vary", "Accept, Accept-Encoding");
}

/* Other servers take a document only from the host of its id. */
static bool leads_to_id(struct exchange *x, const char *id)
{
	if (uris_are_at(x->publication, exchange_site(x)))
		return false;
	redirect(x, id);
	return true;
}

static void serve_webfinger(struct exchange *x)
{
	struct error err;
	char *resource = x->query ? url_form_value(x->owner, x->query, "resource") : NULL;
	x->uses_parameters = true;
	json_t *jrd = resource ? webfinger_document(x->owner, x->publication, resource, &err) : NULL;
	if (!resource)
		say(x, 400, "Name a resource: ?resource=acct:NAME@HOST");
	else if (!jrd)
		fail(x, &err);
	else
		send_json(x, 200, "application/jrd+json; charset=utf-8", jrd);
	exchange_reply(x, "Access-Control-Allow-Origin", "*");
}

static void serve_nodeinfo_links(struct exchange *x) { send_json(x, 200, "application/json", nodeinfo_links(x->owner, x->publication)); }

static void serve_nodeinfo(struct exchange *x)
{
	struct error err;
	int minor = text_ends(x->path, "1");
	json_t *document = nodeinfo_document(x->owner, x->db, x->publication, minor, &err);
	if (document)
		send_json(x, 200, minor ? "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\""
		                        : "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"", document);
	else
		fail(x, &err);
}

static void serve_host_meta(struct exchange *x)
{
	nodeinfo_host_meta(exchange_answer(x, 200, "application/xrd+xml; charset=utf-8"), x->publication);
	exchange_reply(x, "Access-Control-Allow-Origin", "*");
}

static void serve_host_meta_json(struct exchange *x)
{
	send_json(x, 200, "application/jrd+json; charset=utf-8", nodeinfo_host_meta_json(x->owner, x->publication));
}

static const struct {
	const char *path;
	void (*serve)(struct exchange *x);
} well_known[] = {
	{ "/.well-known/webfinger", serve_webfinger },
	{ "/.well-known/nodeinfo", serve_nodeinfo_links },
	{ "/.well-known/host-meta", serve_host_meta },
	{ "/.well-known/host-meta.json", serve_host_meta_json },
	{ "/nodeinfo/2.0", serve_nodeinfo },
	{ "/nodeinfo/2.1", serve_nodeinfo },
};

static void serve_entry(struct exchange *x, const struct entry *entry)
{
	struct error err = { ERROR_NOT_FOUND, "there is no such post" };
	struct gate gate;
	if (leads_to_id(x, uris_object(x->owner, x->publication, entry->id)))
		return;
	if (entry->state == ENTRY_WITHDRAWN) {
		json_t *tombstone = object_tombstone(x->owner, x->publication, entry);
		send_json(x, 410, activity_json, object_with_context(x->owner, tombstone));
		exchange_reply(x, "Vary", "Accept, Accept-Encoding");
		return;
	}
	json_t *note = gate_of(x->db, x->publication, &gate, &err) ? object_note(x->owner, x->publication, &gate, entry) : NULL;
	send_activity(x, note ? object_with_context(x->owner, note) : NULL, &err);
}

static void serve_create(struct exchange *x, const struct entry *entry)
{
	struct error err = { ERROR_NOT_FOUND, "there is no such post" };
	struct gate gate;
	json_t *create = gate_of(x->db, x->publication, &gate, &err) ? object_create(x->owner, x->publication, &gate, entry) : NULL;
	send_activity(x, create, &err);
}

static void serve_object(struct exchange *x, enum uris_kind kind, int64_t id)
{
	struct error err;
	struct entry *entry = archive_get(x->owner, x->db, id, &err);
	if (entry && entry->publication != x->publication->id) {
		error_set(&err, ERROR_NOT_FOUND, "there is no such post");
		entry = NULL;
	}
	if (!entry)
		fail(x, &err);
	else if (!is_asked(x))
		redirect(x, uris_page(x->owner, x->publication, entry));
	else if (kind == URIS_CREATE && entry->state == ENTRY_LIVE)
		serve_create(x, entry);
	else
		serve_entry(x, entry);
}

static void serve_actor(struct exchange *x)
{
	struct error err;
	const char *id = publication_actor_url(x->owner, x->publication);
	if (is_asked(x) && leads_to_id(x, id))
		return;
	if (is_asked(x))
		send_activity(x, actor_document(x->owner, x->db, x->publication, &err), &err);
	else
		redirect(x, mem_printf(x->owner, "%s/", x->publication->url));
}

static void serve_name(struct exchange *x, enum uris_kind kind, int64_t number)
{
	const struct publication *p = x->publication;
	struct error err = { ERROR_NOT_FOUND, "there is no such list" };
	switch (kind) {
	case URIS_ACTOR: serve_actor(x); break;
	case URIS_OBJECT:
	case URIS_CREATE: serve_object(x, kind, number); break;
	case URIS_OUTBOX: send_activity(x, collection_outbox(x->owner, x->db, p, &err), &err); break;
	case URIS_OUTBOX_PAGE: send_activity(x, collection_outbox_page(x->owner, x->db, p, number, &err), &err); break;
	case URIS_FOLLOWERS: send_activity(x, collection_followers(x->owner, x->db, p, &err), &err); break;
	case URIS_FOLLOWING: send_activity(x, collection_following(x->owner, x->db, p, &err), &err); break;
	case URIS_FEATURED: send_activity(x, collection_featured(x->owner, p), &err); break;
	case URIS_INBOX:
	case URIS_SHARED_INBOX:
	case URIS_NOTHING: break;
	}
}

static bool is_read(const struct exchange *x) { return strcmp(x->method, "GET") == 0 || strcmp(x->method, "HEAD") == 0; }

static bool reads_only(struct exchange *x)
{
	if (is_read(x))
		return true;
	say(x, 405, "Only GET and HEAD work here.");
	exchange_reply(x, "Allow", "GET, HEAD");
	return false;
}

/* What it still tells others is verified by its actor and found by its name; the rest has ended.  False: x asks for none of this door. */
static bool serve_leaving(struct exchange *x)
{
	int64_t number;
	enum uris_kind kind = uris_parse(x->publication, x->path, &number);
	if (kind == URIS_NOTHING && !text_ends(x->path, "/inbox") && !is_asked(x))
		return false;
	if (kind == URIS_ACTOR && is_read(x) && is_asked(x))
		serve_actor(x);
	else
		say(x, 410, "This publication has ended.");
	return true;
}

bool fediverse_serve(struct exchange *x, struct inbox *inbox)
{
	int64_t number;
	for (size_t i = 0; i < sizeof well_known / sizeof *well_known; i++)
		if (strcmp(x->path, well_known[i].path) == 0) {
			if (reads_only(x))
				well_known[i].serve(x);
			return true;
		}
	if (x->publication->leaving)
		return serve_leaving(x);
	enum uris_kind kind = uris_parse(x->publication, x->path, &number);
	if (kind == URIS_NOTHING && (!text_ends(x->path, "/inbox") || strcmp(x->method, "POST") != 0))
		return false;
	if (kind == URIS_NOTHING)
		say(x, 404, "There is no such inbox.");
	else if (kind == URIS_INBOX || kind == URIS_SHARED_INBOX)
		inbox_receive(x, inbox, kind == URIS_SHARED_INBOX);
	else if (reads_only(x))
		serve_name(x, kind, number);
	return true;
}

/* The slug in "/2026/brass", the path of an entry's page; NULL for other paths.  Belongs to x. */
static char *slug_of_page(const struct exchange *x)
{
	size_t size = strcspn(x->path + 1, "/");
	const char *slug = x->path + 1 + size;
	if (*slug != '/' || !slug[1] || strchr(slug + 1, '/'))
		return NULL;
	char *part = mem_ndup(x->owner, x->path + 1, size), *year = url_decode(x->owner, part, false);
	if (strlen(year) != 4 || year[strspn(year, "0123456789")])
		return NULL;
	return url_decode(x->owner, slug + 1, false);
}

/* The front page has the actor as its other form, the page of an entry its object.  False when x asks for the page, or there is no such entry. */
static bool serve_page(struct exchange *x)
{
	struct error err;
	/* The actor names the front page as its url, and some servers look an account up by that. */
	if (is_read(x) && is_asked(x) && strcmp(x->path, "/") == 0) {
		serve_actor(x);
		return true;
	}
	char *slug = is_read(x) && is_asked(x) ? slug_of_page(x) : NULL;
	struct entry *entry = slug ? archive_by_slug(x->owner, x->db, x->publication->id, slug, &err) : NULL;
	if (!slug || (!entry && err.kind == ERROR_NOT_FOUND))
		return false;
	if (entry)
		serve_entry(x, entry);
	else
		fail(x, &err);
	return true;
}

/* The accounts that are followed have no version. */
static unsigned shown_by(const struct exchange *x)
{
	int64_t number;
	switch (uris_parse(x->publication, x->path, &number)) {
	case URIS_FOLLOWING: return 0;
	case URIS_OBJECT:
	case URIS_CREATE:
	case URIS_OUTBOX:
	case URIS_OUTBOX_PAGE: return EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION;
	default: return EXCHANGE_ALL;
	}
}

static void *open_door(void *owner, const struct role *role, struct error *err)
{
	(void)role, (void)err;
	return inbox_new(owner);
}

static bool answer(void *state, struct exchange *x)
{
	bool ours = fediverse_serve(x, state), page = !ours && serve_page(x);
	if (is_read(x))
		x->shows = ours ? shown_by(x) : page ? EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION : 0;
	return ours || page;
}

static void commit(void *state) { inbox_commit(state); }

static const char *form(void *state, struct exchange *x)
{
	(void)state;
	return is_asked(x) ? "activity" : "";
}

static const char *const parameters[] = { "resource", NULL };

const struct door fediverse_door = { .open = open_door, .answer = answer, .commit = commit, .form = form, .parameters = parameters };
