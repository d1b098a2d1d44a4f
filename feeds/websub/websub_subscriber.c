#include "feeds/websub/websub_subscriber.h"
#include "feeds/websub/websub_intent.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { PARALLEL = 8, HOPS_MAX = 5, SAID_MAX = 200, UNHEARD_TRIES = 3, FAREWELL_TRIES = 5, LEASE_SECONDS = 10 * 24 * 3600, TURN_MS = 50 };
#define LONGEST_PAUSE CLOCK_DAY
#define RETRY_AFTER_MAX (2 * 24 * 3600)
/* How long a hub may take to verify; longer than any pause between two tries. */
#define PATIENCE (2 * CLOCK_DAY)
#define GONE_FOR (30 * CLOCK_DAY)

struct websub_subscriber {
	struct db *db;
	const struct config *config;
	struct http_client *client;
};

/* One request on its way. */
struct ask {
	char *token, *url, *body;
	int hops;
};

struct websub_subscriber *websub_subscriber_new(void *owner, struct db *db, const struct config *config, struct error *err)
{
	struct websub_subscriber *a = mem_new(owner, struct websub_subscriber);
	a->db = db;
	a->config = config;
	a->client = http_client_new(a, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
	if (a->client)
		return a;
	talloc_free(a);
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

static char *form_of(void *owner, const struct publication *p, const struct websub *w)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	fprintf(out, "hub.mode=%s", w->pending == WEBSUB_UNSUBSCRIBE ? "unsubscribe" : "subscribe");
	field(out, "hub.topic", w->topic);
	char *callback = websub_callback(d, p, w);
	field(out, "hub.callback", callback);
	/* Hubs of PubSubHubbub 0.3 want to be told; the others do not look at it. */
	field(out, "hub.verify", "async");
	if (w->pending == WEBSUB_SUBSCRIBE) {
		field(out, "hub.secret", w->secret);
		fprintf(out, "&hub.lease_seconds=%d", LEASE_SECONDS);
	}
	return document_finish(d, owner);
}

static bool send(struct websub_subscriber *a, struct ask *ask, struct error *err)
{
	const struct http_header headers[] = { { "Content-Type", "application/x-www-form-urlencoded" }, { 0, 0 } };
	return http_start(a->client, &(struct http_request){ .url = ask->url, .headers = headers, .body = ask->body, .body_size = strlen(ask->body),
	                                                     .tag = ask }, err);
}

static void end(struct websub *w)
{
	w->state = WEBSUB_ENDED;
	w->next_try = clock_now() + GONE_FOR;
}

/* The hub refused, or can never be asked. */
static bool refused(struct websub_subscriber *a, struct websub *w, const char *why, struct error *err)
{
	const struct websub before = *w;
	bool mine;
	if (w->state == WEBSUB_LEAVING) {
		end(w);
	} else {
		log_warning("hub refused", log_int("source", w->source), log_text("hub", w->hub), log_text("topic", w->topic), log_text("error", why));
		websub_fall_back(w, why);
	}
	return websub_record(a->db, &before, w, &mine, err);
}

/* It may work later.  The first failure is told, and the next ones are not. */
static bool failed(struct websub_subscriber *a, struct websub *w, const char *why, int64_t at_least_s, struct error *err)
{
	const struct websub before = *w;
	bool mine;
	int64_t earliest = clock_now() + at_least_s * CLOCK_SECOND;
	log_write(w->words ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "hub failed",
	          LOG_FIELDS(log_int("source", w->source), log_text("hub", w->hub), log_text("topic", w->topic), log_text("error", why)));
	w->words = mem_dup(w, why);
	if (w->next_try < earliest)
		w->next_try = earliest;
	return websub_record(a->db, &before, w, &mine, err);
}

/* What there is to send for a row: false when it only changes. */
static bool decide(struct websub *w, const struct config *config)
{
	int64_t now = clock_now();
	if (!w->source && w->state < WEBSUB_LEAVING) {
		w->state = WEBSUB_LEAVING;
		w->tries = 0;
	}
	if (w->state == WEBSUB_LEAVING && w->tries >= FAREWELL_TRIES) {
		end(w);
		return false;
	}
	if (w->state == WEBSUB_DENIED) {
		w->state = WEBSUB_WANTED;
		w->tries = 0;
	}
	w->pending = w->state == WEBSUB_LEAVING ? WEBSUB_UNSUBSCRIBE : WEBSUB_SUBSCRIBE;
	w->pending_until = now + PATIENCE;
	w->next_try = now + pause_after(config, ++w->tries);
	return true;
}

/* Taken, but never verified: most likely the hub cannot reach us. */
static void note_silence(struct websub *w, const struct publication *p)
{
	if (w->tries != UNHEARD_TRIES || w->words || w->pending != WEBSUB_SUBSCRIBE)
		return;
	w->words = mem_printf(w, "the hub takes the request but asks nothing back: can it reach %s?", p->url);
	log_warning("hub is silent", log_int("source", w->source), log_text("hub", w->hub), log_text("topic", w->topic), log_text("error", w->words));
}

/* What the hub never heard of needs no farewell. */
static bool is_forgotten(const struct websub *w)
{
	return w->state == WEBSUB_ENDED || (!w->source && w->state < WEBSUB_LEAVING && w->pending == WEBSUB_NOTHING);
}

/* What we ask for is committed before the hub hears of it, for some verify before they answer. */
static bool ask(struct websub_subscriber *a, struct websub *w, struct error *err)
{
	const struct websub before = *w;
	bool mine;
	struct error why = { 0 };
	if (is_forgotten(w))
		return websub_delete(a->db, w->id, err);
	struct publication *p = publication_by_id(w, a->db, w->publication, err);
	if (!p)
		return false;
	bool sending = decide(w, a->config);
	if (sending)
		note_silence(w, p);
	if (!websub_record(a->db, &before, w, &mine, err))
		return false;
	if (!mine || !sending)
		return true;
	struct ask *request = mem_new(a, struct ask);
	*request = (struct ask){ mem_dup(request, w->token), mem_dup(request, w->hub), form_of(request, p, w), 0 };
	if (send(a, request, &why))
		return true;
	talloc_free(request);
	return refused(a, w, why.text, err);
}

static bool is_redirect(int status) { return status == 301 || status == 302 || status == 307 || status == 308; }
static bool is_temporary(int status) { return status >= 500 || status == 408 || status == 425 || status == 429; }

/* Sends it again to where the hub says.  False: it says nothing that can be followed, and why is in err. */
static bool follow(struct websub_subscriber *a, struct ask *request, const struct http_response *r, struct error *err)
{
	const char *to = http_header(r, "Location");
	char *url = to ? url_resolve(request, request->url, to) : NULL;
	if (!url || ++request->hops > HOPS_MAX)
		return error_set(err, ERROR_PERMANENT, "'%s' answered %d and leads nowhere", request->url, r->status);
	if (text_starts(request->url, "https:") && !text_starts(url, "https:"))
		return error_set(err, ERROR_PERMANENT, "'%s' leads to '%s', where our secret would be read by others", request->url, url);
	request->url = url;
	return send(a, request, err);
}

/* What the hub answered, for the owner. */
static char *said(void *owner, const struct http_response *r)
{
	const char *type = http_header(r, "Content-Type");
	bool plain = type && text_starts(type, "text/plain") && text_utf8(r->body->data, strlen(r->body->data)) && !text_blank(r->body->data);
	if (!plain)
		return mem_printf(owner, "'%s' answered %d", r->url, r->status);
	return mem_printf(owner, "'%s' answered %d: %s", r->url, r->status, text_cut(owner, text_squeeze(owner, r->body->data), SAID_MAX));
}

static bool settle(struct websub_subscriber *a, struct ask *request, const struct http_response *r, struct error *err)
{
	struct error why = { 0 };
	if (r->done && r->status >= 200 && r->status < 300)
		return true;
	if (r->done && is_redirect(r->status) && follow(a, request, r, &why)) {
		talloc_steal(a, request);
		return true;
	}
	/* Meanwhile the hub may have denied, or nobody wants it any more. */
	struct websub *w = websub_by_token(request, a->db, request->token, err);
	if (!w)
		return err->kind == ERROR_NOT_FOUND;
	if (!r->done)
		return r->err.kind == ERROR_TEMPORARY ? failed(a, w, r->err.text, 0, err) : refused(a, w, r->err.text, err);
	if (is_temporary(r->status))
		return failed(a, w, said(w, r), http_retry_after(r, RETRY_AFTER_MAX), err);
	return refused(a, w, *why.text ? why.text : said(w, r), err);
}

static bool take(struct websub_subscriber *a, struct http_response *r, struct error *err)
{
	/* With the answer goes the request, unless it is sent on. */
	struct ask *request = talloc_steal(r, (struct ask *)r->tag);
	bool fine = settle(a, request, r, err);
	talloc_free(r);
	return fine;
}

static bool ask_due(struct websub_subscriber *a, int room, struct error *err)
{
	struct websub **all;
	void *scratch = talloc_new(NULL);
	bool fine = websub_due(scratch, a->db, room, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = ask(a, all[i], err);
	talloc_free(scratch);
	return fine;
}

bool websub_subscriber_turn(struct websub_subscriber *a, int64_t *due, struct error *err)
{
	struct http_response *r;
	int room = PARALLEL - http_running(a->client);
	if (!websub_next_due(a->db, due, err) || (*due == 0 && room > 0 && !ask_due(a, room, err)))
		return false;
	while ((r = http_next(a->client, http_running(a->client) ? TURN_MS : 0)))
		if (!take(a, r, err))
			return false;
	if (http_running(a->client) > 0)
		*due = 0;
	else if (*due == 0)
		return websub_next_due(a->db, due, err);
	return true;
}
