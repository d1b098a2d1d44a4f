/* What a helper answers, which may be all but an answer.  What is taken can be walked, and written again to the same bytes. */
#include "feeds/helper/helper_message.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(void *t, const struct helper_answer *a, const char *body, size_t size)
{
	struct buf *out = buf_new(t, HELPER_ANSWER_MAX);
	if (!helper_message_write(out, &helper_answer_type, a) || out->size != size + HELPER_HEAD || memcmp(out->data + HELPER_HEAD, body, size) != 0)
		abort();
	for (size_t i = 0; i < a->count; i++)
		if (a->ready[i].at != i || a->ready[i].text->tag_count != a->ready[i].entry->tag_count || strlen(a->ready[i].entry->content) > size || (feed_base(a->feed, i) && !a->feed->entries[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *body = mem_array(t, char, size + 1);
	if (size)
		memcpy(body, data, size);
	struct helper_answer *a = helper_message_answer(t, body, size);
	if (a)
		again(t, a, body, size);
	talloc_free(t);
	return 0;
}
