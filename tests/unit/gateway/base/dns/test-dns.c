/* test-dns - the answers of DNS servers, whole, strange and broken (RFC 1035 section 4). */
#include "gateway/base/dns/dns.h"
#include "gateway/base/dns/dns_message.h"
#include "gateway/base/memory/buf.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <string.h>

/* A message by hand: the header, one question for a.test, then records.  c0 0c is a pointer to the name in the question. */
#define HEAD(flags, answers, authority) "\x12\x34" flags "\0\x01\0" answers "\0" authority "\0\0" "\x01" "a\x04test\0\0\x01\0\x01"
#define RR(name, type, size, data) name "\0" type "\0\x01\0\0\0\x3c\0" size data
#define SELF "\xc0\x0c"
#define GOOD "\x81\x80"
#define BYTES(text) text, sizeof(text) - 1

/* want: the state, then the records as "preference text". */
static const struct {
	const char *what;
	enum dns_type type;
	const char *message;
	size_t size;
	const char *want;
} rows[] = {
	{ "an address", DNS_A, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x01", "\x04", "\xc0\0\x02\x07")), "found 0 192.0.2.7" },
	{ "two addresses", DNS_A, BYTES(HEAD(GOOD, "\x02", "\0") RR(SELF, "\x01", "\x04", "\xc0\0\x02\x07") RR(SELF, "\x01", "\x04", "\xc0\0\x02\x08")),
	  "found 0 192.0.2.7, 0 192.0.2.8" },
	{ "an address by IPv6", DNS_AAAA, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x1c", "\x10", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01")), "found 0 2001:db8::1" },
	{ "a text of two strings", DNS_TXT, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x10", "\x08", "\x03" "v=s\x03pf1")), "found 0 v=spf1" },
	{ "an empty text", DNS_TXT, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x10", "\x01", "\0")), "found 0 " },
	{ "a NUL in a text", DNS_TXT, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x10", "\x04", "\x03" "a\0b")), "found 0 a?b" },
	{ "a string longer than its record", DNS_TXT, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x10", "\x03", "\x05" "ab")), "failed" },
	{ "MX by preference", DNS_MX, BYTES(HEAD(GOOD, "\x02", "\0") RR(SELF, "\x0f", "\x06", "\0\x14\x01" "B\xc0\x0e") RR(SELF, "\x0f", "\x06", "\0\x0a\x01" "c\xc0\x0e")),
	  "found 10 c.test, 20 b.test" },
	{ "a null MX", DNS_MX, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x0f", "\x03", "\0\0\0")), "found 0 " },
	{ "a MX that is cut", DNS_MX, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x0f", "\x02", "\0\0")), "failed" },
	{ "an alias", DNS_A, BYTES(HEAD(GOOD, "\x02", "\0") RR(SELF, "\x05", "\x04", "\x01" "b\xc0\x0e") RR("\x01" "B\x04TEST\0", "\x01", "\x04", "\xc0\0\x02\x07")),
	  "found 0 192.0.2.7" },
	{ "an alias behind its target", DNS_A, BYTES(HEAD(GOOD, "\x02", "\0") RR("\x01" "b\x04test\0", "\x01", "\x04", "\xc0\0\x02\x07") RR(SELF, "\x05", "\x04", "\x01" "b\xc0\x0e")),
	  "found 0 192.0.2.7" },
	{ "an alias in a circle", DNS_A, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x05", "\x02", SELF)), "no data" },
	{ "an alias that leads nowhere", DNS_A, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x05", "\x04", "\x01" "b\xc0\x0e")), "no data" },
	{ "a record of another name", DNS_A, BYTES(HEAD(GOOD, "\x01", "\0") RR("\x01" "b\xc0\x0e", "\x01", "\x04", "\xc0\0\x02\x07")), "no data" },
	{ "a record of another type", DNS_AAAA, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x01", "\x04", "\xc0\0\x02\x07")), "no data" },
	{ "an address of three bytes", DNS_A, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x01", "\x03", "\xc0\0\x02")), "failed" },
	{ "nothing", DNS_A, BYTES(HEAD(GOOD, "\0", "\0")), "no data" },
	{ "nothing, and the zone that says so", DNS_A, BYTES(HEAD(GOOD, "\0", "\x01") RR("\xc0\x0e", "\x06", "\x16", "\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01")),
	  "no data in test" },
	{ "no such name", DNS_A, BYTES(HEAD("\x81\x83", "\0", "\x01") RR("\xc0\x0e", "\x06", "\x16", "\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\0\0\x01")), "no name in test" },
	{ "a server that fails", DNS_A, BYTES(HEAD("\x81\x82", "\0", "\0")), "failed" },
	{ "a refusal", DNS_A, BYTES(HEAD("\x81\x85", "\0", "\0")), "failed" },
	{ "a question", DNS_A, BYTES(HEAD("\x01\0", "\0", "\0")), "failed" },
	{ "fewer records than announced", DNS_A, BYTES(HEAD(GOOD, "\x02", "\0") RR(SELF, "\x01", "\x04", "\xc0\0\x02\x07")), "failed" },
	{ "a name that points at itself", DNS_PTR, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x0c", "\x02", "\xc0\x24")), "failed" },
	{ "a name with a strange byte", DNS_PTR, BYTES(HEAD(GOOD, "\x01", "\0") RR(SELF, "\x0c", "\x05", "\x03" "\x01.\xff\0")), "found 0 \\001\\.\\255" },
	{ "a header that is cut", DNS_A, BYTES("\x12\x34\x81\x80"), "failed" },
	{ "no bytes", DNS_A, BYTES(""), "failed" },
};

static char *told(void *owner, const struct dns_answer *a)
{
	static const char *const states[] = { "found", "no data", "no name", "failed" };
	char *text = mem_printf(owner, "%s%s%s", states[a->state], a->zone ? " in " : "", a->zone ? a->zone : "");
	for (size_t i = 0; i < a->count; i++)
		text = mem_printf(owner, "%s%s%d %s", text, i ? ", " : " ", a->records[i].preference, a->records[i].text);
	return text;
}

static void test_resolvers(void *t)
{
	static const struct {
		const char *resolver;
		bool fine;
	} resolvers[] = { { "127.0.0.1:5353", true }, { "[::1]:53", true }, { "192.0.2.1", false }, { "::1", false }, { "localhost:53", false }, { "127.0.0.1:0", false },
		          { "127.0.0.1:65536", false }, { "127.0.0.1:53x", false }, { "[::1:53", false }, { "", false } };
	for (size_t i = 0; i < sizeof resolvers / sizeof *resolvers; i++) {
		struct error err = { 0 };
		struct dns *dns = dns_new(t, resolvers[i].resolver, 1000, &err);
		is_int(dns != NULL, resolvers[i].fine, mem_printf(t, "resolver '%s'", resolvers[i].resolver));
		talloc_free(dns);
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dns_answer a;
		/* Of their own size, so that the sanitizer sees a byte too many. */
		unsigned char *message = mem_check(talloc_memdup(t, rows[i].message, rows[i].size ? rows[i].size : 1));
		dns_message_read(t, message, rows[i].size, "a.test", rows[i].type, &a);
		is(told(t, &a), rows[i].want, rows[i].what);
		ok((a.state == DNS_FAILED) == (a.why != NULL), "a reason where it failed");
	}
	struct network_address address;
	network_address_parse("192.0.2.1", &address);
	is(dns_reverse(t, &address), "1.2.0.192.in-addr.arpa", "the name of an address");
	network_address_parse("2001:db8::567:89ab", &address);
	is(dns_reverse(t, &address), "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "by IPv6");
	test_resolvers(t);
	struct dns *dns = dns_offline(t);
	dns_put(dns, "Mail.Test.", DNS_A, DNS_FOUND, &(struct dns_record){ .text = "192.0.2.1" });
	is_int(dns_ask(dns, "mail.test", DNS_A)->state, DNS_FOUND, "names are equal whatever their case and final dot");
	is_int(dns_ask(dns, "mail.test", DNS_MX)->state, DNS_NO_DATA, "another type of a name that is there");
	is_int(dns_ask(dns, "other.test", DNS_A)->state, DNS_NO_NAME, "a name that is not");
	struct error err;
	dns = dns_new(t, "127.0.0.1:53", -1, &err);
	is(dns_ask(dns, "late.test", DNS_A)->why, "looking up names takes too long", "after its time nothing is asked");
	talloc_free(t);
	return tap_done();
}
