#include "feeds/full_text_fetch.h"
#include "feeds/clean.h"
#include "feeds/full_text.h"
#include "feeds/hosts.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include <string.h>
#include <time.h>

enum { REDIRECTS = 5, PAGE_MS = 8000 };

static int64_t left(const struct full_text_poll *poll) { return poll->deadline - clock_steady(); }

/* Waits for the host's turn; false when that comes too late. */
static bool wait_for_turn(struct full_text_poll *poll, const char *link)
{
	int64_t now = clock_now(), turn = hosts_turn(poll->in->hosts, link, now);
	/* A turn that has not come yet is asked for again when it has. */
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

static struct http_response *ask(void *owner, struct full_text_poll *poll, const char *link, struct error *err)
{
	struct ingest *in = poll->in;
	int64_t ms = left(poll) < PAGE_MS ? left(poll) : PAGE_MS;
	if (!in->pages)
		in->pages = http_client_new(in, &(struct http_options){ .allow_networks = in->config->allow_networks, .ca_file = in->config->ca_file, .parallel = 1 }, err);
	if (!in->pages)
		return NULL;
	return http_fetch(owner, in->pages, &(struct http_request){
		.url = link, .headers = (const struct http_header[]){ { "Accept", "text/html, application/xhtml+xml;q=0.9, */*;q=0.1" }, { NULL, NULL } },
		.max_size = FULL_TEXT_MAX_SIZE, .timeout_ms = ms > 0 ? (int)ms : 1, .redirects = REDIRECTS, .proxy = poll->source->settings.proxy }, err);
}

static bool is_html(const struct http_response *r)
{
	const char *type = http_header(r, "Content-Type");
	return !type || strcasestr(type, "html");
}

static char *article_in(void *owner, struct http_response *r)
{
	char *base, *article = r->status == 200 && is_html(r) ? full_text_of(r, r->body->data, r->body->size, http_header(r, "Content-Type"), r->url, &base) : NULL;
	char *clean = article ? clean_html(owner, article, strlen(article), base) : NULL;
	return text_blank(clean) ? NULL : clean;
}

char *full_text_fetch(void *owner, struct full_text_poll *poll, const char *link)
{
	struct error err = { 0 };
	if (!poll->deadline)
		poll->deadline = clock_steady() + FULL_TEXT_SECONDS * CLOCK_SECOND;
	if (!url_valid(link) || poll->pages >= FULL_TEXT_PAGES || left(poll) <= 0 || !wait_for_turn(poll, link))
		return NULL;
	poll->pages++;
	struct http_response *r = ask(NULL, poll, link, &err);
	char *article = r ? article_in(owner, r) : NULL;
	if (!article)
		log_info("no full text", log_int("source", poll->source->id), log_text("link", link),
		         log_text("error", err.kind ? err.text : r && r->status != 200 ? "the page is not there" : "the page has no article"));
	talloc_free(r);
	return article;
}
