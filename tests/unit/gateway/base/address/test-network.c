#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <netinet/in.h>
#include <sys/un.h>

static const struct {
	const char *address, *reason; /* NULL: public */
} addresses[] = {
	{ "1.1.1.1", NULL },
	{ "9.255.255.255", NULL },
	{ "11.0.0.0", NULL },
	{ "100.63.255.255", NULL },
	{ "100.128.0.0", NULL },
	{ "172.15.255.255", NULL },
	{ "172.32.0.0", NULL },
	{ "192.0.1.0", NULL },
	{ "192.167.255.255", NULL },
	{ "192.169.0.0", NULL },
	{ "198.17.255.255", NULL },
	{ "198.20.0.0", NULL },
	{ "223.255.255.255", NULL },
	{ "2606:4700::1111", NULL },
	{ "2001:200::1", NULL },
	{ "2a00:1450:4001:800::200e", NULL },
	{ "0.0.0.0", "an unspecified address" },
	{ "0.1.2.3", "an unspecified address" },
	{ "10.0.0.1", "a private address" },
	{ "10.255.255.255", "a private address" },
	{ "100.64.0.0", "a carrier's private address" },
	{ "100.127.255.255", "a carrier's private address" },
	{ "127.0.0.1", "a loopback address" },
	{ "127.255.255.254", "a loopback address" },
	{ "169.254.169.254", "a link-local address" },
	{ "172.16.0.1", "a private address" },
	{ "172.31.255.255", "a private address" },
	{ "192.0.0.8", "an address for protocols" },
	{ "192.0.2.1", "an address for documentation" },
	{ "192.88.99.1", "a 6to4 address" },
	{ "192.168.255.255", "a private address" },
	{ "198.18.0.1", "an address for benchmarks" },
	{ "198.19.255.255", "an address for benchmarks" },
	{ "198.51.100.7", "an address for documentation" },
	{ "203.0.113.7", "an address for documentation" },
	{ "224.0.0.1", "a multicast address" },
	{ "239.255.255.255", "a multicast address" },
	{ "240.0.0.1", "a reserved address" },
	{ "255.255.255.255", "a broadcast address" },
	{ "::", "an unspecified address" },
	{ "::1", "a loopback address" },
	{ "::2", "a reserved address" },
	{ "::127.0.0.1", "a reserved address" },
	{ "::ffff:127.0.0.1", "a loopback address" },
	{ "::ffff:7f00:1", "a loopback address" },
	{ "::ffff:10.0.0.1", "a private address" },
	{ "::ffff:1.1.1.1", NULL },
	{ "::ffff:0:127.0.0.1", "a reserved address" },
	{ "64:ff9b::127.0.0.1", "a loopback address" },
	{ "64:ff9b::169.254.169.254", "a link-local address" },
	{ "64:ff9b::1.1.1.1", NULL },
	{ "64:ff9b:1::1.1.1.1", "a private address" },
	{ "100::1", "a reserved address" },
	{ "2001::1", "a Teredo address" },
	{ "2001:20::1", "an address for protocols" },
	{ "2001:1ff:ffff::1", "an address for protocols" },
	{ "2001:db8::1", "an address for documentation" },
	{ "2002:7f00:1::1", "a 6to4 address" },
	{ "3fff::1", "an address for documentation" },
	{ "3fff:1000::1", NULL },
	{ "4000::1", "a reserved address" },
	{ "5f00::1", "a reserved address" },
	{ "fc00::1", "a private address" },
	{ "fdff:ffff::1", "a private address" },
	{ "fe80::1", "a link-local address" },
	{ "febf::1", "a link-local address" },
	{ "fec0::1", "a private address" },
	{ "ff02::1", "a multicast address" },
};

static const struct {
	const char *network, *address;
	bool holds;
} members[] = {
	{ "10.0.0.0/8", "10.1.2.3", true },
	{ "10.0.0.0/8", "11.0.0.0", false },
	{ "10.1.2.3/8", "10.9.9.9", true },
	{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
	{ "10.0.0.0/8", "a00::", false },
	{ "10.1.2.3", "10.1.2.3", true },
	{ "10.1.2.3", "10.1.2.2", false },
	{ "10.1.2.0/31", "10.1.2.1", true },
	{ "10.1.2.0/31", "10.1.2.2", false },
	{ "10.1.2.128/25", "10.1.2.127", false },
	{ "10.1.2.128/25", "10.1.2.255", true },
	{ "0.0.0.0/0", "255.1.2.3", true },
	{ "0.0.0.0/0", "::1", false },
	{ "::/0", "1.2.3.4", true },
	{ "::1/128", "::1", true },
	{ "::1", "::2", false },
	{ "fd00::/8", "fd12:3456::1", true },
	{ "fd00::/8", "fc00::1", false },
	{ "2001:db8::/33", "2001:db8:7fff::1", true },
	{ "2001:db8::/33", "2001:db8:8000::1", false },
};

static const char *const no_networks[] = {
	"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/ 8", "10.0.0.0/0x8", "10.0.0/8", "010.0.0.0/8",
	"10.0.0.0/8/8", "fd00::/129", "fd00::/999999999999", "[::1]/128", "fe80::1%eth0", "localhost", "10.0.0.0/255.0.0.0", " 10.0.0.0/8",
};

static void test_reserved(void *t)
{
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		struct network_address a;
		const char *want = addresses[i].reason;
		if (ok(network_address_parse(addresses[i].address, &a), addresses[i].address))
			is(network_reserved(&a), want, mem_printf(t, "is %s", want ? want : "public"));
	}
}

static void test_members(void *t)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		struct network network;
		struct network_address a;
		struct error err;
		bool read = network_parse(members[i].network, &network, &err) && network_address_parse(members[i].address, &a);
		ok(read && network_holds(&network, &a) == members[i].holds,
		   mem_printf(t, "%s %s %s", members[i].network, members[i].holds ? "holds" : "does not hold", members[i].address));
	}
	for (size_t i = 0; i < sizeof no_networks / sizeof *no_networks; i++) {
		struct network network;
		struct error err = { 0 };
		ok(!network_parse(no_networks[i], &network, &err) && err.kind == ERROR_INVALID,
		   mem_printf(t, "'%s' is no network", no_networks[i]));
	}
	struct network network;
	struct error err = { 0 };
	network_parse("10.0.0/8", &network, &err);
	is(err.text, "'10.0.0/8' is no network; write it as '10.0.0.0/8' or 'fd00::/8'", "a mistake is explained");
}

static void test_text(void *t)
{
	static const char *const same[] = { "192.0.2.1", "2001:db8::1", "::1", "0.0.0.0" };
	struct network_address a;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		is(network_address_parse(same[i], &a) ? network_address_text(t, &a) : NULL, same[i], "is written as it was read");
	is(network_address_parse("::ffff:192.0.2.1", &a) ? network_address_text(t, &a) : NULL, "192.0.2.1",
	   "a mapped address is written as IPv4");
	ok(!network_address_parse("1.2.3", &a), "a short form is no address");
	ok(!network_address_parse("0x7f.0.0.1", &a), "nor is a hexadecimal one");
	ok(!network_address_parse("", &a), "nor nothing");
}

static void test_sockets(void *t)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000001) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct network_address a;
	is(network_address_of((struct sockaddr *)&v4, &a) ? network_address_text(t, &a) : NULL, "127.0.0.1", "an IPv4 socket");
	is(network_address_of((struct sockaddr *)&v6, &a) ? network_address_text(t, &a) : NULL, "::1", "an IPv6 socket");
	ok(!network_address_of((struct sockaddr *)&local, &a), "a local socket has no address");
}

static const struct {
	const char *text, *address; /* NULL: none */
} forwarded[] = {
	{ "198.51.100.99", "198.51.100.99" }, { " 198.51.100.99 ", "198.51.100.99" }, { "198.51.100.99:1234", "198.51.100.99" },
	{ "2001:db8::1", "2001:db8::1" }, { "[2001:db8::1]", "2001:db8::1" }, { "[2001:db8::1]:8443", "2001:db8::1" },
	{ "\"[2001:db8::1]:8443\"", "2001:db8::1" }, { "fe80::1%eth0", "fe80::1" }, { "[fe80::1%25eth0]:1", "fe80::1" },
	{ "::ffff:198.51.100.7", "198.51.100.7" }, { "2001:DB8:0:0::1", "2001:db8::1" },
	{ "", NULL }, { "unknown", NULL }, { "_hidden", NULL }, { "[2001:db8::1", NULL }, { "198.51.100.99:http", NULL }, { "198.51.100.99 x", NULL },
	{ "[2001:db8::1]x", NULL }, { "[]", NULL }, { ":80", NULL }, { "198.51.100", NULL },
};

static void by_proxies(void *t)
{
	for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
		struct network_address a;
		bool found = network_address_forwarded(forwarded[i].text, &a);
		is(found ? network_address_text(t, &a) : NULL, forwarded[i].address, forwarded[i].text);
	}
}

int main(void)
{
	void *t = talloc_new(NULL);
	test_reserved(t);
	test_members(t);
	test_text(t);
	test_sockets(t);
	by_proxies(t);
	talloc_free(t);
	return tap_done();
}
