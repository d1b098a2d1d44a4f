#include "gateway/mail/reason.h"
#include "gateway/base/text/text.h"
#include "smtp/client/refusal.h"
#include <string.h>

/* By subject and detail of the status (RFC 3463); an empty string or a dot at the end matches as a prefix.  The first match counts. */
static const struct {
	const char *detail;
	enum delivery_reason permanent, temporary;
} statuses[] = {
	{ "1.1", DELIVERY_DEAD, DELIVERY_NETWORK },      /* no such mailbox */
	{ "1.2", DELIVERY_DEAD, DELIVERY_NETWORK },      /* no such domain */
	{ "1.3", DELIVERY_DEAD, DELIVERY_NETWORK },      /* no address at all */
	{ "1.6", DELIVERY_DEAD, DELIVERY_NETWORK },      /* moved, without a new address */
	{ "1.10", DELIVERY_DEAD, DELIVERY_NETWORK },     /* a domain without mail, RFC 7505 */
	{ "2.1", DELIVERY_POLICY, DELIVERY_THROTTLED },  /* disabled in the RFC, too many messages at Gmail: the text decides */
	{ "2.2", DELIVERY_FULL, DELIVERY_FULL },
	{ "2.3", DELIVERY_CONTENT, DELIVERY_CONTENT },   /* too large for the mailbox */
	{ "3.4", DELIVERY_CONTENT, DELIVERY_CONTENT },   /* too large for the system */
	{ "4.", DELIVERY_NETWORK, DELIVERY_NETWORK },
	{ "6.", DELIVERY_CONTENT, DELIVERY_CONTENT },
	{ "7.", DELIVERY_POLICY, DELIVERY_THROTTLED },
	{ "", DELIVERY_POLICY, DELIVERY_NETWORK },
};

/* Texts for an unknown recipient, where the code does not say it. */
static const char *const gone[] = {
	"user unknown", "unknown user", "user not found", "no such user", "user doesn't exist", "invalid user", "user is unknown", "does not exist", "no longer exists",
	"no such recipient", "unknown recipient", "recipient unknown", "recipient not found", "invalid recipient", "no such mailbox",
	"no mailbox here", "mailbox not found", "unknown mailbox", "invalid mailbox", "mailbox disabled", "mailbox is disabled", "no such address",
	"address unknown", "unknown address", "address not found", "unrouteable address", "no such account", "no such person", "account disabled",
	"account is disabled", "account that you tried to reach is disabled", "account has been disabled", "account is inactive",
	"account that you tried to reach is inactive", "doesn't have an account",
};

/* Words that show that the sender is refused, not the recipient. */
static const char *const ours[] = {
	"sender", "sender's", "from", "spam", "blocked", "blacklist", "blacklisted", "blocklist", "blocklisted", "listed", "reputation", "spf", "dkim", "dmarc",
	"ptr", "rdns", "helo", "ehlo", "relay", "relaying", "authentication", "authenticate", "authenticated", "rate", "policy",
};

/* "1.1" of "5.1.1"; "" when there is no status. */
static const char *detail_of(const struct smtp_outcome *o) { return strlen(o->status) > 2 ? o->status + 2 : ""; }

static size_t find(const char *detail)
{
	size_t i = 0;
	for (;; i++) {
		size_t n = strlen(statuses[i].detail);
		bool open = n == 0 || statuses[i].detail[n - 1] == '.';
		if (open ? text_starts(detail, statuses[i].detail) : strcmp(detail, statuses[i].detail) == 0)
			return i;
	}
}

static enum delivery_reason of_deferred(const struct smtp_outcome *o)
{
	/* The client defers a 5xx reply only if it refuses us: our login or our sender. */
	if (o->code >= 500)
		return DELIVERY_POLICY;
	/* Without a status, these are the replies of greylisting and rate limits. */
	if (o->code == 421 || !*detail_of(o))
		return DELIVERY_THROTTLED;
	return statuses[find(detail_of(o))].temporary;
}

/* Without a status: RFC 5321 section 4.2.3 has 552 for a full mailbox, and for too large a message. */
static enum delivery_reason by_code(const struct smtp_outcome *o)
{
	if (o->stage == SMTP_STAGE_DATA)
		return DELIVERY_CONTENT;
	return o->code == 552 ? DELIVERY_FULL : DELIVERY_POLICY;
}

static enum delivery_reason of_failed(const struct smtp_outcome *o)
{
	bool at_recipient = o->stage == SMTP_STAGE_RECIPIENT;
	enum delivery_reason reason = *detail_of(o) ? statuses[find(detail_of(o))].permanent : by_code(o);
	if (reason == DELIVERY_POLICY && at_recipient && refusal_says(o->words, gone, sizeof gone / sizeof *gone))
		reason = DELIVERY_DEAD;
	/* There is one recipient per message, so a reply about a recipient after DATA is about this one. */
	bool theirs = at_recipient || o->stage == SMTP_STAGE_DATA;
	if (reason == DELIVERY_DEAD && (!theirs || refusal_says(o->words, ours, sizeof ours / sizeof *ours)))
		reason = DELIVERY_POLICY;
	return reason;
}

enum delivery_reason reason_of_outcome(const struct smtp_outcome *o)
{
	if (o->verdict == SMTP_DELIVERED)
		return DELIVERY_NO_REASON;
	if (o->verdict == SMTP_DEFERRED)
		return o->code == 0 ? DELIVERY_NETWORK : of_deferred(o);
	return of_failed(o);
}
