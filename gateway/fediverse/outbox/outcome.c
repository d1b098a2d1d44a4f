#include "gateway/fediverse/outbox/outcome.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define LONGEST_WAIT (24 * 60 * 60) /* seconds: what Retry-After may ask for */
enum { WORDS_MAX = 200 };

/* "HTTP 403: domain is blocked": the status, and the beginning of the body as one printable line. */
static char *words_of(void *owner, const struct http_response *response)
{
	void *scratch = talloc_new(NULL);
	size_t size = response->body ? response->body->size : 0;
	char *text = mem_ndup(scratch, size ? response->body->data : "", size < 4096 ? size : 4096);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	char *line = text_cut(scratch, text_squeeze(scratch, text), WORDS_MAX);
	bool readable = *line && text_utf8(line, strlen(line)) && *line != '<';
	char *words = readable ? mem_printf(owner, "HTTP %d: %s", response->status, line) : mem_printf(owner, "HTTP %d", response->status);
	talloc_free(scratch);
	return words;
}

/* The first range that includes the status applies. */
static const struct {
	int from, to;
	enum delivery_state state;
	enum delivery_reason reason;
} meanings[] = {
	{ 200, 299, DELIVERY_DELIVERED, DELIVERY_NO_REASON },
	{ 300, 399, DELIVERY_DEFERRED, DELIVERY_NETWORK },
	{ 401, 401, DELIVERY_DEFERRED, DELIVERY_POLICY }, /* the peer may have failed to fetch our key */
	{ 403, 403, DELIVERY_FAILED, DELIVERY_POLICY },
	{ 404, 404, DELIVERY_FAILED, DELIVERY_DEAD },
	{ 408, 408, DELIVERY_DEFERRED, DELIVERY_NETWORK },
	{ 410, 410, DELIVERY_FAILED, DELIVERY_DEAD },
	{ 429, 429, DELIVERY_DEFERRED, DELIVERY_THROTTLED },
	{ 400, 499, DELIVERY_FAILED, DELIVERY_CONTENT },
	{ 503, 503, DELIVERY_DEFERRED, DELIVERY_THROTTLED },
	{ 0, 999, DELIVERY_DEFERRED, DELIVERY_NETWORK },
};

bool outcome_is_moved(const struct http_response *r)
{
	return r->done && (r->status == 404 || r->status == 410 || (r->status >= 300 && r->status < 400));
}

void outcome_read(void *owner, const struct http_response *r, int tries, struct delivery_outcome *o)
{
	if (!r->done) {
		o->state = r->err.kind == ERROR_PERMANENT ? DELIVERY_FAILED : DELIVERY_DEFERRED;
		o->reason = DELIVERY_NETWORK;
		o->words = mem_dup(owner, r->err.text);
		return;
	}
	int64_t seconds = http_retry_after(r, LONGEST_WAIT);
	size_t i = 0;
	while (r->status < meanings[i].from || r->status > meanings[i].to)
		i++;
	o->state = meanings[i].state;
	o->reason = meanings[i].reason;
	o->words = words_of(owner, r);
	if (seconds > 0)
		o->retry_after = seconds * CLOCK_SECOND;
	if (o->reason == DELIVERY_DEAD && tries + 1 < OUTCOME_DEAD_TRIES)
		o->state = DELIVERY_DEFERRED;
}
