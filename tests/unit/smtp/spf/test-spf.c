/* test-spf - what records say of addresses, and which records are wrong (RFC 7208). */
#include "gateway/base/memory/mem.h"
#include "smtp/spf/spf.h"
#include "smtp/spf/spf_macro.h"
#include "tap.h"
#include "tests/unit/zone.h"

/* The zone of RFC 7208 appendix A, and names with faults. */
static const char zone[] =
	"example.com A 192.0.2.10\nexample.com A 192.0.2.11\nexample.com MX 10 mail-a.example.com\nexample.com MX 20 mail-b.example.com\n"
	"amy.example.com A 192.0.2.65\nbob.example.com A 192.0.2.66\nmail-a.example.com A 192.0.2.129\nmail-b.example.com A 192.0.2.130\n"
	"www.example.com A 192.0.2.10\nexample.org MX 10 mail-c.example.org\nmail-c.example.org A 192.0.2.140\n"
	"10.2.0.192.in-addr.arpa PTR example.com\n11.2.0.192.in-addr.arpa PTR example.com\n65.2.0.192.in-addr.arpa PTR amy.example.com\n"
	"66.2.0.192.in-addr.arpa PTR bob.example.com\n140.2.0.192.in-addr.arpa PTR mail-c.example.org\n"
	"9.100.51.198.in-addr.arpa PTR liar.example.com\nliar.example.com A 203.0.113.77\n"
	"six.example.com AAAA 2001:db8::66\nsix.example.com A 192.0.2.66\n"
	"pass.example.net TXT v=spf1 +all\nfail.example.net TXT v=spf1 -all\nsoft.example.net TXT v=spf1 ~all\nneutral.example.net TXT v=spf1 ?all\n"
	"empty.example.net TXT v=spf1\nother.example.net TXT hello\nnone.example.net A 192.0.2.1\n"
	"two.example.net TXT v=spf1 -all\ntwo.example.net TXT V=SPF1 +all\nwrong.example.net TXT v=spf1 ipv4:192.0.2.1 -all\n"
	"loop.example.net TXT v=spf1 include:loop.example.net -all\nping.example.net TXT v=spf1 include:pong.example.net\n"
	"pong.example.net TXT v=spf1 include:ping.example.net\nround.example.net TXT v=spf1 redirect=round.example.net\nbroken.example.net FAIL\n"
	"ten.example.net TXT v=spf1 a:a1.example.com a:a2.example.com ip4:192.0.2.1\n"
	"many.example.net MX 1 h1.example.com\nmany.example.net MX 2 h2.example.com\nmany.example.net MX 3 h3.example.com\nmany.example.net MX 4 h4.example.com\n"
	"many.example.net MX 5 h5.example.com\nmany.example.net MX 6 h6.example.com\nmany.example.net MX 7 h7.example.com\nmany.example.net MX 8 h8.example.com\n"
	"many.example.net MX 9 h9.example.com\nmany.example.net MX 10 h10.example.com\nmany.example.net MX 11 h11.example.com\n"
	"null.example.net MX 0 \nstrong-bad.user.example.net A 127.0.0.2\n66.2.0.192.in-addr._spf.example.com A 127.0.0.2\n"
	"bob.lp._spf.example.com A 127.0.0.2\n";

/* The record of test.example.com, the address, what comes out. */
static const struct {
	const char *record, *ip, *want;
} rows[] = {
	/* appendix A.1 */
	{ "v=spf1 +all", "192.0.2.1", "pass" },
	{ "v=spf1 a -all", "192.0.2.10", "fail" },
	{ "v=spf1 a:example.com -all", "192.0.2.10", "pass" },
	{ "v=spf1 a:example.com -all", "192.0.2.11", "pass" },
	{ "v=spf1 a:example.com -all", "192.0.2.12", "fail" },
	{ "v=spf1 a:example.org -all", "192.0.2.140", "fail" },
	{ "v=spf1 mx:example.com -all", "192.0.2.129", "pass" },
	{ "v=spf1 mx:example.com -all", "192.0.2.130", "pass" },
	{ "v=spf1 mx:example.com mx:example.org -all", "192.0.2.140", "pass" },
	{ "v=spf1 mx:example.com mx:example.org -all", "192.0.2.141", "fail" },
	{ "v=spf1 mx:example.com/30 mx:example.org/30 -all", "192.0.2.131", "pass" },
	{ "v=spf1 mx:example.com/30 mx:example.org/30 -all", "192.0.2.143", "pass" },
	{ "v=spf1 mx:example.com/30 mx:example.org/30 -all", "192.0.2.144", "fail" },
	{ "v=spf1 ptr:example.com -all", "192.0.2.65", "pass" },
	{ "v=spf1 ptr:example.com -all", "192.0.2.140", "fail" },
	{ "v=spf1 ptr:example.com -all", "198.51.100.9", "fail" },
	{ "v=spf1 ptr -all", "192.0.2.65", "fail" },
	{ "v=spf1 ptr:AMY.Example.Com. -all", "192.0.2.65", "pass" },
	{ "v=spf1 ptr:my.example.com -all", "192.0.2.65", "fail" },
	{ "v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "pass" },
	{ "v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", "fail" },
	/* results and qualifiers */
	{ "v=spf1", "192.0.2.1", "neutral" },
	{ "v=spf1 ip4:192.0.2.1", "192.0.2.2", "neutral" },
	{ "v=spf1 -ip4:192.0.2.1 +all", "192.0.2.1", "fail" },
	{ "v=spf1 ~ip4:192.0.2.1 +all", "192.0.2.1", "softfail" },
	{ "v=spf1 ?ip4:192.0.2.1 +all", "192.0.2.1", "neutral" },
	{ "V=SPF1 IP4:192.0.2.1 -ALL", "192.0.2.1", "pass" },
	{ "v=spf1  ip4:192.0.2.1   -all  ", "192.0.2.1", "pass" },
	{ "v=spf1 -all ip4:192.0.2.1", "192.0.2.1", "fail" },
	{ "v=spf10 +all", "192.0.2.1", "none" },
	{ "v=spf1\t+all", "192.0.2.1", "none" },
	{ " v=spf1 +all", "192.0.2.1", "none" },
	{ "spf2.0/pra +all", "192.0.2.1", "none" },
	/* networks */
	{ "v=spf1 ip4:192.0.2.1/32 -all", "192.0.2.1", "pass" },
	{ "v=spf1 ip4:192.0.2.99/24 -all", "192.0.2.1", "pass" },
	{ "v=spf1 ip4:0.0.0.0/0 -all", "192.0.2.1", "pass" },
	{ "v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", "fail" },
	{ "v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", "pass" },
	{ "v=spf1 ip6:2001:DB8:0:1::/64 -all", "2001:db8:0:1::5", "pass" },
	{ "v=spf1 ip6:2001:db8:0:1::/64 -all", "2001:db8:0:2::5", "fail" },
	{ "v=spf1 ip6:2001:db8::1 -all", "2001:db8::2", "fail" },
	{ "v=spf1 ip6:::/0 -all", "192.0.2.1", "fail" },
	{ "v=spf1 ip6:::ffff:192.0.2.1 -all", "192.0.2.1", "fail" },
	{ "v=spf1 a:six.example.com -all", "2001:db8::66", "pass" },
	{ "v=spf1 a:six.example.com//64 -all", "2001:db8::1", "pass" },
	{ "v=spf1 a:six.example.com/24//128 -all", "192.0.2.1", "pass" },
	{ "v=spf1 a:six.example.com/24//128 -all", "2001:db8::1", "fail" },
	{ "v=spf1 ip4:192.0.2.0/33 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip4:192.0.2.0/024 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip4:192.0.2.0/ -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip4:192.0.2 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip4:2001:db8::1 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip6:192.0.2.1 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip6:2001:db8::/129 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ip4 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a:example.com/33 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a:example.com//129 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a:example.com/ -all", "192.0.2.1", "permerror" },
	/* syntax: one mistake makes all of it worthless, wherever it stands */
	{ "v=spf1 +all ipv4:192.0.2.1", "192.0.2.1", "permerror" },
	{ "v=spf1 all.com", "192.0.2.1", "permerror" },
	{ "v=spf1 all:example.com", "192.0.2.1", "permerror" },
	{ "v=spf1 include -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include: -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:com -all", "192.0.2.1", "permerror" },
	{ "v=spf1 exists -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a: -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a:example.com:8080 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a:192.0.2.1 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 a:example.-com -all", "192.0.2.1", "permerror" },
	{ "v=spf1 mx/24/64 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 = -all", "192.0.2.1", "permerror" },
	{ "v=spf1 ,ip4:192.0.2.1 -all", "192.0.2.1", "permerror" },
	{ "v=spf1 redirect=pass.example.net redirect=pass.example.net", "192.0.2.1", "permerror" },
	{ "v=spf1 exp=a.example.com exp=b.example.com +all", "192.0.2.1", "permerror" },
	{ "v=spf1 exp= +all", "192.0.2.1", "permerror" },
	{ "v=spf1 moo=anything +all", "192.0.2.1", "pass" },
	{ "v=spf1 moo.2-x_y= +all", "192.0.2.1", "pass" },
	{ "v=spf1 moo=%{x} +all", "192.0.2.1", "permerror" },
	{ "v=spf1 2moo=x +all", "192.0.2.1", "permerror" },
	/* include */
	{ "v=spf1 include:pass.example.net -all", "192.0.2.1", "pass" },
	{ "v=spf1 -include:pass.example.net +all", "192.0.2.1", "fail" },
	{ "v=spf1 include:fail.example.net ~all", "192.0.2.1", "softfail" },
	{ "v=spf1 include:soft.example.net -all", "192.0.2.1", "fail" },
	{ "v=spf1 include:neutral.example.net -all", "192.0.2.1", "fail" },
	{ "v=spf1 include:none.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:other.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:nowhere.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:two.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:wrong.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:broken.example.net -all", "192.0.2.1", "temperror" },
	{ "v=spf1 ip4:192.0.2.1 include:broken.example.net -all", "192.0.2.1", "pass" },
	{ "v=spf1 include:loop.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:ping.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 include:ten.example.net -all", "192.0.2.1", "pass" },
	/* redirect */
	{ "v=spf1 redirect=pass.example.net", "192.0.2.1", "pass" },
	{ "v=spf1 redirect=fail.example.net ip4:192.0.2.1", "192.0.2.1", "pass" },
	{ "v=spf1 REDIRECT=soft.example.net", "192.0.2.1", "softfail" },
	{ "v=spf1 ?all redirect=fail.example.net", "192.0.2.1", "neutral" },
	{ "v=spf1 redirect=none.example.net", "192.0.2.1", "permerror" },
	{ "v=spf1 redirect=round.example.net", "192.0.2.1", "permerror" },
	{ "v=spf1 redirect:pass.example.net", "192.0.2.1", "permerror" },
	/* a, mx, exists and what is not there */
	{ "v=spf1 a:none.example.net -all", "192.0.2.1", "pass" },
	{ "v=spf1 a:broken.example.net -all", "192.0.2.1", "temperror" },
	{ "v=spf1 mx:broken.example.net -all", "192.0.2.1", "temperror" },
	{ "v=spf1 mx:null.example.net -all", "192.0.2.1", "fail" },
	{ "v=spf1 mx:many.example.net -all", "192.0.2.1", "permerror" },
	{ "v=spf1 exists:none.example.net -all", "2001:db8::1", "pass" },
	{ "v=spf1 exists:nowhere.example.net -all", "192.0.2.1", "fail" },
	{ "v=spf1 a:x1.example.net a:x2.example.net ip4:192.0.2.1", "192.0.2.1", "pass" },
	{ "v=spf1 a:x1.example.net a:x2.example.net a:x3.example.net ip4:192.0.2.1", "192.0.2.1", "permerror" },
	{ "v=spf1 a:a.example.com a:b.example.com", "192.0.2.1", "neutral" },
	{ "v=spf1 include:pass.example.net include:broken.example.net", "192.0.2.1", "pass" },
	/* ten lookups are allowed, eleven are not */
	{ "v=spf1 a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com ip4:192.0.2.1",
	  "192.0.2.1", "pass" },
	{ "v=spf1 a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:example.com a:www.example.com",
	  "192.0.2.1", "permerror" },
	/* macros */
	{ "v=spf1 exists:%{l}.user.example.net -all", "192.0.2.1", "pass" },
	{ "v=spf1 exists:%{ir}.%{v}._spf.example.com -all", "192.0.2.66", "pass" },
	{ "v=spf1 exists:%{ir}.%{v}._spf.example.com -all", "192.0.2.67", "fail" },
	{ "v=spf1 a:%{d2} -all", "192.0.2.10", "pass" },
	{ "v=spf1 a:%{q} -all", "192.0.2.10", "permerror" },
	{ "v=spf1 a:%{c}.example.com -all", "192.0.2.10", "permerror" },
	{ "v=spf1 a:%{d0} -all", "192.0.2.10", "permerror" },
	{ "v=spf1 a:%{d -all", "192.0.2.10", "permerror" },
	{ "v=spf1 a:%d.example.com -all", "192.0.2.10", "permerror" },
	{ "v=spf1 a:example.com% -all", "192.0.2.10", "permerror" },
};

/* Section 7.4 and siblings, for strong-bad@email.example.com. */
static const struct {
	const char *spec, *ip, *want;
} macros[] = {
	{ "%{s}", "192.0.2.3", "strong-bad@email.example.com" },
	{ "%{o}", "192.0.2.3", "email.example.com" },
	{ "%{d}", "192.0.2.3", "email.example.com" },
	{ "%{d4}", "192.0.2.3", "email.example.com" },
	{ "%{d3}", "192.0.2.3", "email.example.com" },
	{ "%{d2}", "192.0.2.3", "example.com" },
	{ "%{d1}", "192.0.2.3", "com" },
	{ "%{dr}", "192.0.2.3", "com.example.email" },
	{ "%{d2r}", "192.0.2.3", "example.email" },
	{ "%{l}", "192.0.2.3", "strong-bad" },
	{ "%{l-}", "192.0.2.3", "strong.bad" },
	{ "%{lr}", "192.0.2.3", "strong-bad" },
	{ "%{lr-}", "192.0.2.3", "bad.strong" },
	{ "%{l1r-}", "192.0.2.3", "strong" },
	{ "%{ir}.%{v}._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr._spf.example.com" },
	{ "%{lr-}.lp._spf.%{d2}", "192.0.2.3", "bad.strong.lp._spf.example.com" },
	{ "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "192.0.2.3", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com" },
	{ "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "192.0.2.3", "3.2.0.192.in-addr.strong.lp._spf.example.com" },
	{ "%{d2}.trusted-domains.example.net", "192.0.2.3", "example.com.trusted-domains.example.net" },
	{ "%{ir}.%{v}._spf.%{d2}", "2001:db8::cb01", "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com" },
	{ "%{S}.example.com", "192.0.2.3", "strong-bad%40email.example.com.example.com" },
	{ "%{h}", "192.0.2.3", "mx.example.org" },
	{ "%{p}.example.com", "192.0.2.3", "unknown.example.com" },
	{ "a%%b%_c%-d.example.com", "192.0.2.3", "a%b c%20d.example.com" },
	{ "%{d999}", "192.0.2.3", "email.example.com" },
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		void *t = talloc_new(NULL);
		struct dns *dns = zone_new(t, zone);
		struct spf_question q = { .domain = "test.example.com", .sender = "strong-bad@test.example.com", .helo = "mx.example.org" };
		struct spf_verdict v;
		dns_put(dns, "test.example.com", DNS_TXT, DNS_FOUND, &(struct dns_record){ .text = rows[i].record });
		network_address_parse(rows[i].ip, &q.ip);
		spf_check(t, dns, &q, &v);
		is(spf_result_name(v.result), rows[i].want, mem_printf(t, "%s for %s", rows[i].record, rows[i].ip));
		talloc_free(t);
	}
}

static void test_macros(void)
{
	for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
		void *t = talloc_new(NULL);
		struct spf_macro values = { .sender = "strong-bad@email.example.com", .domain = "email.example.com", .helo = "mx.example.org" };
		network_address_parse(macros[i].ip, &values.ip);
		ok(spf_macro_valid(macros[i].spec), mem_printf(t, "%s is valid", macros[i].spec));
		is(spf_macro_expand(t, macros[i].spec, &values), macros[i].want, macros[i].spec);
		talloc_free(t);
	}
}

/* The survey counts what a receiver that finds no match would look up, beyond all limits. */
static void test_survey(void)
{
	static const struct {
		const char *record;
		int lookups, voids;
	} surveys[] = {
		{ "v=spf1 ip4:192.0.2.1 -all", 0, 0 },
		{ "v=spf1 a:example.com mx:example.com include:pass.example.net -all", 3, 0 },
		{ "v=spf1 include:ten.example.net -all", 3, 2 },
		{ "v=spf1 a:x1.example.com a:x2.example.com a:x3.example.com a:example.com -all", 4, 3 },
		{ "v=spf1 -all a:example.com", 1, 0 },
		{ "v=spf1 all redirect=pass.example.net", 0, 0 },
		{ "v=spf1 redirect=ten.example.net", 3, 2 },
		{ "v=spf1 include:loop.example.net", 41, 0 },
	};
	for (size_t i = 0; i < sizeof surveys / sizeof *surveys; i++) {
		void *t = talloc_new(NULL);
		struct dns *dns = zone_new(t, zone);
		struct spf_question q = { .domain = "test.example.com", .sender = "a@test.example.com", .helo = "mx.example.org", .survey = true };
		struct spf_verdict v;
		dns_put(dns, "test.example.com", DNS_TXT, DNS_FOUND, &(struct dns_record){ .text = surveys[i].record });
		network_address_parse("192.0.2.1", &q.ip);
		spf_check(t, dns, &q, &v);
		is_int(v.lookups, surveys[i].lookups, mem_printf(t, "lookups of %s", surveys[i].record));
		is_int(v.voids, surveys[i].voids, mem_printf(t, "void lookups of %s", surveys[i].record));
		talloc_free(t);
	}
}

/* What an owner is told. */
static void test_words(void)
{
	static const struct {
		const char *domain, *why;
		size_t records;
	} told[] = {
		{ "two.example.net", "'two.example.net' has 2 SPF records; there may be one", 2 },
		{ "wrong.example.net", "the SPF record of 'wrong.example.net' is wrong: 'ipv4:192.0.2.1' in it is not understood", 1 },
		{ "none.example.net", "there is no SPF record", 0 },
		{ "localhost", "there is no SPF record", 0 },
		{ "fail.example.net", "-all", 1 },
		{ "loop.example.net", "it needs more than 10 DNS lookups", 1 },
		{ "broken.example.net", "'broken.example.net' cannot be looked up: the resolver is silent", 0 },
	};
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		void *t = talloc_new(NULL);
		struct spf_question q = { .domain = told[i].domain, .sender = "a@b.example", .helo = "mx.example.org" };
		struct spf_verdict v;
		network_address_parse("192.0.2.1", &q.ip);
		spf_check(t, zone_new(t, zone), &q, &v);
		is(v.why, told[i].why, told[i].domain);
		is_int((long long)v.records, (long long)told[i].records, "its records are counted");
		talloc_free(t);
	}
}

int main(void)
{
	test_rows();
	test_macros();
	test_survey();
	test_words();
	return tap_done();
}
