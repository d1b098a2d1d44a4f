/* The callbacks that hubs ask to verify a subscription and push feeds to (feeds/websub/websub.h). */
#include "feeds/parse/feed.h"
#include "feeds/websub/websub_intent.h"
#include "feeds/websub/websub_push.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/web/pages/page.h"
#include <stdlib.h>
#include <string.h>

static void say(struct visit *v, int status, const char *text)
{
	fputs(text, exchange_answer(v->x, status, "text/plain; charset=utf-8"));
	exchange_reply(v->x, "Cache-Control", "no-store");
}

static void say_later(struct visit *v, const struct error *err)
{
	log_error("hub not served", log_text("error", err->text));
	say(v, 503, "Please come again in a moment.\n");
	exchange_reply(v->x, "Retry-After", "60");
}

/* Milliseconds of a number of seconds; 0 for what is none. */
static int64_t lease_of(const char *seconds)
{
	if (!seconds || !*seconds || strlen(seconds) > 10 || seconds[strspn(seconds, "0123456789")])
		return 0;
	return strtoll(seconds, NULL, 10) * CLOCK_SECOND;
}

/* A shorter lease would have us renew more often than poll. */
static int64_t least_lease(const struct config *config)
{
	return config->poll_seconds_min > 0 ? config->poll_seconds_min * CLOCK_SECOND : config->poll_minutes * CLOCK_MINUTE;
}

/* WebSub verifies a subscription by a GET that changes its state.  It is guarded by the token and by what we asked for. */
void page_websub(struct visit *v)
{
	const char *query = v->x->query ? v->x->query : "";
	const char *challenge = url_form_value(v->owner, query, "hub.challenge");
	struct websub_intent intent = {
		.mode = url_form_value(v->owner, query, "hub.mode"), .topic = url_form_value(v->owner, query, "hub.topic"),
		.lease = lease_of(url_form_value(v->owner, query, "hub.lease_seconds")), .reason = url_form_value(v->owner, query, "hub.reason"),
	};
	struct error err = { 0 };
	bool agreed = false, denied = intent.mode && strcmp(intent.mode, "denied") == 0;
	/* A hub never asks with HEAD. */
	if (strcmp(v->x->method, "GET") == 0 && (challenge || denied) &&
	    !websub_intent(v->x->db, v->parts[0], &intent, least_lease(v->pages->config), &agreed, &err)) {
		say_later(v, &err);
		return;
	}
	if (agreed)
		log_info(denied ? "hub denies" : "hub verified", log_text("mode", intent.mode), log_text("topic", intent.topic), log_text("reason", intent.reason),
		         log_int("lease_seconds", intent.lease / CLOCK_SECOND));
	say(v, agreed ? 200 : 404, !agreed ? "Nobody here asked for that.\n" : denied ? "" : challenge);
}

void page_websub_push(struct visit *v)
{
	const struct exchange *x = v->x;
	struct websub_delivery delivery = { exchange_header(x, "X-Hub-Signature"), exchange_header(x, "Content-Type"), x->body, x->body_size };
	struct error err = { 0 };
	enum websub_push_result result;
	if (!websub_push_receive(x->db, v->parts[0], &delivery, &result, &err)) {
		say_later(v, &err);
		return;
	}
	switch (result) {
	/* A forged push gets the same answer as a genuine one. */
	case WEBSUB_PUSH_BAD_SIGNATURE:
	case WEBSUB_PUSH_ACCEPTED: say(v, 202, ""); break;
	case WEBSUB_PUSH_UNKNOWN: say(v, 404, "There is no such callback.\n"); break;
	case WEBSUB_PUSH_ENDED: say(v, 410, "Nobody here wants that any more.\n"); break;
	}
}

size_t page_websub_room(struct db *db, const char *path)
{
	static const char prefix[] = "/websub/";
	struct error ignored;
	if (strncmp(path, prefix, sizeof prefix - 1) != 0)
		return EXCHANGE_MAX_BODY;
	struct websub *w = websub_by_token(NULL, db, path + sizeof prefix - 1, &ignored);
	size_t room = w && w->source ? FEED_MAX_SIZE : EXCHANGE_MAX_BODY;
	talloc_free(w);
	return room;
}
