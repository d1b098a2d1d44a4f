#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/message/message.h"
#include "smtp/message/parts.h"
#include "tap.h"
#include <ctype.h>
#include <strings.h>

/* 2026-11-22 21:14:05 UTC */
#define WHEN INT64_C(1795382045000)

static const struct message plain = { .from = "post@news.test", .to = "ada@mail.test", .subject = "Tides", .id = "1@news.test", .date = WHEN, .text = "Hello\n", .html = "<p>Hello\n" };
static const struct message full = {
	.from = "post@news.test", .from_name = "The Lamp Room", .to = "ada@mail.test", .reply_to = "editor@news.test", .subject = "Tides", .id = "1@news.test", .date = WHEN,
	.list_id = "lamp.news.test", .list_name = "The Lamp Room", .unsubscribe = "https://news.test/u/abc", .archive = "https://news.test/archive",
	.archived_at = "https://news.test/2026/tides", .help = "https://news.test/privacy", .feedback_id = "1:2:letter:pennypost", .language = "en", .automatic = true,
	.text = "caf\xc3\xa9 = 1\n.\nFrom here \n", .html = "<p>caf\xc3\xa9</p>\n",
};

#define BOUNDARY "=_4ad0b3b23bf72332488206076f0afbf3"

static const char full_bytes[] =
	"From: The Lamp Room <post@news.test>\r\nTo: ada@mail.test\r\nReply-To: editor@news.test\r\nSubject: Tides\r\nDate: Sun, 22 Nov 2026 21:14:05 +0000\r\n"
	"Message-ID: <1@news.test>\r\nList-Id: The Lamp Room <lamp.news.test>\r\nList-Unsubscribe: <https://news.test/u/abc>\r\n"
	"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nList-Help: <https://news.test/privacy>\r\nList-Archive: <https://news.test/archive>\r\n"
	"List-Post: NO\r\nPrecedence: list\r\nArchived-At: <https://news.test/2026/tides>\r\nFeedback-ID: 1:2:letter:pennypost\r\n"
	"Auto-Submitted: auto-generated\r\nContent-Language: en\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" BOUNDARY "\"\r\n\r\n"
	"--" BOUNDARY "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	"caf=C3=A9 =3D 1\r\n=2E\r\n=46rom here=20\r\n\r\n--" BOUNDARY "\r\nContent-Type: text/html; charset=utf-8\r\n"
	"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=C3=A9</p>\r\n\r\n--" BOUNDARY "--\r\n";

/* How often a header stands. */
static int times(const char *message, const char *name)
{
	int n = 0;
	const char *end = strstr(message, "\r\n\r\n");
	for (const char *line = message; line < end; line = strstr(line, "\r\n") + 2)
		n += strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':';
	return n;
}

static size_t longest_line(const char *message)
{
	size_t longest = 0;
	for (const char *line = message; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strcspn(line, "\r\n") > longest)
			longest = strcspn(line, "\r\n");
	return longest;
}

/* RFC 5322 section 2.1: printable ASCII, tabs, and CR only with LF. */
static bool is_clean(const char *s)
{
	for (const char *p = s; *p; p++)
		if ((*p == '\r') != (p[1] == '\n') && *p != '\n' && (*p == '\r' || p[1] == '\n'))
			return false;
		else if ((unsigned char)*p >= 0x7F || (iscntrl((unsigned char)*p) && !strchr("\t\r\n", *p)))
			return false;
	return true;
}

static const char *const once[] = { "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id" };

/* Values that try to be more than a value. */
static const char *const nasty[] = {
	"", " ", "a", "\r\nBcc: eve@mail.test", "x\r\n\r\n<p>body", "a\nb\r\n\tc", "\x01\x02\x7f", "\xc3\xa9\r\nTo: eve@mail.test", "=?utf-8?q?=0D=0ABcc:_eve?=",
	"\xe2\x80\xa8line separator", "\xff\xfe not UTF-8 \xc3", "\"", "\\", "<", ">, <eve@mail.test", "--=_", "a@b, c@d",
};

static void check_nasty(void *t, const char *value)
{
	size_t size;
	struct message m = full;
	m.from_name = m.list_name = m.subject = m.unsubscribe = m.archive = m.archived_at = m.help = m.feedback_id = m.language = m.text = m.html = m.id = value;
	char *bytes = message_compose(t, &m, &size);
	bool all = strlen(bytes) == size && longest_line(bytes) <= 78 && is_clean(bytes) && times(bytes, "Bcc") == 0;
	for (size_t i = 0; i < sizeof once / sizeof *once; i++)
		all = all && times(bytes, once[i]) == 1;
	if (!ok(all, "each header once, clean, of short lines"))
		printf("# value \"%s\", line of %zu\n", text_replace(t, value, "\n", "\\n"), longest_line(bytes));
}

/* Of any length: no line beyond 998 octets, and people's words come back whole. */
static void check_long(void *t, size_t n, const char *unit)
{
	size_t size;
	char *value = mem_dup(t, "");
	while (strlen(value) < n)
		value = mem_printf(t, "%s%s", value, unit);
	struct message m = full;
	m.from_name = m.list_name = m.subject = m.archived_at = m.help = m.archive = m.text = m.html = value;
	char *bytes = message_compose(t, &m, &size);
	ok(longest_line(bytes) <= 998 && is_clean(bytes), "no line beyond 998 octets");
	struct parts *p = parts_read(t, bytes, size);
	if (!ok(p != NULL, "it is read again"))
		return;
	is(p->subject, text_squeeze(t, value), "the same subject");
	is(text_trim(t, p->text), text_trim(t, value), "the same text");
	is(text_trim(t, p->html), text_trim(t, value), "the same HTML");
}

int main(void)
{
	void *t = talloc_new(NULL);
	size_t size;
	char *bytes = message_compose(t, &full, &size);
	is(bytes, full_bytes, "a letter, byte by byte");
	is_int((long long)size, (long long)strlen(full_bytes), "and its size");
	is(message_compose(t, &full, &size), bytes, "the same message gives the same bytes");
	bytes = message_compose(t, &plain, &size);
	ok(!strstr(bytes, "\r\nList-") && !strstr(bytes, "Precedence") && !strstr(bytes, "Auto-Submitted"), "no list headers without a list");
	struct message other = plain;
	other.id = "2@news.test";
	ok(strcmp(strstr(message_compose(t, &other, &size), "boundary="), strstr(bytes, "boundary=")) != 0, "another message has another boundary");
	for (size_t i = 0; i < sizeof nasty / sizeof *nasty; i++)
		check_nasty(t, nasty[i]);
	static const char *const units[] = { "a", "word ", "\xc3\xa9", "\xf0\x9f\x8c\x99", ". ", "=", "line\n" };
	static const size_t lengths[] = { 1, 30, 74, 75, 76, 77, 199, 900, 998, 5000 };
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++)
			check_long(t, lengths[j], units[i]);
	talloc_free(t);
	return tap_done();
}
