#include "subscribers/bounce/advice.h"
#include <stddef.h>
#include <string.h>

/* The first line counts of which the status, or one of the words, is there. */
static const struct {
	const char *status, *words[8], *advice;
} known[] = {
	{ "5.7.25", { "ptr", "reverse dns", "rdns", "reverse lookup", "hostname", NULL },
	  "The address of your mail server has no name in the DNS, or another one than it says. Ask whoever gives you the address for a PTR record with the name "
	  "of your mail server; that name must lead back to the address." },
	{ "5.7.26", { "dmarc", "dkim", "spf", "unauthenticated", "authentication", NULL },
	  "Your letters are not authenticated. 'pennypost dkim' shows the DNS records for DKIM; SPF needs a TXT record of your domain that names your mail server, and "
	  "DMARC one of _dmarc below it." },
	{ "4.7.28", { "rate", "too many", "volume", "frequency", "throttl", "limit", NULL },
	  "You send too fast for them. Set per_second in the section mail { } of pennypost.conf, and raise it slowly." },
	{ "5.7.606", { "blacklist", "blocklist", "blocked", "listed", "spamhaus", "reputation", "banned", NULL },
	  "Your mail server, or its network, is on a blocklist or has a bad name. The words above mostly say where to ask to be removed; find out first why it is listed." },
	{ "5.1.8", { "sender", "mail from", "return path", NULL },
	  "They do not accept the address that your letters come from. Its domain must exist and take mail: look at mail_from of the publication and at bounces in the "
	  "section mail { } of pennypost.conf." },
	{ "5.7.1", { "relay", NULL }, "The server that your letters go to does not send for you. Look at host, user and password in the section mail { } of pennypost.conf." },
};

const char *advice_on(const char *status, const char *words)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		for (const char *const *w = known[i].words; *w; w++)
			if (strcasestr(words, *w))
				return known[i].advice;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(status, known[i].status) == 0)
			return known[i].advice;
	return "Look at the section mail { } of pennypost.conf, and at the DNS records that 'pennypost dkim' shows.";
}
