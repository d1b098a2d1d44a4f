/*
 * From a reader's own address in the fediverse to the page there that asks whether to follow.  Which page that is the role federate finds
 * out (gateway/fediverse/remote/follow_lookup.h), so the form leads to a page that waits for it and then goes on there.  Only the browser
 * that sent the form is led on: a link that did so would lend our name to any site.
 */
#include "gateway/archive/store/remote_follow.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/address/url.h"
#include "gateway/web/pages/page.h"

enum { COOKIE_SECONDS = 600 };
#define COOKIE "follow"

/* What every one of these pages says: the address, for who must search for it by hand. */
static json_t *data_of(struct visit *v, const char *heading, const char *text, const char *more)
{
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:[s], s:[{s:s, s:s}]}", "heading", heading, "title",
	                         mem_printf(v->owner, "Follow · %s", v->x->publication->name), "narrow", 1, "robots", "noindex", "paragraphs", text,
	                         "fields", "label", "The address to search for", "value", publication_address(v->owner, v->x->publication));
	json_object_set_new(data, "private", json_true());
	if (more)
		json_array_append_new(json_object_get(data, "paragraphs"), json_string(more));
	return data;
}

static void link_to(json_t *data, const char *href, const char *text)
{
	json_object_set_new(data, "links", json_pack("[{s:s, s:s}]", "href", href, "text", text));
}

static const char by_hand[] = "Paste the address below in the search field of your fediverse app (not in the browser’s address bar).";

/* A server's name alone says of nobody what they may do there; most servers have this page. */
static void guess(struct visit *v, const struct handle *who, json_t *data)
{
	link_to(data, handle_follow_page(v->owner, who, publication_actor_url(v->owner, v->x->publication)), mem_printf(v->owner, "Go on at %s", who->host));
	visit_page(v, 200, "note", data);
	visit_private(v);
}

static char *heading_of(struct visit *v, const char *host) { return mem_printf(v->owner, "Follow from %s", host); }

static void remember(struct visit *v, const struct handle *who, const char *typed)
{
	struct error err = { 0 };
	char *token;
	int64_t wait;
	if (!remote_follow_add(v->owner, v->x->db, v->x->publication->id, who, typed, v->x->remote, &token, &wait, &err)) {
		visit_failed(v, &err);
	} else if (wait) {
		visit_too_many(v, "Too many at the moment", wait);
	} else {
		visit_go(v, "/follow");
		visit_set_cookie(v, COOKIE, token, COOKIE_SECONDS);
	}
}

void page_follow(struct visit *v)
{
	struct error err = { 0 };
	const char *typed = visit_field(v, "handle");
	struct handle *who = handle_parse(v->owner, typed ? typed : "", &err);
	if (!who)
		visit_note(v, 400, "That is no fediverse address", err.text);
	else if (remote_follow_can_ask(who, typed))
		remember(v, who, typed);
	else
		guess(v, who, data_of(v, heading_of(v, who->host), "Most servers open a page that asks whether you want to follow.",
		                      mem_printf(v->owner, "If yours does not: %s", by_hand)));
}

static json_t *waiting(struct visit *v, const struct remote_follow *f)
{
	json_t *data = data_of(v, heading_of(v, f->host), mem_printf(v->owner, "We are asking %s for its page to follow. This page goes on by itself.", f->host), NULL);
	json_object_set_new(data, "refresh", json_string("1"));
	return data;
}

/* To a host that they did not type, readers go themselves. */
static json_t *found(struct visit *v, const struct remote_follow *f)
{
	char *host = url_authority(v->owner, f->url);
	const char *text = f->own ? mem_printf(v->owner, "%s asks you to confirm.", host) : mem_printf(v->owner, "%s says that your account is at %s, which asks you to confirm.", f->host, host);
	json_t *data = data_of(v, heading_of(v, f->host), text, NULL);
	link_to(data, f->url, mem_printf(v->owner, "Go on at %s", host));
	if (f->own)
		json_object_set_new(data, "refresh", json_string(mem_printf(v->owner, "0;url=%s", f->url)));
	return data;
}

static json_t *silent(struct visit *v, const struct remote_follow *f)
{
	struct error ignored;
	struct handle *who = handle_parse(v->owner, f->host, &ignored);
	json_t *data = data_of(v, heading_of(v, f->host), mem_printf(v->owner, "%s does not answer us at the moment. Its page to follow may open all the same.", f->host),
	                       mem_printf(v->owner, "If it does not: %s", by_hand));
	if (who)
		link_to(data, handle_follow_page(v->owner, who, publication_actor_url(v->owner, v->x->publication)), mem_printf(v->owner, "Go on at %s", f->host));
	return data;
}

static json_t *answer_for(struct visit *v, const struct remote_follow *f)
{
	json_t *data = NULL;
	switch (f->state) {
	case REMOTE_FOLLOW_WAITING: return waiting(v, f);
	case REMOTE_FOLLOW_FOUND: return found(v, f);
	case REMOTE_FOLLOW_NO_PAGE:
		return data_of(v, heading_of(v, f->host), mem_printf(v->owner, "%s names no page of its own to follow.", f->host), by_hand);
	case REMOTE_FOLLOW_NO_ACCOUNT:
		data = data_of(v, heading_of(v, f->host), mem_printf(v->owner, "%s does not know this account. Is the address right?", f->host),
		               mem_printf(v->owner, "If it is: %s", by_hand));
		link_to(data, "/subscribe", "Type it again");
		return data;
	case REMOTE_FOLLOW_SILENT:
	case REMOTE_FOLLOW_STATES: break;
	}
	return silent(v, f);
}

void page_follow_wait(struct visit *v)
{
	struct error err = { 0 };
	const char *token = visit_cookie(v, COOKIE, 0);
	struct remote_follow *f = token ? remote_follow_get(v->owner, v->x->db, v->x->publication->id, token, &err) : NULL;
	if (!f && token && err.kind != ERROR_NOT_FOUND)
		visit_failed(v, &err);
	else
		visit_page(v, 200, "note", f ? answer_for(v, f) : data_of(v, "Follow from the fediverse", by_hand, NULL));
	visit_private(v);
}
