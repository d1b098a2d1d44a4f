/* Whatever an SMTP server may answer, in pieces: the first byte is the size of a piece. */
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "smtp/ehlo.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static bool take_all(void *t, struct buf *in)
{
	struct reply r;
	struct ehlo e;
	enum reply_take took;
	while ((took = reply_take(t, in, &r)) == REPLY_TAKEN) {
		if (strlen(r.text) > REPLY_TEXT_MAX || !text_utf8(r.text, strlen(r.text)) || strpbrk(r.text, "\r\n") || r.code < 200 || r.count == 0)
			abort();
		ehlo_read(&e, &r);
	}
	return took != REPLY_BROKEN;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct buf *in = buf_new(t, 1 << 20);
	size_t piece = size ? data[0] + 1 : 1;
	for (size_t at = 1; at < size; at += piece)
		if (!buf_add(in, data + at, at + piece < size ? piece : size - at) || !take_all(t, in))
			break;
	talloc_free(t);
	return 0;
}
