/* Who takes mail for a domain, and who that is. */
#include "gateway/base/memory/mem.h"
#include "smtp/receiver/mx.h"
#include "smtp/receiver/receiver.h"
#include "tap.h"
#include <string.h>

static bool public_only(const void *context, const struct network_address *address)
{
	(void)context;
	return network_reserved(address) == NULL;
}

/* Lines like "mail.test MX 10 mx.mail.test", by ";"; MX "." is the root, FAIL a name that nobody can look up. */
static void fill(void *t, struct dns *dns, const char *zone)
{
	char *copy = mem_dup(t, zone), *save = NULL;
	for (char *line = strtok_r(copy, ";", &save); line; line = strtok_r(NULL, ";", &save)) {
		char name[80], type[8], data[80] = "", more[80] = "";
		sscanf(line, " %79s %7s %79s %79s", name, type, data, more);
		struct dns_record r = { .text = data };
		enum dns_type kind = strcmp(type, "MX") == 0 ? DNS_MX : strcmp(type, "AAAA") == 0 ? DNS_AAAA : DNS_A;
		if (kind == DNS_MX) {
			r.preference = (int)strtol(data, NULL, 10);
			r.text = strcmp(more, ".") == 0 ? "" : more;
		} else {
			network_address_parse(data, &r.address);
		}
		if (strcmp(type, "FAIL") == 0)
			for (int i = DNS_A; i <= DNS_MX; i++)
				dns_put(dns, name, (enum dns_type)i, DNS_FAILED, &(struct dns_record){ .text = "the resolver gives no answer" });
		else
			dns_put(dns, name, kind, DNS_FOUND, &r);
	}
}

static char *told(void *t, const struct mx *mx)
{
	static const char *const states[] = { "", "nobody", "null", "unknown" };
	char *text = mem_dup(t, states[mx->state]);
	if (mx->state != MX_FOUND)
		return mem_printf(t, "%s: %s", text, mx->why);
	for (size_t i = 0; i < mx->count; i++) {
		text = mem_printf(t, "%s%s%s", text, i ? "; " : "", mx->hosts[i].name);
		for (size_t k = 0; k < mx->hosts[i].count; k++)
			text = mem_printf(t, "%s %s", text, mx->hosts[i].addresses[k]);
	}
	return text;
}

static const struct {
	const char *what, *zone, *want;
} cases[] = {
	{ "by preference, then by name", "a.test MX 20 z.test; a.test MX 10 y.test; a.test MX 10 x.test; z.test A 198.41.0.1; y.test A 198.41.0.2; x.test A 198.41.0.3",
	  "x.test 198.41.0.3; y.test 198.41.0.2; z.test 198.41.0.1" },
	{ "IPv6 first", "a.test MX 10 x.test; x.test A 198.41.0.3; x.test AAAA 2606:2800::1", "x.test 2606:2800::1 198.41.0.3" },
	{ "no MX: the domain itself", "a.test A 198.41.0.9", "a.test 198.41.0.9" },
	{ "the null MX", "a.test MX 0 .; a.test A 198.41.0.9", "null: the domain takes no mail" },
	{ "a root beside others is none of them", "a.test MX 0 .; a.test MX 10 x.test; x.test A 198.41.0.3", "x.test 198.41.0.3" },
	{ "no such domain", "b.test A 198.41.0.9", "nobody: there is no such domain" },
	{ "DNS is down", "a.test FAIL", "unknown: the resolver gives no answer" },
	{ "an MX that nobody can look up", "a.test MX 10 x.test; x.test FAIL", "unknown: the addresses of its mail servers cannot be looked up" },
	{ "... beside one that is there", "a.test MX 10 x.test; x.test FAIL; a.test MX 20 y.test; y.test A 198.41.0.2", "y.test 198.41.0.2" },
	{ "an MX without an address", "a.test MX 10 x.test", "nobody: none of its mail servers has an address" },
	{ "one on our own network", "a.test MX 10 x.test; x.test A 10.0.0.5", "nobody: its mail server is at 10.0.0.5, where nobody on the internet can be" },
	{ "... does not count", "a.test MX 10 x.test; x.test A 127.0.0.1; x.test A 198.41.0.3", "x.test 198.41.0.3" },
};

static void many(void *t)
{
	struct dns *dns = dns_offline(t);
	for (int i = 0; i < 100; i++) {
		fill(t, dns, mem_printf(t, "a.test MX %d m%d.test", i, i));
		for (int k = 0; k < 9; k++)
			fill(t, dns, mem_printf(t, "m%d.test A 198.41.%d.%d", i, i, k));
	}
	struct mx *mx = mx_find(t, dns, "a.test", public_only, NULL);
	is_int((int64_t)mx->count, 5, "of a hundred servers five are used");
	is_int((int64_t)mx->hosts[0].count, 4, "each with four addresses at most");
	is(mx->hosts[0].name, "m0.test", "the best of them");
}

static const struct {
	const char *host, *receiver;
} receivers[] = {
	{ "gmail-smtp-in.l.google.com", "google" }, { "aspmx.l.google.com", "google" }, { "alt2.aspmx.l.google.com", "google" }, { "aspmx2.googlemail.com", "google" },
	{ "mta5.am0.yahoodns.net", "yahoo" }, { "mx-aol.mail.gm0.yahoodns.net", "yahoo" }, { "example-org.mail.protection.outlook.com", "microsoft" },
	{ "hotmail-com.olc.protection.outlook.com", "microsoft" }, { "example-org.a-v1.mx.microsoft", "microsoft" }, { "mx01.mail.icloud.com", "apple" },
	{ "mx1.mail.example.co.uk", "example.co.uk" }, { "mx.example.org", "example.org" }, { "example.org", "example.org" }, { "notgoogle.com", "notgoogle.com" },
	{ "mx.google.com.example.org", "example.org" }, { "localhost", "localhost" }, { "co.uk", "co.uk" }, { "mx.mail.test", "mail.test" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct dns *dns = dns_offline(t);
		fill(t, dns, cases[i].zone);
		is(told(t, mx_find(t, dns, "a.test", public_only, NULL)), cases[i].want, cases[i].what);
	}
	many(t);
	for (size_t i = 0; i < sizeof receivers / sizeof *receivers; i++)
		is(receiver_of(receivers[i].host), receivers[i].receiver, receivers[i].host);
	talloc_free(t);
	return tap_done();
}
