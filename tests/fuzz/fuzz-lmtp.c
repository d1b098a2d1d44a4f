/* fuzz-lmtp - any bytes are a dialogue; the replies are lines, and every message has recipients and no bare CR or LF. */
#include "gateway/base/memory/mem.h"
#include "smtp/server/lmtp.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SMALL = 300 };

static void check_message(const struct buf *m)
{
	if (m->size > SMALL || memchr(m->data, '\0', m->size))
		abort();
	for (size_t i = 0; i < m->size; i++)
		if ((m->data[i] == '\r') != (i + 1 < m->size && m->data[i + 1] == '\n'))
			abort();
}

static void check_output(struct lmtp *l)
{
	struct buf *out = lmtp_output(l);
	if (out->size && (out->size < 2 || memcmp(out->data + out->size - 2, "\r\n", 2) != 0))
		abort();
	buf_drop(out, out->size);
}

static bool step(struct lmtp *l, size_t *turn)
{
	enum lmtp_answer answers[LMTP_RECIPIENTS_MAX];
	switch (lmtp_next(l)) {
	case LMTP_RECIPIENT: lmtp_answer_recipient(l, (*turn)++ % 5 ? LMTP_TAKEN : LMTP_UNKNOWN); return true;
	case LMTP_MESSAGE:
		if (!lmtp_recipients(l))
			abort();
		check_message(lmtp_message(l));
		for (size_t i = 0; i < lmtp_recipients(l); i++)
			answers[i] = (enum lmtp_answer)((*turn)++ % 3);
		lmtp_answer_message(l, answers);
		return true;
	default: return false;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct lmtp *l = lmtp_new(t, "penny.test", SMALL);
	size_t turn = 1;
	/* In pieces, as a network cuts them. */
	for (size_t at = 0, n; at < size && lmtp_next(l) != LMTP_CLOSE; at += n) {
		n = 1 + data[at] % 61;
		n = n < size - at ? n : size - at;
		lmtp_feed(l, (const char *)data + at, n);
		while (step(l, &turn))
			check_output(l);
		check_output(l);
	}
	talloc_free(t);
	return 0;
}
