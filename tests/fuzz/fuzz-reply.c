/* fuzz-reply - whatever a server answers, taken at once or byte by byte, gives the same replies, within their caps. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/client/ehlo.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct reply *r)
{
	struct ehlo offers;
	ehlo_read(&offers, r);
	if (r->code < 200 || r->code > 599 || r->count < 1 || !text_utf8(r->text, strlen(r->text)) || strlen(r->text) > REPLY_TEXT_MAX + 8)
		abort();
	if (*r->status && r->status[0] != '0' + r->code / 100)
		abort();
	for (const char *p = r->text; *p; p++)
		if ((unsigned char)*p < ' ')
			abort();
}

/* How many replies are taken, and how it ends; step bytes come at a time. */
static size_t replies(void *t, const uint8_t *data, size_t size, size_t step, enum reply_take *last)
{
	struct buf *in = buf_new(t, 1 << 20);
	size_t n = 0;
	*last = REPLY_INCOMPLETE;
	while (size && *last != REPLY_BROKEN) {
		step = step < size ? step : size;
		buf_add(in, data, step);
		data += step;
		size -= step;
		struct reply r;
		while ((*last = reply_take(t, in, &r)) == REPLY_TAKEN) {
			check(&r);
			n++;
		}
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	void *t = talloc_new(NULL);
	enum reply_take one, other;
	if (replies(t, data, size, size, &one) != replies(t, data, size, 1, &other) || one != other)
		abort();
	talloc_free(t);
	return 0;
}
