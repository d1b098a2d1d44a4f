/* test-smtp-reply - what SMTP servers answer, and what they offer. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/client/ehlo.h"
#include "tap.h"

/* want: "code status text", what is left behind "|"; "incomplete" or "broken". */
static const struct {
	const char *in, *want;
} replies[] = {
	{ "250 ok\r\n", "250  250 ok|" },
	{ "250\r\n", "250  250|" },
	{ "250 \r\n", "250  250|" },
	{ "250 2.1.0 fine\n354 go on\r\n", "250 2.1.0 250 2.1.0 fine|354 go on\r\n" },
	{ "550-5.1.1 The mail address\r\n550-5.1.1 that you wrote to\r\n550 5.1.1 does not exist.\r\n", "550 5.1.1 550 5.1.1 The mail address that you wrote to does not exist.|" },
	{ "250-one\r\n250-\r\n250 two\r\n", "250  250 one two|" },
	{ "421 4.7.28 wait\r\n", "421 4.7.28 421 4.7.28 wait|" },
	{ "550 5.7.515 no\r\n", "550 5.7.515 550 5.7.515 no|" },
	{ "550 5.1.1\r\n", "550 5.1.1 550 5.1.1|" },
	{ "550 4.1.1 no\r\n", "550  550 4.1.1 no|" },
	{ "550 5.1 no\r\n", "550  550 5.1 no|" },
	{ "550 5.1.1.1 no\r\n", "550  550 5.1.1.1 no|" },
	{ "550 5.1234.1 no\r\n", "550  550 5.1234.1 no|" },
	{ "550 5..1 no\r\n", "550  550 5..1 no|" },
	{ "550 5.1.1: no\r\n", "550  550 5.1.1: no|" },
	{ "220 mx.test\x01\x7f\tESMTP\r\n", "220  220 mx.test ESMTP|" },
	{ "550 gr\xc3\xbc\xc3\x9f\x65\r\n", "550  550 gr\xc3\xbc\xc3\x9f\x65|" },
	{ "550 gr\xfc\xdf\x65\r\n", "550  550 gr??e|" },
	{ "", "incomplete" },
	{ "25", "incomplete" },
	{ "250-one\r\n", "incomplete" },
	{ "250-one\r\n250 tw", "incomplete" },
	{ "\r\n", "broken" },
	{ "25\r\n", "broken" },
	{ "2500 ok\r\n", "broken" },
	{ "250_ok\r\n", "broken" },
	{ "150 ok\r\n", "broken" },
	{ "650 ok\r\n", "broken" },
	{ "2x0 ok\r\n", "broken" },
	{ "+OK POP3\r\n", "broken" },
	{ "250-ok\r\n251 ok\r\n", "broken" },
	{ "250-ok\r\nok\r\n", "broken" },
};

static char *taken(void *t, const char *bytes, size_t size)
{
	struct reply r;
	struct buf *in = buf_new(t, 1 << 20);
	buf_add(in, bytes, size);
	switch (reply_take(t, in, &r)) {
	case REPLY_TAKEN: return mem_printf(t, "%d %s %s|%s", r.code, r.status, r.text, in->data);
	case REPLY_BROKEN: return mem_dup(t, "broken");
	default: return mem_dup(t, in->size == size ? "incomplete" : "something was taken");
	}
}

static void check_caps(void *t)
{
	char line[REPLY_LINE_MAX + 8];
	memset(line, 'x', sizeof line);
	memcpy(line, "250 ", 4);
	is(taken(t, line, REPLY_LINE_MAX), "incomplete", "a line that may still end");
	is(taken(t, line, REPLY_LINE_MAX + 1), "broken", "a line that is too long without an end");
	line[REPLY_LINE_MAX] = '\n';
	is_int((long long)strlen(taken(t, line, REPLY_LINE_MAX + 1)), 5 + REPLY_TEXT_MAX + 1, "the longest line; its text is cut");
	struct buf *many = buf_new(t, 1 << 20);
	while (many->size <= REPLY_MAX)
		buf_add(many, "250-x\r\n", 7);
	is(taken(t, many->data, many->size), "broken", "lines without end");
	const char nul[] = "250 a\0b\r\n";
	is(taken(t, nul, sizeof nul - 1), "250  250 a b|", "a NUL");
	/* "250 " and 298 times two bytes, then one byte less than the limit: no half character at the cut. */
	struct buf *long_utf8 = buf_new(t, 1 << 20);
	buf_add(long_utf8, "250 x", 5);
	for (int i = 0; i < 400; i++)
		buf_add(long_utf8, "\xc3\xbc", 2);
	buf_add(long_utf8, "\n", 1);
	char *cut = taken(t, long_utf8->data, long_utf8->size);
	ok(text_utf8(cut, strlen(cut)), "a cut leaves whole characters");
}

static const struct {
	const char *in, *want;
} offers[] = {
	{ "250 mx.test\r\n", "" },
	{ "250-PIPELINING\r\n250 DSN\r\n", "dsn" },
	{ "250-mx.test\r\n250-PIPELINING\r\n250-STARTTLS\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 SIZE\r\n", "pipelining starttls 8bitmime smtputf8 dsn size=0" },
	{ "250-mx.test\r\n250 pipelining\r\n", "pipelining" },
	{ "250-mx.test\r\n250 PIPELININGS\r\n", "" },
	{ "250-mx.test\r\n250 SIZE 10240000\r\n", "size=10240000" },
	{ "250-mx.test\r\n250 SIZE -1\r\n", "size=0" },
	{ "250-mx.test\r\n250 SIZE 99999999999999999999999\r\n", "size=18446744073709551615" },
	{ "250-mx.test\r\n250 AUTH CRAM-MD5 PLAIN\r\n", "plain" },
	{ "250-mx.test\r\n250-AUTH LOGIN\r\n250 AUTH=PLAIN LOGIN\r\n", "plain login" },
	{ "250-mx.test\r\n250 AUTH XPLAIN\r\n", "" },
	{ "250-mx.test\r\n250-\r\n250-\t \r\n250  =\r\n", "" },
};

static char *offered(void *t, const char *bytes)
{
	struct reply r;
	struct ehlo e;
	struct buf *in = buf_new(t, 1 << 20);
	buf_add(in, bytes, strlen(bytes));
	if (reply_take(t, in, &r) != REPLY_TAKEN)
		return NULL;
	ehlo_read(&e, &r);
	char *size = e.size ? mem_printf(t, " size=%zu", e.size_max) : mem_dup(t, "");
	return text_trim(t, mem_printf(t, "%s%s%s%s%s%s%s%s", e.pipelining ? " pipelining" : "", e.starttls ? " starttls" : "", e.eight_bit ? " 8bitmime" : "",
	                               e.utf8 ? " smtputf8" : "", e.dsn ? " dsn" : "", size, e.auth_plain ? " plain" : "", e.auth_login ? " login" : ""));
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
		is(taken(t, replies[i].in, strlen(replies[i].in)), replies[i].want, "a reply");
	check_caps(t);
	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
		is(offered(t, offers[i].in), offers[i].want, "an offer");
	talloc_free(t);
	return tap_done();
}
