#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/door/fediverse_routes.h"
#include "gateway/web/pages/web.h"
#include "subscribers/proof/session.h"
#include <string.h>

enum { STARS = 3 };

/* A star stands for one part of a path, not empty and without a slash. */
static const struct route {
	const char *method, *pattern;
	web_route *run;
	bool cross_site; /* may be posted to from elsewhere: it is protected by its token alone */
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
	{ "GET", "/u/*", page_leave, false },
	{ "POST", "/u/*", page_leave_use, true },
	{ "POST", "/u/*/undo", page_leave_undo, false },
	{ "POST", "/follow", page_follow, false },
	{ "GET", "/letters", page_letters, false },
	{ "GET", "/letters/*", page_letter, false },
	{ "GET", "/letters/*/html", page_letter_html, false },
	{ "GET", "/letters/*/raw", page_letter_raw, false },
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
		parts[n++] = url_decode(owner, part, false);
		path += size;
	}
	return *path == '\0';
}

/* A browser says where a form came from; what says nothing is no browser, or an old one behind SameSite cookies. */
static bool from_elsewhere(const struct exchange *x)
{
	const char *site = exchange_header(x, "Sec-Fetch-Site"), *origin = exchange_header(x, "Origin");
	if (site)
		return !text_same(site, "same-origin") && !text_same(site, "none");
	return origin && !text_same(origin, "null") && !url_same_origin(origin, x->publication->url);
}

static void security_headers(struct exchange *x)
{
	exchange_reply(x, "X-Content-Type-Options", "nosniff");
	if (!exchange_replied(x, "Referrer-Policy"))
		exchange_reply(x, "Referrer-Policy", "strict-origin-when-cross-origin");
	if (!exchange_replied(x, "Content-Security-Policy"))
		exchange_reply(x, "Content-Security-Policy", "default-src 'none'; img-src 'self' https: http: data:; style-src 'self' 'unsafe-inline';"
		                                             " frame-src 'self'; form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'");
	if (text_starts(x->publication ? x->publication->url : "", "https:"))
		exchange_reply(x, "Strict-Transport-Security", "max-age=31536000");
}

static void run(struct visit *v, const struct route *route)
{
	struct error err = { 0 };
	struct exchange *x = v->x;
	bool posting = strcmp(route->method, "POST") == 0;
	if (posting && !route->cross_site && from_elsewhere(x)) {
		visit_note(v, 403, "That form came from another site", "Please send it from here.");
		return;
	}
	v->cookie = visit_cookie(v, "session");
	if (!session_viewer(v->owner, x->db, x->publication, v->cookie, &v->viewer, &err))
		visit_failed(v, &err);
	else
		route->run(v);
	/* What a reader with a session sees is theirs alone. */
	if (v->cookie) {
		v->shared = false;
		if (!exchange_replied(x, "Cache-Control"))
			exchange_reply(x, "Cache-Control", "private, no-store");
	}
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

static void dispatch(struct visit *v)
{
	const char *parts[STARS] = { 0 }, *method = strcmp(v->x->method, "HEAD") == 0 ? "GET" : v->x->method;
	char *allowed;
	const struct route *route = route_of(v, method, parts, &allowed);
	v->parts = parts;
	if (route) {
		run(v, route);
	} else if (*allowed) {
		visit_note(v, 405, "That does not work here", "This page cannot be asked in that way.");
		exchange_reply(v->x, "Allow", allowed);
	} else {
		visit_note(v, 404, "There is no page here", "The address may be old, or mistyped. The archive has everything there is.");
	}
}

void web_answer(struct web *web, struct exchange *x, bool *shared)
{
	struct visit v = { .web = web, .x = x, .owner = x->owner };
	if (!x->publication)
		fputs("There is no publication of that name here.\n", exchange_answer(x, 404, "text/plain; charset=utf-8"));
	else if (!fediverse_serve(x))
		dispatch(&v);
	else
		v.shared = strcmp(x->method, "POST") != 0;
	if (!x->status)
		visit_note(&v, 500, "Something went wrong here", "It is not your fault. Please try again in a moment.");
	security_headers(x);
	*shared = v.shared && x->status == 200;
}
