#include "smtp/receiver/receiver.h"
#include <libpsl.h>
#include <string.h>

/* Those who receive under several names. */
static const struct {
	const char *domain, *receiver;
} known[] = {
	{ "google.com", "google" }, { "googlemail.com", "google" }, { "psmtp.com", "google" }, { "smtp.goog", "google" },
	{ "yahoodns.net", "yahoo" }, { "yahoo.com", "yahoo" }, { "yahoo.net", "yahoo" }, { "aol.com", "yahoo" },
	{ "outlook.com", "microsoft" }, { "hotmail.com", "microsoft" }, { "mx.microsoft", "microsoft" }, { "office365.us", "microsoft" },
	{ "icloud.com", "apple" }, { "apple.com", "apple" }, { "me.com", "apple" },
	{ "gmx.net", "united internet" }, { "web.de", "united internet" }, { "mail.com", "united internet" }, { "kundenserver.de", "united internet" },
};

static int is_below(const char *host, const char *domain)
{
	size_t size = strlen(host), n = strlen(domain);
	return size >= n && strcmp(host + size - n, domain) == 0 && (size == n || host[size - n - 1] == '.');
}


const char *receiver_of(const char *host)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (is_below(host, known[i].domain))
			return known[i].receiver;
	const char *domain = psl_registrable_domain(psl_builtin(), host);
	return domain ? domain : host;
}
