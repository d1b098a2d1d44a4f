#include "gateway/base/http.h"
#include "gateway/base/clock.h"
#include "gateway/base/http_transfer.h"
#include "gateway/base/mem.h"
#include "gateway/base/network.h"
#include "gateway/base/text.h"
#include "gateway/base/url.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { PARALLEL = 20, PER_HOST = 4, LOOK_AHEAD = 500, POLL_MS = 1000 };

struct http_client {
	CURLM *multi;
	struct http_rules rules;
	int parallel;
	struct transfer *waiting, *waiting_last; /* in the order of http_start */
	struct transfer *active;
	struct transfer *finished, *finished_last;
	int active_count, count; /* count: started and not yet taken */
};

static void push(struct transfer **first, struct transfer **last, struct transfer *t)
{
	t->next = NULL;
	if (*first)
		(*last)->next = t;
	else
		*first = t;
	*last = t;
}

static int client_free(struct http_client *c)
{
	for (struct transfer *t = c->active; t; t = t->next)
		curl_multi_remove_handle(c->multi, t->easy);
	curl_multi_cleanup(c->multi);
	return 0;
}

static bool read_networks(struct http_client *c, const char *const *texts, struct error *err)
{
	size_t n = 0;
	while (texts && texts[n])
		n++;
	c->rules.networks = mem_array(c, struct network, n + 1);
	c->rules.network_count = n;
	for (size_t i = 0; i < n; i++)
		if (!network_parse(texts[i], &c->rules.networks[i], err))
			return error_prefix(err, "allow_networks: ");
	return true;
}

struct http_client *http_client_new(void *owner, const struct http_options *options, struct error *err)
{
	static const struct http_options none;
	if (!options)
		options = &none;
	struct http_client *c = mem_new(owner, struct http_client);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	c->multi = mem_check(curl_multi_init());
	talloc_set_destructor(c, client_free);
	c->parallel = options->parallel > 0 ? options->parallel : PARALLEL;
	c->rules.user_agent = mem_dup(c, options->user_agent ? options->user_agent : "Pennypost/" PENNYPOST_VERSION);
	c->rules.ca_file = mem_dup_or_null(c, options->ca_file);
	curl_multi_setopt(c->multi, CURLMOPT_MAXCONNECTS, (long)c->parallel * 2);
	if (read_networks(c, options->allow_networks, err))
		return c;
	talloc_free(c);
	return NULL;
}

bool http_start(struct http_client *c, const struct http_request *request, struct error *err)
{
	struct transfer *t = transfer_new(c, &c->rules, request, err);
	if (!t)
		return false;
	push(&c->waiting, &c->waiting_last, t);
	c->count++;
	return true;
}

int http_running(const struct http_client *c) { return c->count; }

static int active_at(const struct http_client *c, const char *host)
{
	int n = 0;
	for (const struct transfer *t = c->active; t; t = t->next)
		n += strcmp(t->host, host) == 0;
	return n;
}

/* Begins waiting transfers, in their order, as far as the limits allow. */
static void begin(struct http_client *c)
{
	struct transfer **at = &c->waiting, *last = NULL;
	for (int looked = 0; *at && c->active_count < c->parallel && looked < LOOK_AHEAD; looked++) {
		struct transfer *t = *at;
		if (active_at(c, t->host) >= PER_HOST) {
			last = t;
			at = &t->next;
			continue;
		}
		*at = t->next;
		if (c->waiting_last == t)
			c->waiting_last = last;
		t->next = c->active;
		c->active = t;
		c->active_count++;
		curl_multi_add_handle(c->multi, t->easy);
	}
}

static void deactivate(struct http_client *c, struct transfer *t)
{
	curl_multi_remove_handle(c->multi, t->easy);
	struct transfer **at = &c->active;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	c->active_count--;
}

/* Sorts out what curl has finished: a redirect goes round again, the rest is ready to be taken. */
static void collect(struct http_client *c)
{
	CURLMsg *msg;
	int left;
	while ((msg = curl_multi_info_read(c->multi, &left))) {
		struct transfer *t;
		CURLcode code = msg->data.result;
		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &t);
		deactivate(c, t);
		if (transfer_again(t, code))
			push(&c->waiting, &c->waiting_last, t);
		else
			push(&c->finished, &c->finished_last, t);
	}
}

struct http_response *http_next(struct http_client *c, int timeout_ms)
{
	int64_t end = clock_now() + timeout_ms;
	for (;;) {
		int running;
		begin(c);
		curl_multi_perform(c->multi, &running);
		collect(c);
		if (c->finished) {
			struct transfer *t = c->finished;
			c->finished = t->next;
			c->count--;
			return transfer_response(t);
		}
		int64_t left = end - clock_now();
		if (c->count == 0 || left <= 0)
			return NULL;
		if (c->active)
			curl_multi_poll(c->multi, NULL, 0, left < POLL_MS ? (int)left : POLL_MS, NULL);
	}
}

struct http_response *http_fetch(void *owner, struct http_client *c, const struct http_request *request, struct error *err)
{
	struct http_response *r = NULL;
	if (!http_start(c, request, err))
		return NULL;
	while (!r)
		r = http_next(c, POLL_MS);
	if (r->done)
		return talloc_steal(owner, r);
	*err = r->err;
	talloc_free(r);
	return NULL;
}

const char *http_header(const struct http_response *r, const char *name)
{
	for (const struct http_header *h = r->headers; h && h->name; h++)
		if (text_same(h->name, name))
			return h->value;
	return NULL;
}

int64_t http_retry_after(const struct http_response *r, int64_t max)
{
	const char *text = http_header(r, "Retry-After");
	int64_t when, seconds = -1;
	if (!text)
		return -1;
	if (*text >= '0' && *text <= '9')
		seconds = strtoll(text, NULL, 10);
	else if (clock_parse_rfc5322(text, &when))
		seconds = (when - clock_now()) / CLOCK_SECOND;
	else
		return -1;
	return seconds < 0 ? 0 : seconds > max ? max : seconds;
}
