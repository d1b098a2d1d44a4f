#include "feeds/websub/websub_subscriber.h"
#include "feeds/websub/websub_intent.h"
#include "gateway/base/address/url.h"
#include "gateway/base/http/http.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { PARALLEL = 8, HOPS_MAX = 5, REPLY_MAX = 200, UNVERIFIED_TRIES = 3, UNSUBSCRIBE_TRIES = 5, LEASE_SECONDS = 10 * 24 * 3600, TURN_MS = 50 };
#define LONGEST_PAUSE CLOCK_DAY
#define RETRY_AFTER_MAX (2 * 24 * 3600)
/* How long a hub may take to verify a request; longer than any pause between two tries. */
#define VERIFY_WITHIN (2 * CLOCK_DAY)
#define GONE_FOR (30 * CLOCK_DAY)

struct websub_subscriber {
	struct db *db;
	const struct config *config;
	struct http_client *client;
};

/* A request that waits for its response. */
struct request {
	char *token, *url, *body;
	int hops;
};

struct websub_subscriber *websub_subscriber_new(void *owner, struct db *db, const struct config *config, struct error *err)
{
	struct websub_subscriber *s = mem_new(owner, struct websub_subscriber);
	s->db = db;
	s->config = config;
	s->client = http_client_new(s, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
	if (s->client)
		return s;
	talloc_free(s);
	return NULL;
}

/* Each try in a row doubles the pause. */
static int64_t pause_after(const struct config *config, int tries)
{
	int64_t pause = config->poll_seconds_min > 0 ? config->poll_seconds_min * CLOCK_SECOND : config->poll_minutes * CLOCK_MINUTE;
	for (int i = 1; i < tries && pause < LONGEST_PAUSE; i++)
		pause *= 2;
	return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

static void field(FILE *out, const char *name, const char *value)
{
	fprintf(out, "&%s=", name);
	url_part(out, value);
}

static char *form_of(void *owner, const struct websub *w)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	fprintf(out, "hub.mode=%s", w->pending == WEBSUB_UNSUBSCRIBE ? "unsubscribe" : "subscribe");
	field(out, "hub.topic", w->topic);
	char *callback = websub_callback(d, w);
	field(out, "hub.callback", callback);
	/* PubSubHubbub 0.3 requires it; other hubs ignore it. */
	field(out, "hub.verify", "async");
	if (w->pending == WEBSUB_SUBSCRIBE) {
		field(out, "hub.secret", w->secret);
		fprintf(out, "&hub.lease_seconds=%d", LEASE_SECONDS);
	}
	return document_finish(d, owner);
}

static bool send(struct websub_subscriber *s, struct request *request, struct error *err)
{
	const struct http_header headers[] = { { "Content-Type", "application/x-www-form-urlencoded" }, { 0, 0 } };
	return http_start(s->client, &(struct http_request){ .url = request->url, .headers = headers, .body = request->body, .body_size = strlen(request->body),
	                                                     .tag = request }, err);
}

static void end(struct websub *w)
{
	w->state = WEBSUB_ENDED;
	w->next_try = clock_now() + GONE_FOR;
}

/* The hub refused, or the request can never be sent. */
static bool refused(struct websub_subscriber *s, struct websub *w, const char *why, struct error *err)
{
	const struct websub before = *w;
	bool mine;
	if (w->state == WEBSUB_LEAVING) {
		end(w);
	} else {
		log_warning("hub refused", log_int("source", w->source), log_text("hub", w->hub), log_text("topic", w->topic), log_text("error", why));
		websub_fall_back(w, why);
	}
	return websub_record(s->db, &before, w, &mine, err);
}

/* A temporary failure.  Only the first one is a warning in the log. */
static bool failed(struct websub_subscriber *s, struct websub *w, const char *why, int64_t at_least_s, struct error *err)
{
	const struct websub before = *w;
	bool mine;
	int64_t earliest = clock_now() + at_least_s * CLOCK_SECOND;
	log_write(w->last_error ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "hub failed",
	          LOG_FIELDS(log_int("source", w->source), log_text("hub", w->hub), log_text("topic", w->topic), log_text("error", why)));
	w->last_error = mem_dup(w, why);
	if (w->next_try < earliest)
		w->next_try = earliest;
	return websub_record(s->db, &before, w, &mine, err);
}

/* Prepares the request that is due for w.  False when there is none to send.  A publication that has moved asks for pushes to its new URL, while
 * the lease of the old callback ends by itself; and takes leave where it was heard last. */
static bool prepare(struct websub *w, const struct publication *p, const struct config *config)
{
	int64_t now = clock_now();
	if (!w->source && w->state < WEBSUB_LEAVING) {
		w->state = WEBSUB_LEAVING;
		w->tries = 0;
	}
	if (w->state == WEBSUB_LEAVING && w->tries >= UNSUBSCRIBE_TRIES) {
		end(w);
		return false;
	}
	if (w->state == WEBSUB_DENIED) {
		w->state = WEBSUB_WANTED;
		w->tries = 0;
	}
	w->pending = w->state == WEBSUB_LEAVING ? WEBSUB_UNSUBSCRIBE : WEBSUB_SUBSCRIBE;
	if (w->pending == WEBSUB_SUBSCRIBE || !*w->site)
		w->site = p->url;
	w->pending_until = now + VERIFY_WITHIN;
	w->next_try = now + pause_after(config, ++w->tries);
	return true;
}

/* The hub accepted requests but never verified one: most likely it cannot reach the callback. */
static void note_unverified(struct websub *w, const struct publication *p)
{
	if (w->tries != UNVERIFIED_TRIES || w->last_error || w->pending != WEBSUB_SUBSCRIBE)
		return;
	w->last_error = mem_printf(w, "the hub takes the request but asks nothing back: can it reach %s?", p->url);
	log_warning("hub is silent", log_int("source", w->source), log_text("hub", w->hub), log_text("topic", w->topic), log_text("error", w->last_error));
}

/* May the row be deleted: has it ended, or was no request ever sent to the hub? */
static bool is_over(const struct websub *w)
{
	return w->state == WEBSUB_ENDED || (!w->source && w->state < WEBSUB_LEAVING && w->pending == WEBSUB_NOTHING);
}

/* The row is written before the request is sent, because some hubs verify before they answer. */
static bool subscribe(struct websub_subscriber *s, struct websub *w, struct error *err)
{
	const struct websub before = *w;
	bool mine;
	struct error why = { 0 };
	if (is_over(w))
		return websub_delete(s->db, w->id, err);
	struct publication *p = publication_by_id(w, s->db, w->publication, err);
	if (!p)
		return false;
	bool sending = prepare(w, p, s->config);
	if (sending)
		note_unverified(w, p);
	if (!websub_record(s->db, &before, w, &mine, err))
		return false;
	if (!mine || !sending)
		return true;
	struct request *request = mem_new(s, struct request);
	*request = (struct request){ mem_dup(request, w->token), mem_dup(request, w->hub), form_of(request, w), 0 };
	if (send(s, request, &why))
		return true;
	talloc_free(request);
	return refused(s, w, why.text, err);
}

static bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }
static bool is_temporary(int status) { return status >= 500 || status == 408 || status == 425 || status == 429; }

/* Follows a redirect.  False: it cannot be followed, as err says. */
static bool follow(struct websub_subscriber *s, struct request *request, const struct http_response *r, struct error *err)
{
	const char *to = http_header(r, "Location");
	char *url = to ? url_resolve(request, request->url, to) : NULL;
	if (!url || ++request->hops > HOPS_MAX)
		return error_set(err, ERROR_PERMANENT, "'%s' answered %d and leads nowhere", request->url, r->status);
	if (text_starts(request->url, "https:") && !text_starts(url, "https:"))
		return error_set(err, ERROR_PERMANENT, "'%s' leads to '%s', where our secret would be read by others", request->url, url);
	request->url = url;
	return send(s, request, err);
}

/* The hub's response, as text for the owner. */
static char *reply_text(void *owner, const struct http_response *r)
{
	const char *type = http_header(r, "Content-Type");
	bool plain = type && text_starts(type, "text/plain") && text_utf8(r->body->data, strlen(r->body->data)) && !text_blank(r->body->data);
	if (!plain)
		return mem_printf(owner, "'%s' answered %d", r->url, r->status);
	return mem_printf(owner, "'%s' answered %d: %s", r->url, r->status, text_cut(owner, text_squeeze(owner, r->body->data), REPLY_MAX));
}

static bool settle(struct websub_subscriber *s, struct request *request, const struct http_response *r, struct error *err)
{
	struct error why = { 0 };
	if (r->done && r->status >= 200 && r->status < 300)
		return true;
	if (r->done && is_redirect(r->status) && follow(s, request, r, &why)) {
		talloc_steal(s, request);
		return true;
	}
	/* The row is read again: the hub may have denied the subscription meanwhile, or the source may be gone. */
	struct websub *w = websub_by_token(request, s->db, request->token, err);
	if (!w)
		return err->kind == ERROR_NOT_FOUND;
	if (!r->done)
		return r->err.kind == ERROR_TEMPORARY ? failed(s, w, r->err.text, 0, err) : refused(s, w, r->err.text, err);
	if (is_temporary(r->status))
		return failed(s, w, reply_text(w, r), http_retry_after(r, RETRY_AFTER_MAX), err);
	return refused(s, w, *why.text ? why.text : reply_text(w, r), err);
}

static bool take(struct websub_subscriber *s, struct http_response *r, struct error *err)
{
	/* The request is freed with the response, unless it follows a redirect. */
	struct request *request = talloc_steal(r, (struct request *)r->tag);
	bool fine = settle(s, request, r, err);
	talloc_free(r);
	return fine;
}

static bool send_due(struct websub_subscriber *s, int room, struct error *err)
{
	struct websub **all;
	void *scratch = talloc_new(NULL);
	bool fine = websub_due(scratch, s->db, room, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = subscribe(s, all[i], err);
	talloc_free(scratch);
	return fine;
}

bool websub_subscriber_turn(struct websub_subscriber *s, int64_t *due, struct error *err)
{
	struct http_response *r;
	int room = PARALLEL - http_running(s->client);
	if (!websub_next_due(s->db, due, err) || (*due == 0 && room > 0 && !send_due(s, room, err)))
		return false;
	while ((r = http_next(s->client, http_running(s->client) ? TURN_MS : 0)))
		if (!take(s, r, err))
			return false;
	if (http_running(s->client) > 0)
		*due = 0;
	else if (*due == 0)
		return websub_next_due(s->db, due, err);
	return true;
}
