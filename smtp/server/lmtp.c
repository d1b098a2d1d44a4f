#include "smtp/server/lmtp.h"
#include "gateway/base/memory/mem.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A line of a command (RFC 5321 section 4.5.3.1.4, RFC 6531 section 3.4); so many replies may wait for a client that does not read. */
enum { LINE_MAX_SIZE = 2048, OUTPUT_MAX = 64 << 10, OUTPUT_ROOM = 16 << 10, ERRORS_MAX = 20 };
/* Of a message that is too large the rest is read, and dropped, up to so many times its maximum. */
enum { TOO_LARGE_TIMES = 4 };

/* Where in a message the next byte is. */
enum place { LINE_BEGIN, AFTER_DOT, AFTER_DOT_CR, IN_LINE, AFTER_CR };

struct lmtp {
	char *host;
	size_t message_max;
	struct buf *in, *out, *message;
	char *sender;             /* NULL: no MAIL yet */
	char *asked;              /* the recipient that the caller is asked about */
	char **recipients;
	size_t recipient_count;
	bool greeted, in_data, complete, closed;
	enum place place;
	size_t dropped;           /* bytes of a message that is too large */
	int errors;
};

static void reply(struct lmtp *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void reply(struct lmtp *l, const char *format, ...)
{
	char line[512];
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(line, sizeof line - 2, format, ap);
	va_end(ap);
	size_t size = n < 0 ? 0 : (size_t)n < sizeof line - 2 ? (size_t)n : sizeof line - 3;
	memcpy(line + size, "\r\n", 2);
	if (!buf_add(l->out, line, size + 2))
		l->closed = true;
}

/* A mistake of the client's; who makes nothing else is sent away. */
static void refuse(struct lmtp *l, const char *words)
{
	reply(l, "%s", words);
	if (++l->errors >= ERRORS_MAX)
		lmtp_end(l, "too many errors");
}

struct lmtp *lmtp_new(void *owner, const char *host, size_t message_max)
{
	struct lmtp *l = mem_new(owner, struct lmtp);
	l->host = mem_dup(l, host);
	l->message_max = message_max;
	l->in = buf_new(l, (LINE_MAX_SIZE + 2) * 64);
	l->out = buf_new(l, OUTPUT_MAX);
	l->message = buf_new(l, message_max);
	reply(l, "220 %s LMTP", l->host);
	return l;
}

void lmtp_feed(struct lmtp *l, const char *data, size_t size)
{
	if (!buf_add(l->in, data, size))
		lmtp_end(l, "too much at once");
}

static void forget_message(struct lmtp *l)
{
	TALLOC_FREE(l->sender);
	TALLOC_FREE(l->recipients);
	l->recipient_count = 0;
	l->in_data = l->complete = false;
	l->dropped = 0;
	/* What a large message took is given back. */
	talloc_free(l->message);
	l->message = buf_new(l, l->message_max);
}

static void keep(struct lmtp *l, const char *data, size_t size)
{
	if (l->dropped || !buf_add(l->message, data, size))
		l->dropped += size;
}

/* Bytes of a line up to its end; how many were taken. */
static size_t take_line(struct lmtp *l, const char *s, size_t size)
{
	size_t n = 0;
	while (n < size && s[n] != '\r' && s[n] != '\n' && s[n])
		n++;
	keep(l, s, n);
	if (n == size)
		return n;
	if (s[n] == '\r')
		l->place = AFTER_CR;
	else
		keep(l, " ", 1);
	return n + 1;
}

/* One byte after a CR that the message may end with, or a line. */
static bool after_cr(struct lmtp *l, char c, bool dot)
{
	if (c == '\n') {
		l->complete = dot;
		if (!dot)
			keep(l, "\r\n", 2);
		l->place = LINE_BEGIN;
		return true;
	}
	/* It was a bare one. */
	keep(l, " ", 1);
	l->place = IN_LINE;
	return false;
}

/* Takes at least one step, and says how many bytes it took. */
static size_t take_data(struct lmtp *l, const char *s, size_t size)
{
	switch (l->place) {
	case LINE_BEGIN:
		l->place = *s == '.' ? AFTER_DOT : IN_LINE;
		return *s == '.';
	case AFTER_DOT:
		/* The dot that the client has added (RFC 5321 section 4.5.2) goes. */
		l->place = *s == '\r' ? AFTER_DOT_CR : IN_LINE;
		return *s == '\r';
	case AFTER_DOT_CR: return after_cr(l, *s, true);
	case AFTER_CR: return after_cr(l, *s, false);
	default: return take_line(l, s, size);
	}
}

static void read_data(struct lmtp *l)
{
	size_t at = 0;
	while (at < l->in->size && !l->complete)
		at += take_data(l, l->in->data + at, l->in->size - at);
	buf_drop(l->in, at);
	if (l->dropped > TOO_LARGE_TIMES * l->message_max)
		lmtp_end(l, "a message without an end");
}

/* The value of a parameter like " SIZE=1000" of MAIL; NULL without it. */
static const char *parameter(const char *s, const char *name)
{
	size_t n = strlen(name);
	for (; s && *s; s = strchr(s + 1, ' '))
		if (strncasecmp(s + (*s == ' '), name, n) == 0)
			return s + (*s == ' ') + n;
	return NULL;
}

/* The path of "FROM:<path> parameters"; NULL when it is none.  *rest is what follows it. */
static char *path_of(void *owner, const char *s, const char *word, const char **rest)
{
	size_t n = strlen(word);
	if (strncasecmp(s, word, n) != 0)
		return NULL;
	s += n;
	s += strspn(s, " ");
	const char *end = *s == '<' ? strchr(s, '>') : NULL;
	/* A quoted local part may hold a '>', and is no address of ours. */
	if (!end || (end[1] && end[1] != ' ') || end - s > LMTP_PATH_MAX)
		return NULL;
	for (const char *p = s + 1; p < end; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '<')
			return NULL;
	*rest = end + 1;
	return mem_ndup(owner, s + 1, (size_t)(end - s - 1));
}

static bool knows_parameters(const char *rest)
{
	static const char *const known[] = { "SIZE=", "BODY=7BIT", "BODY=8BITMIME", "SMTPUTF8" };
	while (*(rest += strspn(rest, " "))) {
		size_t i = 0, size = strcspn(rest, " ");
		while (i < sizeof known / sizeof *known && strncasecmp(rest, known[i], strlen(known[i])) != 0)
			i++;
		if (i == sizeof known / sizeof *known)
			return false;
		rest += size;
	}
	return true;
}

static void greet(struct lmtp *l, const char *argument)
{
	if (!*argument) {
		refuse(l, "501 5.5.4 LHLO wants a name");
		return;
	}
	forget_message(l);
	l->greeted = true;
	reply(l, "250-%s", l->host);
	reply(l, "250-PIPELINING");
	reply(l, "250-ENHANCEDSTATUSCODES");
	reply(l, "250-8BITMIME");
	reply(l, "250-SMTPUTF8");
	reply(l, "250 SIZE %zu", l->message_max);
}

static void mail(struct lmtp *l, const char *argument)
{
	const char *rest = "";
	char *path = path_of(l, argument, "FROM:", &rest);
	const char *size = path ? parameter(rest, "SIZE=") : NULL;
	if (!l->greeted || l->sender)
		refuse(l, l->greeted ? "503 5.5.1 there is a MAIL already" : "503 5.5.1 LHLO first");
	else if (!path)
		refuse(l, "501 5.5.4 it must be MAIL FROM:<address>");
	else if (!knows_parameters(rest))
		refuse(l, "555 5.5.4 a parameter that was not offered");
	else if (size && strtoull(size, NULL, 10) > l->message_max)
		refuse(l, "552 5.3.4 the message is too large");
	else {
		l->sender = talloc_steal(l, path);
		reply(l, "250 2.1.0 fine");
		return;
	}
	talloc_free(path);
}

static void rcpt(struct lmtp *l, const char *argument)
{
	const char *rest = "";
	char *path = path_of(l, argument, "TO:", &rest);
	if (!l->sender)
		refuse(l, "503 5.5.1 MAIL first");
	else if (!path || !*path)
		refuse(l, "501 5.5.4 it must be RCPT TO:<address>");
	else if (rest[strspn(rest, " ")])
		refuse(l, "555 5.5.4 a parameter that was not offered");
	else if (l->recipient_count >= LMTP_RECIPIENTS_MAX)
		reply(l, "452 4.5.3 too many recipients");
	else {
		l->asked = path;
		return;
	}
	talloc_free(path);
}

static void data(struct lmtp *l, const char *argument)
{
	(void)argument;
	if (!l->sender) {
		refuse(l, "503 5.5.1 MAIL first");
	} else if (!l->recipient_count) {
		/* All were refused, and RFC 2033 section 4.2 wants no message then. */
		refuse(l, "503 5.5.1 no recipients");
	} else {
		l->in_data = true;
		l->place = LINE_BEGIN;
		reply(l, "354 go on");
	}
}

static void reset(struct lmtp *l, const char *argument)
{
	(void)argument;
	forget_message(l);
	reply(l, "250 2.0.0 fine");
}

static void nothing(struct lmtp *l, const char *argument)
{
	(void)argument;
	reply(l, "250 2.0.0 fine");
}

static void verify(struct lmtp *l, const char *argument)
{
	(void)argument;
	reply(l, "252 2.1.5 send it, and it will be seen");
}

static void quit(struct lmtp *l, const char *argument)
{
	(void)argument;
	reply(l, "221 2.0.0 bye");
	l->closed = true;
}

/* RFC 2033 section 4.1: the greetings of SMTP are refused. */
static void smtp_greeting(struct lmtp *l, const char *argument)
{
	(void)argument;
	refuse(l, "500 5.5.1 this is LMTP: LHLO");
}

static const struct {
	const char *word;
	void (*run)(struct lmtp *, const char *argument);
} commands[] = {
	{ "LHLO", greet }, { "MAIL", mail }, { "RCPT", rcpt }, { "DATA", data }, { "RSET", reset }, { "NOOP", nothing }, { "VRFY", verify }, { "QUIT", quit },
	{ "HELO", smtp_greeting }, { "EHLO", smtp_greeting },
};

static void run(struct lmtp *l, char *line)
{
	size_t word = strcspn(line, " ");
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (word == strlen(commands[i].word) && strncasecmp(line, commands[i].word, word) == 0) {
			commands[i].run(l, line + word + strspn(line + word, " "));
			return;
		}
	refuse(l, "500 5.5.1 no such command");
}

/* The next command of the input; false when it is not complete. */
static bool read_command(struct lmtp *l)
{
	const char *end = memchr(l->in->data, '\n', l->in->size);
	if (!end && l->in->size <= LINE_MAX_SIZE)
		return false;
	size_t size = end ? (size_t)(end - l->in->data) + 1 : 0;
	/* What is no line by the rules may be half of a message: what follows cannot be trusted. */
	if (size < 2 || size > LINE_MAX_SIZE || end[-1] != '\r' || memchr(l->in->data, '\0', size) || memchr(l->in->data, '\r', size - 2)) {
		lmtp_end(l, "a line must end with CR LF");
		return false;
	}
	char *line = mem_ndup(NULL, l->in->data, size - 2);
	buf_drop(l->in, size);
	run(l, line);
	talloc_free(line);
	return true;
}

/* A message that is too large is refused for each recipient, without asking. */
static void refuse_large(struct lmtp *l)
{
	for (size_t i = 0; i < l->recipient_count; i++)
		reply(l, "552 5.3.4 the message is too large");
	forget_message(l);
}

enum lmtp_event lmtp_next(struct lmtp *l)
{
	while (!l->closed && !l->asked && !l->complete) {
		/* Who sends commands and reads no replies must wait. */
		if (!l->in->size || l->out->size > OUTPUT_MAX - OUTPUT_ROOM)
			return LMTP_MORE;
		if (l->in_data)
			read_data(l);
		else if (!read_command(l))
			break;
		if (l->complete && l->dropped)
			refuse_large(l);
	}
	return l->closed ? LMTP_CLOSE : l->asked ? LMTP_RECIPIENT : l->complete ? LMTP_MESSAGE : LMTP_MORE;
}

const char *lmtp_sender(const struct lmtp *l) { return l->sender ? l->sender : ""; }
const char *lmtp_recipient(const struct lmtp *l) { return l->asked ? l->asked : ""; }
size_t lmtp_recipients(const struct lmtp *l) { return l->recipient_count; }
const char *lmtp_recipient_at(const struct lmtp *l, size_t n) { return l->recipients[n]; }
const struct buf *lmtp_message(const struct lmtp *l) { return l->message; }
struct buf *lmtp_output(struct lmtp *l) { return l->out; }

void lmtp_answer_recipient(struct lmtp *l, enum lmtp_answer answer)
{
	char *asked = l->asked;
	l->asked = NULL;
	if (answer == LMTP_TAKEN) {
		mem_push(l, l->recipients, l->recipient_count);
		l->recipients[l->recipient_count - 1] = talloc_steal(l->recipients, asked);
		reply(l, "250 2.1.5 fine");
		return;
	}
	talloc_free(asked);
	if (answer == LMTP_UNKNOWN)
		refuse(l, "550 5.1.1 no such address here");
	else
		reply(l, "451 4.3.0 not now");
}

void lmtp_answer_message(struct lmtp *l, const enum lmtp_answer *answers)
{
	for (size_t i = 0; i < l->recipient_count; i++)
		reply(l, "%s", answers[i] == LMTP_TAKEN ? "250 2.0.0 kept" : answers[i] == LMTP_UNKNOWN ? "550 5.1.1 no such address here" : "451 4.3.0 not now");
	forget_message(l);
}

void lmtp_end(struct lmtp *l, const char *words)
{
	if (l->closed)
		return;
	reply(l, "421 4.3.0 %s", words);
	l->closed = true;
}
