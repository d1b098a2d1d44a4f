#include "feeds/ingest/full_text_fetch.h"
#include "feeds/clean/clean.h"
#include "feeds/fetch/hosts.h"
#include "feeds/full_text/full_text.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <time.h>

enum { REDIRECTS = 5, PAGE_MS = 8000, PARALLEL = 8, TURN_MS = 1000 };

static int64_t left(const struct full_text_poll *poll) { return poll->deadline - clock_steady(); }

/* Waits until the host may be requested; false when that is after the deadline. */
static bool wait_for_turn(struct full_text_poll *poll, const char *link)
{
	int64_t now = clock_now(), turn = hosts_turn(poll->in->hosts, link, now);
	/* hosts_turn counts a request only when it may be sent now, so it is called again after the wait. */
	while (turn > now) {
		int64_t ms = turn - now;
		if (ms > left(poll))
			return false;
		nanosleep(&(struct timespec){ ms / 1000, (ms % 1000) * 1000000 }, NULL);
		now = clock_now();
		turn = hosts_turn(poll->in->hosts, link, now);
	}
	return true;
}

struct http_client *full_text_client(void *owner, const struct config *config, struct error *err)
{
	return http_client_new(owner, &(struct http_options){ .allow_networks = config->allow_networks, .ca_file = config->ca_file, .parallel = PARALLEL }, err);
}

bool full_text_start(struct http_client *client, const struct source *s, const char *link, int64_t left_ms, void *tag, struct error *err)
{
	int64_t ms = left_ms < PAGE_MS ? left_ms : PAGE_MS;
	if (!url_valid(link))
		return error_set(err, ERROR_INVALID, "this is no address of the web");
	return http_start(client, &(struct http_request){
		.url = link, .headers = (const struct http_header[]){ { "Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1" }, { NULL, NULL } },
		.max_size = FULL_TEXT_MAX_SIZE, .timeout_ms = ms > 0 ? (int)ms : 1, .redirects = REDIRECTS, .proxy = s->settings.proxy, .tag = tag }, err);
}

char *full_text_clean(void *owner, const char *page, size_t size, const char *type, const char *url)
{
	char *base, *clean = NULL;
	void *scratch = talloc_new(NULL);
	char *article = !type || strcasestr(type, "html") ? full_text_of(scratch, page, size, type, url, &base) : NULL;
	if (article)
		clean = clean_html(scratch, article, strlen(article), base);
	clean = text_blank(clean) ? NULL : talloc_steal(owner, clean);
	talloc_free(scratch);
	return clean;
}

void full_text_missed(const struct source *s, const char *link, const char *why)
{
	log_info("no full text", log_int("source", s->id), log_text("link", link), log_text("error", why));
}

char *full_text_article(void *owner, const struct source *s, const char *link, struct http_response *r)
{
	bool there = r->done && r->status == 200;
	char *clean = there ? full_text_clean(owner, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url) : NULL;
	if (clean)
		return clean;
	full_text_missed(s, link, !r->done ? r->err.text : there ? "the page has no article" : "the page is not there");
	return NULL;
}

char *full_text_fetch(void *owner, struct full_text_poll *poll, const char *link)
{
	struct error ignored;
	struct ingest *in = poll->in;
	if (!poll->deadline)
		poll->deadline = clock_steady() + FULL_TEXT_SECONDS * CLOCK_SECOND;
	if (!url_valid(link) || poll->pages >= FULL_TEXT_PAGES || left(poll) <= 0 || !wait_for_turn(poll, link))
		return NULL;
	poll->pages++;
	if (!in->page_client)
		in->page_client = full_text_client(in, in->config, &ignored);
	if (!in->page_client || !full_text_start(in->page_client, poll->source, link, left(poll), NULL, &ignored))
		return NULL;
	struct http_response *r = NULL;
	while (!r)
		r = http_next(in->page_client, TURN_MS);
	char *article = full_text_article(owner, poll->source, link, r);
	talloc_free(r);
	return article;
}
