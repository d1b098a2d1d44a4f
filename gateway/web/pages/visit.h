#pragma once
/*
 * visit - one request to a page: who asks, and the ways to answer.
 *
 * A route gets a visit: the exchange, who is asking, and what the door of
 * pages keeps between requests.  It answers in HTML through visit_page, or by
 * exchange_answer.  GET and HEAD change nothing; a POST that did something
 * answers 303 to a page that shows it.
 */
#include "gateway/base/config/config.h"
#include "gateway/base/template/template.h"
#include "gateway/web/server/exchange.h"
#include "subscribers/gate/gate.h"
#include "subscribers/people/subscriber.h"
#include <jansson.h>

struct limiter;

enum { ASSET_STYLE, ASSET_ICON, ASSET_PICTURE /* the icon as PNG */, ASSETS };

/* What the door keeps between requests. */
struct pages {
	const struct config *config;
	struct db *db;
	struct template_set *templates;
	struct limiter *limiter;
	const char *assets[ASSETS]; /* their paths, which change with their content */
};

struct visit {
	struct pages *pages;
	struct exchange *x;
	void *owner;             /* the exchange's */
	struct viewer viewer;
	const char *cookie;      /* of the session, or NULL */
	const char *route;       /* its pattern, for the log: paths hold secrets of readers */
	const char *const *parts;/* what the stars of the route's pattern stand for */
};

/* Renders a template with data (which is taken over) under the publication's common fields; title and heading are
 * what data says, else the publication's name. */
void visit_page(struct visit *v, int status, const char *template_name, json_t *data);
/* A page with one heading and one sentence, for errors and small news. */
void visit_note(struct visit *v, int status, const char *heading, const char *text);
/* 500 with err in the log and nothing of it on the page. */
void visit_failed(struct visit *v, const struct error *err);
/* 303 to a path of this publication. */
void visit_go(struct visit *v, const char *path);
/* 301: what was asked for has this path of the publication, with its query. */
void visit_moved(struct visit *v, const char *path);
/* A field of the posted form, trimmed and at most 1000 bytes; NULL when absent.  For GET: of the query. */
const char *visit_field(struct visit *v, const char *name);
/* 429: come again in so many ms. */
void visit_too_many(struct visit *v, const char *heading, int64_t wait);
/* Has this network address asked too often?  Then 429 was answered. */
bool visit_limited(struct visit *v);
/* May somebody have a letter written to this address now (subscribers/proof/ask_limit.h)?  Else it was answered. */
bool visit_may_ask(struct visit *v, const char *mail);
/* Sets a cookie with the answer; life in seconds, 0 deletes the cookie. */
void visit_set_cookie(struct visit *v, const char *name, const char *value, int64_t life);
/* How many cookies that may be a session are looked at. */
enum { VISIT_SESSIONS_MAX = 8 };
/* The value of the nth cookie of that name, from 0, in whichever Cookie header it stands; NULL when there are not so many. */
const char *visit_cookie(struct visit *v, const char *name, size_t n);
/* Sets v->viewer and v->cookie from the first cookie that is an open session: browsers and proxies send old ones, too. */
bool visit_recognise(struct visit *v, struct error *err);
/* "/2026/brass" when s is a path of ours that a redirect may go to, else "/". */
const char *visit_local_path(const char *s);
/* For pages behind a token or a session: nobody may cache the answer or index it, and links on it send no Referer. */
void visit_private(struct visit *v);
/* What the database keeps of a person's consent: the words that were shown, and the network address. */
struct consent visit_consent(struct visit *v, const char *wording);
