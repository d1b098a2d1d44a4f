/* test-lmtp - dialogues, byte for byte, and the messages that they bring. */
#include "gateway/base/memory/mem.h"
#include "smtp/server/lmtp.h"
#include "tap.h"
#include <stdlib.h>

#define HELLO "LHLO far.test\r\n"
#define GREETING "220 penny.test LMTP\r\n"
#define FEATURES "250-penny.test\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 100\r\n"
#define FINE "250 2.1.0 fine\r\n"
#define TO "250 2.1.5 fine\r\n"
#define GO "354 go on\r\n"
#define KEPT "250 2.0.0 kept\r\n"
#define BEGIN HELLO "MAIL FROM:<a@far.test>\r\nRCPT TO:<list@penny.test>\r\nDATA\r\n"
#define BEGUN GREETING FEATURES FINE TO GO

/* Recipients with "no" are unknown, with "later" not known now; messages that hold "later" cannot be kept now. */
static const struct {
	const char *what, *in, *out, *messages;
} cases[] = {
	{ "a message", BEGIN "Subject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n", BEGUN KEPT "221 2.0.0 bye\r\n", "a@far.test>list@penny.test:Subject: x\r\n\r\nhello\r\n|" },
	{ "an empty one", BEGIN ".\r\n", BEGUN KEPT, "a@far.test>list@penny.test:|" },
	{ "the null return path", HELLO "mail from: <>\r\nrcpt to: <list@penny.test>\r\ndata\r\nx\r\n.\r\n", BEGUN KEPT, ">list@penny.test:x\r\n|" },
	{ "each recipient has a reply", HELLO "MAIL FROM:<a@far.test> SIZE=5 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<one@penny.test>\r\nRCPT TO:<no@penny.test>\r\n"
	  "RCPT TO:<two@penny.test>\r\nDATA\r\nx\r\n.\r\n", GREETING FEATURES FINE TO "550 5.1.1 no such address here\r\n" TO GO KEPT KEPT,
	  "a@far.test>one@penny.test,two@penny.test:x\r\n|" },
	{ "a recipient that cannot be looked up", HELLO "MAIL FROM:<>\r\nRCPT TO:<later@penny.test>\r\n", GREETING FEATURES FINE "451 4.3.0 not now\r\n", "" },
	{ "a message that cannot be kept", BEGIN "later\r\n.\r\n", BEGUN "451 4.3.0 not now\r\n", "a@far.test>list@penny.test:later\r\n|" },
	{ "dots", BEGIN "..\r\n.a\r\n...\r\n.\r\n", BEGUN KEPT, "a@far.test>list@penny.test:.\r\na\r\n..\r\n|" },
	{ "no end at a bare LF", BEGIN "x\n.\nMAIL FROM:<evil@far.test>\n.\r\n.\r\n", BEGUN KEPT, "a@far.test>list@penny.test:x . MAIL FROM:<evil@far.test> .\r\n|" },
	{ "nor at a bare CR", BEGIN "x\r.\r\ny\r\r\n.\rz\r\n.\r\n", BEGUN KEPT, "a@far.test>list@penny.test:x .\r\ny \r\n z\r\n|" },
	{ "nor after LF and CR LF", BEGIN "x\n.\r\ny\r\n.\n.\r\n.\r\n", BEGUN KEPT, "a@far.test>list@penny.test:x .\r\ny\r\n .\r\n|" },
	{ "two messages", BEGIN "x\r\n.\r\nMAIL FROM:<b@far.test>\r\nRCPT TO:<list@penny.test>\r\nDATA\r\ny\r\n.\r\n", BEGUN KEPT FINE TO GO KEPT,
	  "a@far.test>list@penny.test:x\r\n|b@far.test>list@penny.test:y\r\n|" },
	{ "said to be too large", HELLO "MAIL FROM:<a@far.test> SIZE=101\r\n", GREETING FEATURES "552 5.3.4 the message is too large\r\n", "" },
	{ "too large", BEGIN "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x\r\n.\r\nNOOP\r\n",
	  BEGUN "552 5.3.4 the message is too large\r\n250 2.0.0 fine\r\n", "" },
	{ "commands that come too early", "MAIL FROM:<>\r\n" HELLO "RCPT TO:<a@b.test>\r\nDATA\r\n",
	  GREETING "503 5.5.1 LHLO first\r\n" FEATURES "503 5.5.1 MAIL first\r\n503 5.5.1 MAIL first\r\n", "" },
	{ "no data without a recipient", HELLO "MAIL FROM:<>\r\nRCPT TO:<no@penny.test>\r\nDATA\r\n",
	  GREETING FEATURES FINE "550 5.1.1 no such address here\r\n503 5.5.1 no recipients\r\n", "" },
	{ "SMTP", "EHLO far.test\r\nHELO far.test\r\n", GREETING "500 5.5.1 this is LMTP: LHLO\r\n500 5.5.1 this is LMTP: LHLO\r\n", "" },
	{ "others", HELLO "VRFY a\r\nNOOP\r\nRSET\r\nHELP\r\n",
	  GREETING FEATURES "252 2.1.5 send it, and it will be seen\r\n250 2.0.0 fine\r\n250 2.0.0 fine\r\n500 5.5.1 no such command\r\n", "" },
	{ "paths", HELLO "MAIL FROM:a@far.test\r\nMAIL FROM:<a b@far.test>\r\nMAIL FROM:<a@far.test>x\r\nMAIL FROM:<a@far.test> RET=HDRS\r\n",
	  GREETING FEATURES "501 5.5.4 it must be MAIL FROM:<address>\r\n501 5.5.4 it must be MAIL FROM:<address>\r\n501 5.5.4 it must be MAIL FROM:<address>\r\n"
	  "555 5.5.4 a parameter that was not offered\r\n", "" },
	{ "a line without CR", "LHLO far.test\nNOOP\r\n", GREETING "421 4.3.0 a line must end with CR LF\r\n", "" },
	{ "a CR in a line", "LHLO far\r.test\r\nNOOP\r\n", GREETING "421 4.3.0 a line must end with CR LF\r\n", "" },
};

static void add(struct buf *b, const char *s) { buf_add(b, s, strlen(s)); }

static void take_output(struct lmtp *l, struct buf *out)
{
	buf_add(out, lmtp_output(l)->data, lmtp_output(l)->size);
	buf_clear(lmtp_output(l));
}

static void answer_message(struct lmtp *l, struct buf *messages)
{
	enum lmtp_answer answers[LMTP_RECIPIENTS_MAX];
	add(messages, lmtp_sender(l));
	for (size_t i = 0; i < lmtp_recipients(l); i++) {
		add(messages, i ? "," : ">");
		add(messages, lmtp_recipient_at(l, i));
		answers[i] = strstr(lmtp_message(l)->data, "later") ? LMTP_LATER : LMTP_TAKEN;
	}
	add(messages, ":");
	add(messages, lmtp_message(l)->data);
	add(messages, "|");
	lmtp_answer_message(l, answers);
}

static bool advance(struct lmtp *l, struct buf *messages)
{
	switch (lmtp_next(l)) {
	case LMTP_RECIPIENT:
		lmtp_answer_recipient(l, strstr(lmtp_recipient(l), "no@") ? LMTP_UNKNOWN : strstr(lmtp_recipient(l), "later") ? LMTP_LATER : LMTP_TAKEN);
		return true;
	case LMTP_MESSAGE: answer_message(l, messages); return true;
	default: return false;
	}
}

/* The whole dialogue, fed in pieces of that size. */
static void run(const char *in, size_t piece, struct buf *out, struct buf *messages)
{
	struct lmtp *l = lmtp_new(NULL, "penny.test", 100);
	take_output(l, out);
	for (size_t at = 0, size = strlen(in), n; at < size && lmtp_next(l) != LMTP_CLOSE; at += n) {
		n = piece < size - at ? piece : size - at;
		lmtp_feed(l, in + at, n);
		while (advance(l, messages))
			;
		take_output(l, out);
	}
	talloc_free(l);
}

static void test_limits(void)
{
	struct lmtp *l = lmtp_new(NULL, "penny.test", 100);
	char line[3000];
	memset(line, 'x', sizeof line);
	lmtp_feed(l, line, sizeof line);
	ok(lmtp_next(l) == LMTP_CLOSE, "a line that is too long ends the dialogue");
	talloc_free(l);
	l = lmtp_new(NULL, "penny.test", 100);
	for (int i = 0; i < 30 && lmtp_next(l) != LMTP_CLOSE; i++)
		lmtp_feed(l, "WHAT\r\n", 6);
	ok(lmtp_next(l) == LMTP_CLOSE, "so do twenty mistakes");
	talloc_free(l);
	l = lmtp_new(NULL, "penny.test", 100);
	lmtp_feed(l, BEGIN, strlen(BEGIN));
	for (int i = 0; i < 10 && advance(l, buf_new(l, 100)); i++)
		;
	for (int i = 0; i < 10 && lmtp_next(l) != LMTP_CLOSE; i++)
		lmtp_feed(l, line, 100);
	ok(lmtp_next(l) == LMTP_CLOSE, "and a message without an end");
	talloc_free(l);
}

/* A mail server keeps its connection for many messages. */
static void test_memory(void)
{
	size_t before = 0;
	struct lmtp *l = lmtp_new(NULL, "penny.test", 100);
	struct buf *out = buf_new(NULL, 10000), *messages = buf_new(NULL, 10000);
	lmtp_feed(l, HELLO, strlen(HELLO));
	for (int i = 0; i < 100; i++) {
		static const char one[] = "MAIL FROM:<a@far.test>\r\nRCPT TO:<one@penny.test>\r\nRSET\r\n";
		lmtp_feed(l, one, strlen(one));
		while (advance(l, messages))
			;
		take_output(l, out);
		buf_clear(out);
		if (i == 10)
			before = talloc_total_blocks(l);
	}
	is_int((long long)talloc_total_blocks(l), (long long)before, "a hundred recipients take no more memory than ten");
	talloc_free(l);
	talloc_free(out);
	talloc_free(messages);
}

int main(void)
{
	static const size_t pieces[] = { 1, 7, 100000 };
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t j = 0; j < sizeof pieces / sizeof *pieces; j++) {
			struct buf *out = buf_new(t, 10000), *messages = buf_new(t, 10000);
			run(cases[i].in, pieces[j], out, messages);
			is(out->data, cases[i].out, mem_printf(t, "%s, %zu bytes at once: the replies", cases[i].what, pieces[j]));
			is(messages->data, cases[i].messages, mem_printf(t, "%s: the messages", cases[i].what));
		}
	test_limits();
	test_memory();
	talloc_free(t);
	return tap_done();
}
