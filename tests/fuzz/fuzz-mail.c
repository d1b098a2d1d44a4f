/* fuzz-mail - any bytes are a mail; what is made of them is UTF-8, and within the limits. */
#include "feeds/mail/mail_post.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *s)
{
	if (s && !text_utf8(s, strlen(s)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct error err;
	struct mail_message *m = mail_message_read(t, (const char *)data, size);
	check(m->subject);
	check(m->from.name);
	check(m->from.email);
	check(m->id);
	if (m->section_count > 2 * MAIL_PARTS_MAX || m->file_count > MAIL_PARTS_MAX)
		abort();
	struct feed *feed = mail_post_feed(t, (const char *)data, size, "any:mx.example", &err);
	for (size_t i = 0; feed && i < feed->count; i++) {
		check(feed->entries[i]->title);
		check(feed->entries[i]->content);
		check(feed->entries[i]->guid);
	}
	talloc_free(t);
	return 0;
}
