#include "smtp/client/refusal.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define SAYS(text, phrases) refusal_says(text, phrases, sizeof phrases / sizeof *phrases)

static bool in_word(char c) { return isalnum((unsigned char)c) || (c && strchr("'@-_", c)); }

bool refusal_says(const char *text, const char *const *phrases, size_t count)
{
	for (const char *p = text; *p; p++) {
		if (*p == '<' && strchr(p, '>'))
			p = strchr(p, '>');
		if (p > text && in_word(p[-1]))
			continue;
		for (size_t i = 0; i < count; i++) {
			size_t n = strlen(phrases[i]);
			if (strncasecmp(p, phrases[i], n) == 0 && (!p[n] || !in_word(p[n])))
				return true;
		}
	}
	return false;
}

/* Codes about the syntax of our commands or about authentication, which say nothing about a recipient (RFC 5321 section 4.2.2,
 * RFC 4954 section 6). */
static bool is_our_code(int code)
{
	static const int codes[] = { 500, 502, 503, 504, 530, 534, 535, 538, 555 };
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (code == codes[i])
			return true;
	return false;
}

bool refusal_of_us(enum smtp_stage stage, const struct reply *r)
{
	static const char *const tables[] = { "relay recipient table", "relay recipients" };
	static const char *const us[] = {
		"relay", "relaying", "relays", "authentication", "authenticate", "authenticated", "unauthenticated", "auth", "not logged in", "log in first", "login required",
		"starttls", "client host", "your host", "your ip", "ip address", "your server", "helo", "ehlo", "blocklist", "blacklist", "blocklisted", "blacklisted",
		"blocked using", "listed", "dnsbl", "rbl", "spamhaus", "reputation", "ptr", "rdns", "reverse dns", "spf", "dkim", "dmarc", "too many errors",
	};
	/* Postfix refuses a sender only with the recipient.  After the text, a "sender" may be that of a message which is taken for spam. */
	static const char *const sender[] = { "sender", "sender's", "sender address", "mail from", "return path", "envelope from" };
	if (is_our_code(r->code) || stage == SMTP_STAGE_SENDER || stage == SMTP_STAGE_CONNECTION)
		return true;
	if (SAYS(r->text, tables))
		return false;
	return SAYS(r->text, us) || (stage == SMTP_STAGE_RECIPIENT && SAYS(r->text, sender));
}

bool refusal_of_session(enum smtp_stage stage, const struct reply *r)
{
	static const char *const session[] = {
		"session", "this connection", "per connection", "connection limit", "too many messages", "too many mails", "too many emails", "too many transactions",
		"too many errors", "message limit", "messages limit", "mail limit", "maximum number of messages", "max-mails", "reconnect", "new connection",
	};
	if (refusal_of_size(r))
		return false;
	/* Nothing was said of a recipient yet, and the same sender was taken before. */
	return stage == SMTP_STAGE_SENDER || strcmp(r->status, "4.5.3") == 0 || SAYS(r->text, session);
}

bool refusal_of_size(const struct reply *r) { return r->code == 552 || strcmp(r->status, "5.3.4") == 0; }
