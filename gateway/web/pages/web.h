#pragma once
/*
 * web - the door of pages: what the routes of the web role share.
 *
 * A route gets a visit: the exchange, who is asking, and what the role keeps
 * between requests.  It answers in HTML through visit_page, or by
 * exchange_answer.  GET and HEAD change nothing; a POST that did something
 * answers 303 to a page that shows it.
 */
#include "gateway/base/config/config.h"
#include "gateway/base/template/template.h"
#include "gateway/web/server/exchange.h"
#include "subscribers/gate/gate.h"
#include <jansson.h>

struct limiter;

struct web {
	const struct config *config;
	struct db *db;
	struct template_set *templates;
	struct limiter *limiter;
	const char *style; /* path of the style sheet, which changes with its content */
};

struct visit {
	struct web *web;
	struct exchange *x;
	void *owner;             /* the exchange's */
	struct viewer viewer;
	const char *cookie;      /* of the session, or NULL */
	const char *const *parts;/* what the stars of the route's pattern stand for */
	bool shared;             /* out: the answer is the same for every anonymous visitor */
};

typedef void web_route(struct visit *v);

/* One per page file; the table is in routes.c. */
web_route page_home, page_archive, page_archive_year, page_tag, page_post;
web_route page_subscribe, page_subscribe_send, page_inbox, page_code, page_confirm, page_confirm_use;
web_route page_sign_in, page_sign_in_send, page_sign_out, page_me;
web_route page_leave, page_leave_use, page_leave_undo;
web_route page_feed_rss, page_feed_atom, page_feeds, page_privacy, page_follow, page_robots, page_asset;
web_route page_letters, page_letter, page_letter_html, page_letter_raw;
web_route page_websub, page_websub_push;
/* How large the body of a request for path may be: feeds are pushed whole, but only to who asked for them. */
size_t page_websub_room(struct web *web, const char *path);

/* Finds the route and runs it: always leaves an answer. */
void web_answer(struct web *web, struct exchange *x, bool *shared);

/* Renders a template with data (which is taken over) under the publication's common fields; title and heading are
 * what data says, else the publication's name. */
void visit_page(struct visit *v, int status, const char *template_name, json_t *data);
/* A page with one heading and one sentence, for errors and small news. */
void visit_note(struct visit *v, int status, const char *heading, const char *text);
/* 500 with err in the log and nothing of it on the page. */
void visit_failed(struct visit *v, const struct error *err);
/* 303 to a path of this publication. */
void visit_go(struct visit *v, const char *path);
/* A field of the posted form, trimmed and at most 1000 bytes; NULL when absent.  For GET: of the query. */
const char *visit_field(struct visit *v, const char *name);
/* Has this network address asked too often?  Then 429 was answered. */
bool visit_limited(struct visit *v);
/* Is a cookie to be set on the answer; life in seconds, 0 deletes it. */
void visit_set_cookie(struct visit *v, const char *name, const char *value, int64_t life);
const char *visit_cookie(struct visit *v, const char *name);
/* "/2026/brass" when s is a path of ours that a redirect may go to, else "/". */
const char *visit_local_path(const char *s);
/* The answer must not be kept by anybody, nor tell where it came from: for pages behind a token or a session. */
void visit_private(struct visit *v);

/* The rows of a list of entries, grouped by year, as the template "years" wants them. */
json_t *view_years(struct visit *v, const struct gate *gate, struct entry **entries, bool with_counts);
/* One row of a list, as the template "row" wants it. */
json_t *view_row(struct visit *v, const struct gate *gate, const struct entry *e);
/* "page", "pages", "newer", "older" for the template "pages"; NULL when one page holds all. */
json_t *view_pager(struct visit *v, const char *path, int64_t page, int64_t total, int64_t per_page);
/* The page number of ?page=N, 1 when there is none; 0 when it is no page number (answer 404). */
int64_t view_page_number(struct visit *v);
/* Minutes to read so many words, at least 1. */
long long view_minutes(size_t words);
/* "1 post", "62 posts" */
char *view_count(void *owner, int64_t n, const char *one, const char *many);
