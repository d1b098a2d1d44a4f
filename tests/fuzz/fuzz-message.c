/* fuzz-message - no value adds a header or breaks a line, and the text is read again as it was written. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/message/message.h"
#include "smtp/message/parts.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { VALUES = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help",
                                     "List-Archive", "List-Post", "Precedence", "Archived-At", "Feedback-ID", "Content-Language", "MIME-Version", "Content-Type" };

/* Every header is one of ours and stands once; lines end with CRLF and have at most 998 octets of ASCII. */
static void check_headers(const char *message, const char *end)
{
	bool seen[sizeof names / sizeof *names] = { false };
	for (const char *line = message; line < end;) {
		size_t n = strcspn(line, "\r"), i = 0;
		while (*line != ' ' && i < sizeof names / sizeof *names && (strncasecmp(line, names[i], strlen(names[i])) != 0 || line[strlen(names[i])] != ':'))
			i++;
		if (*line != ' ' && (i == sizeof names / sizeof *names || seen[i]))
			abort();
		if (*line != ' ')
			seen[i] = true;
		line += n + 2;
	}
}

static void check_lines(const char *message)
{
	for (const char *line = message; *line;) {
		size_t n = strcspn(line, "\r\n");
		if (n > 998 || line[n] != '\r' || line[n + 1] != '\n')
			abort();
		for (size_t i = 0; i < n; i++)
			if (line[i] & 0x80)
				abort();
		line += n + 2;
	}
}

/* Line ends are all one, and those at the end do not count. */
static char *unified(void *t, const char *text)
{
	char *lines = text_replace(t, text, "\r", "");
	size_t n = strlen(lines);
	while (n && lines[n - 1] == '\n')
		lines[--n] = '\0';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	char *values[VALUES], *rest = mem_ndup(t, (const char *)data, size);
	for (size_t i = 0; i < VALUES; i++) {
		char *next = i + 1 < VALUES ? strchr(rest, '|') : NULL;
		values[i] = next ? mem_ndup(t, rest, (size_t)(next - rest)) : mem_dup(t, rest);
		rest = next ? next + 1 : rest + strlen(rest);
	}
	struct message m = { .from = "post@news.test", .from_name = values[0], .to = "ada@mail.test", .subject = values[1], .id = values[2], .date = 1795382045000,
	                     .list_id = "lamp.news.test", .list_name = values[0], .unsubscribe = values[3], .archive = values[3], .archived_at = values[3], .help = values[3],
	                     .feedback_id = values[4], .language = values[4], .text = values[5], .html = values[5] };
	size_t bytes_size;
	char *bytes = message_compose(t, &m, &bytes_size);
	check_headers(bytes, strstr(bytes, "\r\n\r\n") + 2);
	check_lines(bytes);
	struct parts *p = parts_read(t, bytes, bytes_size);
	if (!p)
		abort();
	if (text_utf8(values[5], strlen(values[5])) && strcmp(unified(t, p->text), unified(t, values[5])) != 0)
		abort();
	talloc_free(t);
	return 0;
}
