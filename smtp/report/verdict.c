#include "smtp/report/verdict.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/report/phrases.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* By subject and detail of a permanent status (RFC 3463 section 3, RFC 7505, and the numbers of Exchange); a dot at the end matches as a
 * prefix.  The first match counts. */
static const struct {
	const char *detail;
	enum report_class class;
} statuses[] = {
	{ "1.1", REPORT_DEAD }, { "1.2", REPORT_DEAD }, { "1.3", REPORT_DEAD }, { "1.6", REPORT_DEAD }, { "1.10", REPORT_DEAD },
	{ "1.7", REPORT_POLICY }, { "1.8", REPORT_POLICY }, { "1.9", REPORT_POLICY },
	{ "2.2", REPORT_FULL }, { "2.3", REPORT_CONTENT }, { "3.4", REPORT_CONTENT },
	{ "4.4", REPORT_DEAD }, { "4.310", REPORT_DEAD }, { "4.", REPORT_TEMPORARY }, { "3.", REPORT_TEMPORARY },
	{ "5.", REPORT_REJECTED }, { "6.", REPORT_CONTENT }, { "7.", REPORT_POLICY },
};

static bool matches(const char *detail, const char *pattern)
{
	size_t n = strlen(pattern);
	return pattern[n - 1] == '.' ? strncmp(detail, pattern, n) == 0 : strcmp(detail, pattern) == 0;
}

/* The class that a status alone says; false when it says nothing more than a reply code would. */
static bool of_status(const struct evidence *e, enum report_class *class)
{
	if (strlen(e->status) < 5 || e->status[0] != '5')
		return false;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (matches(e->status + 2, statuses[i].detail)) {
			*class = statuses[i].class;
			return true;
		}
	return false;
}

static bool is_temporary(const struct evidence *e) { return e->code ? e->code < 500 : e->status[0] == '4'; }

/* A mailbox that is there but takes nothing (RFC 3463, X.2.0 and X.2.1) is sometimes given out as unknown. */
static bool is_contradicted(const struct evidence *e) { return strstr(e->status, ".2.0") || strstr(e->status, ".2.1"); }

/* What says that an address is dead is believed only of the recipient, and not after the recipient was accepted: some hosts say
 * "unknown user" then for what a filter of the recipient's refuses. */
static enum report_class dead(const struct evidence *e)
{
	if (e->delayed)
		return REPORT_TEMPORARY;
	if (e->stage == VERDICT_SENDER || e->stage == VERDICT_CONNECTION)
		return REPORT_POLICY;
	return e->stage == VERDICT_DATA ? REPORT_REJECTED : REPORT_DEAD;
}

static enum report_class of_topic(const struct evidence *e, enum topic topic)
{
	switch (topic) {
	case TOPIC_GONE: return e->delayed ? REPORT_TEMPORARY : REPORT_DEAD;
	case TOPIC_SENDER: return REPORT_POLICY;
	case TOPIC_FULL: return REPORT_FULL;
	case TOPIC_CONTENT: return REPORT_CONTENT;
	case TOPIC_BUSY:
	case TOPIC_TEMPORARY: return REPORT_TEMPORARY;
	case TOPIC_UNKNOWN: return is_contradicted(e) && e->stage != VERDICT_RECIPIENT ? REPORT_REJECTED : dead(e);
	/* A name server may have been down for a while. */
	case TOPIC_HOST: return is_temporary(e) ? REPORT_TEMPORARY : dead(e);
	case TOPIC_DISABLED:
	case TOPIC_REFUSED:
	case TOPIC_NONE: break;
	}
	return REPORT_REJECTED;
}

/* A topic this weak does not outweigh a status that is exact. */
static bool is_weak(enum topic topic) { return topic == TOPIC_TEMPORARY || topic == TOPIC_REFUSED || topic == TOPIC_NONE; }

enum report_class verdict_of(const struct evidence *e, bool *sure)
{
	enum report_class class;
	char *plain = phrases_plain(NULL, e->words);
	enum topic topic = phrases_topic(plain, e->status);
	talloc_free(plain);
	*sure = true;
	if (is_weak(topic) && of_status(e, &class))
		return class == REPORT_DEAD ? dead(e) : class;
	*sure = topic != TOPIC_NONE;
	if (topic != TOPIC_NONE)
		return of_topic(e, topic);
	return e->delayed || is_temporary(e) ? REPORT_TEMPORARY : REPORT_REJECTED;
}

static bool has(const char *words, const char *const *any)
{
	for (; *any; any++)
		if (strcasestr(words, *any))
			return true;
	return false;
}

enum verdict_stage verdict_stage(const char *words)
{
	static const char *const recipient[] = { "to rcpt to", "after rcpt", "rcpt to response", "our rcpt", "[rcpt_to]", "smtp:rcpt", "like recipient",
	                                         "rejected recipient", ">>> rcpt", "<<< rcpt", "for rcpt", NULL };
	static const char *const data[] = { "to end of data", "to data command", "after end of data", "after data", "end of data", "i sent the message", "our final data",
	                                    "[data]", "text command", ">>> data", "<<< data", "(data)", "smtp:data", "after pipelined data", "other mail system problem", "smtp command data", NULL };
	static const char *const sender[] = { "to mail from", "after mail", "[mail_from]", "our mail from", "sender was rejected", ">>> mail", "smtp:mail",
	                                      "for mail", NULL };
	static const char *const connection[] = { "initial connection", "refused to talk to me", "helo", "ehlo", "to greeting", "did not like our connect", NULL };
	if (has(words, data))
		return VERDICT_DATA;
	if (has(words, recipient))
		return VERDICT_RECIPIENT;
	if (has(words, sender))
		return VERDICT_SENDER;
	return has(words, connection) ? VERDICT_CONNECTION : VERDICT_UNKNOWN;
}

static bool is_digit(char c) { return isdigit((unsigned char)c); }

/* The length of the enhanced status code at s, 0 for none: what has more parts is an IP address or a version. */
static size_t status_at(const char *s)
{
	char *end;
	if ((*s != '2' && *s != '4' && *s != '5') || s[1] != '.' || !is_digit(s[2]))
		return 0;
	long subject = strtol(s + 2, &end, 10);
	if (*end != '.' || subject > 7 || !is_digit(end[1]))
		return 0;
	const char *detail = end + 1;
	size_t digits = strspn(detail, "0123456789");
	return digits > 3 || detail[digits] == '-' || (detail[digits] == '.' && is_digit(detail[digits + 1])) ? 0 : (size_t)(detail + digits - s);
}

static bool is_code(const char *s) { return (*s == '2' || *s == '4' || *s == '5') && is_digit(s[1]) && is_digit(s[2]) && s[1] < '7' && !is_digit(s[3]) && s[3] != '.'; }

/* May a code begin at p?  Not in a word, an address, a number or a path. */
static bool may_begin(const char *words, const char *p)
{
	if (p == words)
		return true;
	return p[-1] == ':' ? is_code(p) : !isalnum((unsigned char)p[-1]) && !strchr(".@_/=", p[-1]);
}

/* Is the status at p right behind a reply code? */
static bool follows_code(const char *words, const char *p) { return p > words + 5 && p[-1] != '.' && (is_code(p - 4) || is_code(p - 5)); }

int verdict_codes(const char *words, char *status, int size)
{
	int code = 0;
	bool near = false;
	*status = '\0';
	for (const char *p = words; *p; p++) {
		if (!may_begin(words, p))
			continue;
		/* The one behind a reply code is nearer than one that stands alone. */
		size_t n = status_at(p);
		if (n && (!*status || (!near && follows_code(words, p)))) {
			snprintf(status, (size_t)size, "%.*s", (int)n, p);
			near = code != 0;
		}
		if (!code && is_code(p))
			code = atoi(p);
	}
	return code;
}

const char *verdict_reply(const char *words)
{
	for (const char *p = words; *p; p++)
		if ((*p == '4' || *p == '5') && is_code(p) && (p == words || strchr(" \t\n:'\"[(", p[-1])) && strchr(" -:", p[3]))
			return p;
	return NULL;
}

const char *verdict_name(enum report_class class)
{
	static const char *const names[] = { "dead", "full", "temporary", "policy", "content", "rejected", "complaint", "autoreply", "delivered" };
	return names[class];
}
