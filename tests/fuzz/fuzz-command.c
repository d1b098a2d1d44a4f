/* fuzz-command - any line is an address, and any bytes behind it a message to it, from anybody: what is read of them is UTF-8 on one line, an address
 * of ours comes back the same, and an answer or a draft is made of them or is none. */
#include "gateway/archive/mail/list_address.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/inbound/answer.h"
#include "gateway/inbound/posting.h"
#include "smtp/report/part.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINE_MAX_HERE = 1000 };

static void check(const char *s, size_t most)
{
	if (strlen(s) > most || !text_utf8(s, strlen(s)))
		abort();
}

static void check_line(const char *s, size_t most)
{
	check(s, most);
	if (strpbrk(s, "\r\n"))
		abort();
}

/* What we would write for what was read is read as the same. */
static void check_address(void *t, const struct list_address *read)
{
	struct publication p = { .handle = read->handle };
	struct list_address again;
	if (read->command == LIST_NO_COMMAND || strchr(read->domain, '@'))
		return;
	char *written = list_address(t, &p, read->domain, read->command, *read->token ? read->token : NULL);
	/* The publication itself has no word that a token could stand behind. */
	if (read->command == LIST_POST && *read->token)
		return;
	if (!list_address_read(t, written, &again) || strcmp(again.handle, read->handle) != 0 || again.command != read->command ||
	    strcmp(again.token, read->token) != 0 || strcmp(again.domain, read->domain) != 0)
		abort();
}

static void read_message(void *t, const struct mail_in *m)
{
	struct publication p = { .id = 1, .handle = "tides", .name = "Tides", .secret = "secret", .time_zone = "UTC", .url = "https://tides.example", .mail_from = "post@lists.example" };
	struct error err;
	struct letter_in *l = letter_in_read(t, m);
	check_line(l->subject, LINE_MAX_HERE);
	check_line(l->name, LINE_MAX_HERE);
	check(l->text, PART_SIZE_MAX);
	if (l->from)
		check_line(l->from, LINE_MAX_HERE);
	posting_read(t, &p, l, &err);
	struct answer *a = answer_read(t, &p, m, l);
	if (a)
		check(answer_reply(a)->content, PART_SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	const char *text = (const char *)data, *end = size ? memchr(text, '\n', size) : NULL;
	size_t line = end ? (size_t)(end - text) : size, rest = end ? line + 1 : size;
	char *to = mem_ndup(t, text, line);
	struct list_address read;
	if (list_address_read(t, to, &read))
		check_address(t, &read);
	struct mail_in m = { .publication = 1, .recipient = to, .sender = "ada@mail.test", .message = talloc_memdup(t, text + rest, size - rest), .size = size - rest };
	read_message(t, &m);
	talloc_free(t);
	return 0;
}
