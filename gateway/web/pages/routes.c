#include "gateway/web/pages/routes.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "gateway/web/server/limiter.h"
#include <string.h>

/* How many letters one network address may have us write at once, and how soon one more. */
enum { STARS = 3, ASK_BURST = 20 };
#define ASK_EVERY (2 * CLOCK_MINUTE)

/* A star stands for one part of a path, not empty and without a slash, of UTF-8. */
static const struct route {
	const char *method, *pattern;
	page_route *run;
	bool cross_site; /* other sites may post to it: its token protects it */
} routes[] = {
	{ "GET", "/", page_home, false },
	{ "GET", "/archive", page_archive, false },
	{ "GET", "/archive/*", page_archive_year, false },
	{ "GET", "/tag/*", page_tag, false },
	{ "GET", "/feed.xml", page_feed_rss, false },
	{ "GET", "/feed.atom", page_feed_atom, false },
	{ "GET", "/feeds", page_feeds, false },
	{ "GET", "/privacy", page_privacy, false },
	{ "GET", "/robots.txt", page_robots, false },
	{ "GET", "/assets/*", page_asset, false },
	{ "GET", "/media/*", page_media, false },
	{ "GET", "/favicon.ico", page_favicon, false },
	{ "GET", "/icon.png", page_favicon, false },
	{ "GET", "/subscribe", page_subscribe, false },
	{ "POST", "/subscribe", page_subscribe_send, false },
	{ "GET", "/inbox-check", page_inbox, false },
	{ "POST", "/code", page_code, false },
	{ "GET", "/c/*", page_confirm, false },
	{ "POST", "/c/*", page_confirm_use, false },
	{ "GET", "/signin", page_sign_in, false },
	{ "POST", "/signin", page_sign_in_send, false },
	{ "POST", "/signout", page_sign_out, false },
	{ "GET", "/me", page_me, false },
	{ "POST", "/me/export", page_me_export, false },
	{ "GET", "/me/erase", page_me_erase, false },
	{ "POST", "/me/erase", page_me_erase_use, false },
	{ "GET", "/u/*", page_leave, false },
	{ "POST", "/u/*", page_leave_use, true },
	{ "POST", "/u/*/undo", page_leave_undo, false },
	{ "GET", "/r/*", page_read, false },
	{ "GET", "/prefs/*", page_preferences, false },
	{ "POST", "/prefs/*", page_preferences_use, false },
	{ "POST", "/prefs/*/address", page_preferences_move, false },
	{ "GET", "/keep/*", page_keep, false },
	{ "POST", "/keep/*", page_keep_use, false },
	{ "GET", "/follow", page_follow_wait, false },
	{ "POST", "/follow", page_follow, false },
	{ "GET", "/letters", page_letters, false },
	{ "GET", "/letters/*", page_letter, false },
	{ "GET", "/letters/*/html", page_letter_html, false },
	{ "GET", "/letters/*/raw", page_letter_raw, false },
	{ "GET", "/preview/*", page_preview, false },
	{ "GET", "/preview/*/html", page_preview_html, false },
	{ "GET", "/websub/*", page_websub, false },
	{ "POST", "/websub/*", page_websub_push, true },
	{ "GET", "/*/*", page_post, false },
};

static bool matches(void *owner, const char *pattern, const char *path, const char **parts)
{
	size_t n = 0;
	for (; *pattern; pattern++) {
		if (*pattern != '*') {
			if (*path++ != *pattern)
				return false;
			continue;
		}
		size_t size = strcspn(path, "/");
		if (size == 0 || n == STARS)
			return false;
		char *part = mem_ndup(owner, path, size);
		parts[n] = url_decode(owner, part, false);
		if (!text_utf8(parts[n], strlen(parts[n])))
			return false;
		n++;
		path += size;
	}
	return *path == '\0';
}

/* Did another site post this form?  A request without these headers comes from no browser, or from an old one: SameSite cookies
 * protect that. */
static bool from_elsewhere(const struct exchange *x)
{
	const char *site = exchange_header(x, "Sec-Fetch-Site"), *origin = exchange_header(x, "Origin");
	if (site)
		return !text_same(site, "same-origin") && !text_same(site, "none");
	return origin && !text_same(origin, "null") && !url_same_origin(origin, exchange_site(x));
}

/* All signed-in readers of a tier get the same pages, but for their name; NULL: one whom no page can name. */
static const char *kind_of(const struct visit *v)
{
	if (v->viewer.kind == VIEWER_ANYBODY)
		return "";
	return !v->viewer.mail ? NULL : v->viewer.kind == VIEWER_SUPPORTER ? "supporter" : "reader";
}

/* Names the viewer of v as the server is to write them; NULL for anybody. */
static void name_reader(struct visit *v)
{
	v->x->reader = NULL;
	v->x->kind = kind_of(v);
	if (v->viewer.kind == VIEWER_ANYBODY)
		return;
	struct document *name = document_new(v->owner);
	html_attr(document_out(name), v->viewer.mail ? v->viewer.mail : "Signed in");
	v->x->reader = document_finish(name, v->owner);
}

static void run(struct visit *v, const struct route *route)
{
	struct error err = { 0 };
	struct exchange *x = v->x;
	const char *named = x->reader ? x->reader : "", *kind = x->kind ? x->kind : "";
	bool posting = strcmp(route->method, "POST") == 0;
	if (posting && !route->cross_site && from_elsewhere(x)) {
		visit_note(v, 403, "That form came from another site", "Please send it from here.");
		return;
	}
	if (visit_recognise(v, &err)) {
		name_reader(v);
		route->run(v);
	} else {
		visit_failed(v, &err);
	}
	/* Somebody signed in, came, left or has another tier since the form was asked for: the answer is not what others of that form get. */
	if (strcmp(named, x->reader ? x->reader : "") != 0 || strcmp(kind, x->kind ? x->kind : "") != 0)
		x->shows = 0;
	/* An answer within a session must not be cached by others. */
	if (x->reader && !exchange_replied(x, "Cache-Control"))
		exchange_reply(x, "Cache-Control", "private, no-store");
}

/* The route for a path; *allowed collects the methods that the path has. */
static const struct route *route_of(struct visit *v, const char *method, const char **parts, char **allowed)
{
	*allowed = mem_dup(v->owner, "");
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (!matches(v->owner, routes[i].pattern, v->x->path, parts))
			continue;
		if (strcmp(routes[i].method, method) == 0)
			return &routes[i];
		*allowed = mem_printf(v->owner, "%s%s%s", *allowed, **allowed ? ", " : "", strcmp(routes[i].method, "GET") == 0 ? "GET, HEAD" : routes[i].method);
	}
	return NULL;
}

/* No path but "/" ends in a slash here. */
static bool ends_in_slash(const char *path) { return path[0] && path[1] && text_ends(path, "/"); }

static char *without_slash(void *owner, const char *path)
{
	size_t size = strlen(path);
	while (size > 1 && path[size - 1] == '/')
		size--;
	return mem_ndup(owner, path, size);
}

/* Where the publication was before, what is read leads to where it is.  A form is taken all the same: it was open when the publication moved,
 * and mail programs that unsubscribe (RFC 8058) follow no redirect.  Hubs ask at the callback that they know. */
static bool leads_on(const struct exchange *x, const char *method, const struct route *route)
{
	return x->former && strcmp(method, "GET") == 0 && (!route || route->run != page_websub);
}

static void dispatch(struct visit *v)
{
	const char *parts[STARS] = { 0 }, *method = strcmp(v->x->method, "HEAD") == 0 ? "GET" : v->x->method;
	char *allowed;
	const struct route *route = route_of(v, method, parts, &allowed);
	v->parts = parts;
	v->route = route ? route->pattern : "none";
	if (leads_on(v->x, method, route) || (ends_in_slash(v->x->path) && strcmp(method, "GET") == 0)) {
		visit_moved(v, without_slash(v->owner, v->x->path));
	} else if (route) {
		run(v, route);
	} else if (*allowed) {
		visit_note(v, 405, "That does not work here", "This page cannot be asked in that way.");
		exchange_reply(v->x, "Allow", allowed);
	} else {
		visit_note(v, 404, "There is no page here", "The address may be old, or mistyped. The archive has everything there is.");
	}
}

void *pages_share(void) { return limiter_new(ASK_BURST, ASK_EVERY); }

static void *open_pages(void *owner, const struct role *role, struct error *err)
{
	struct pages *pages = mem_new(owner, struct pages);
	pages->config = role->config;
	pages->db = role->db;
	pages->limiter = role->shared;
	pages->templates = template_set_load(pages, "gateway/web/templates/", err);
	page_assets(pages, pages->assets);
	return pages->templates ? pages : NULL;
}

/* Hubs still ask whether their push is no longer wanted, and the last page has a style sheet. */
static bool has_ended(const struct exchange *x)
{
	return x->publication->leaving && !text_starts(x->path, "/websub/") && !text_starts(x->path, "/assets/");
}

/* The last door: a path that has no page is answered with 404. */
static bool answer(void *state, struct exchange *x)
{
	struct visit v = { .pages = state, .x = x, .owner = x->owner };
	if (has_ended(x))
		visit_note(&v, 410, "This publication has ended", "Its owner has closed it. No more letters come from it, and the addresses of its readers are deleted.");
	else
		dispatch(&v);
	if (!x->status)
		visit_note(&v, 500, "Something went wrong here", "It is not your fault. Please try again in a moment.");
	return true;
}

static size_t room(void *state, const char *path) { return page_websub_room(((struct pages *)state)->db, path); }

static const char *form(void *state, struct exchange *x)
{
	struct error err = { 0 };
	struct visit v = { .pages = state, .x = x, .owner = x->owner };
	/* Where this fails the route will say so. */
	if (!visit_recognise(&v, &err))
		return NULL;
	name_reader(&v);
	return x->kind;
}

static const char *const parameters[] = { "page", NULL };

const struct door pages_door = { .open = open_pages, .answer = answer, .room = room, .form = form, .parameters = parameters };
