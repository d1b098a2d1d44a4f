#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char v4_prefix[12] = { [10] = 0xFF, [11] = 0xFF };

static void wrap(const void *v4, struct network_address *address)
{
	memcpy(address->bytes, v4_prefix, sizeof v4_prefix);
	memcpy(address->bytes + sizeof v4_prefix, v4, 4);
}

bool network_address_is_v4(const struct network_address *address) { return memcmp(address->bytes, v4_prefix, sizeof v4_prefix) == 0; }

bool network_address_parse(const char *text, struct network_address *address)
{
	unsigned char v4[4];
	if (inet_pton(AF_INET6, text, address->bytes) == 1)
		return true;
	if (inet_pton(AF_INET, text, v4) != 1)
		return false;
	wrap(v4, address);
	return true;
}

bool network_address_forwarded(const char *text, struct network_address *address)
{
	char *s = mem_dup(NULL, text), *from = s + strspn(s, " \t\""), *end;
	if (*from == '[') {
		end = strchr(++from, ']');
	} else {
		/* One colon is that before a port; an IPv6 address has more. */
		end = strchr(from, ':');
		if (!end || strchr(end + 1, ':'))
			end = from + strcspn(from, " \t\"");
	}
	bool fine = end != NULL;
	if (fine) {
		const char *rest = *end == ']' ? end + 1 : end;
		rest += *rest == ':' ? 1 + strspn(rest + 1, "0123456789") : 0;
		fine = !rest[strspn(rest, " \t\"")];
		*end = '\0';
		from[strcspn(from, "%")] = '\0';
		fine = fine && network_address_parse(from, address);
	}
	talloc_free(s);
	return fine;
}

bool network_address_of(const struct sockaddr *socket_address, struct network_address *address)
{
	if (socket_address->sa_family == AF_INET)
		wrap(&((const struct sockaddr_in *)(const void *)socket_address)->sin_addr, address);
	else if (socket_address->sa_family == AF_INET6)
		memcpy(address->bytes, &((const struct sockaddr_in6 *)(const void *)socket_address)->sin6_addr, 16);
	else
		return false;
	return true;
}

char *network_address_text(void *owner, const struct network_address *address)
{
	char text[INET6_ADDRSTRLEN];
	if (network_address_is_v4(address))
		inet_ntop(AF_INET, address->bytes + sizeof v4_prefix, text, sizeof text);
	else
		inet_ntop(AF_INET6, address->bytes, text, sizeof text);
	return mem_dup(owner, text);
}

/* The number that s is, of one to three digits; -1 otherwise. */
static int small_number(const char *s)
{
	size_t n = strspn(s, "0123456789");
	return n && n <= 3 && !s[n] ? atoi(s) : -1;
}

bool network_parse(const char *text, struct network *network, struct error *err)
{
	const char *slash = strchr(text, '/');
	char *address = mem_ndup(NULL, text, slash ? (size_t)(slash - text) : strlen(text));
	bool fine = network_address_parse(address, &network->first);
	int most = fine && !strchr(address, ':') ? 32 : 128;
	int bits = slash ? small_number(slash + 1) : most;
	talloc_free(address);
	if (!fine || bits < 0 || bits > most)
		return error_set(err, ERROR_INVALID, "'%.100s' is no network; write it as '10.0.0.0/8' or 'fd00::/8'", text);
	network->bits = bits + 128 - most;
	return true;
}

bool network_holds(const struct network *network, const struct network_address *address)
{
	int whole = network->bits / 8, rest = network->bits % 8;
	const unsigned char *a = network->first.bytes, *b = address->bytes;
	if (memcmp(a, b, (size_t)whole) != 0)
		return false;
	return !rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static const struct {
	const char *network, *what;
} reserved[] = {
	{ "0.0.0.0/8", "an unspecified address" },
	{ "10.0.0.0/8", "a private address" },
	{ "100.64.0.0/10", "a carrier's private address" },
	{ "127.0.0.0/8", "a loopback address" },
	{ "169.254.0.0/16", "a link-local address" },
	{ "172.16.0.0/12", "a private address" },
	{ "192.0.0.0/24", "an address for protocols" },
	{ "192.0.2.0/24", "an address for documentation" },
	{ "192.88.99.0/24", "a 6to4 address" },
	{ "192.168.0.0/16", "a private address" },
	{ "198.18.0.0/15", "an address for benchmarks" },
	{ "198.51.100.0/24", "an address for documentation" },
	{ "203.0.113.0/24", "an address for documentation" },
	{ "224.0.0.0/4", "a multicast address" },
	{ "255.255.255.255/32", "a broadcast address" },
	{ "240.0.0.0/4", "a reserved address" },
	{ "::/128", "an unspecified address" },
	{ "::1/128", "a loopback address" },
	{ "64:ff9b:1::/48", "a private address" },
	{ "2001::/32", "a Teredo address" },
	{ "2001::/23", "an address for protocols" },
	{ "2001:db8::/32", "an address for documentation" },
	{ "2002::/16", "a 6to4 address" },
	{ "3fff::/20", "an address for documentation" },
	{ "fc00::/7", "a private address" },
	{ "fe80::/10", "a link-local address" },
	{ "fec0::/10", "a private address" },
	{ "ff00::/8", "a multicast address" },
};

static bool within(const char *text, const struct network_address *address)
{
	struct network network;
	struct error ignored;
	return network_parse(text, &network, &ignored) && network_holds(&network, address);
}

const char *network_reserved(const struct network_address *address)
{
	struct network_address judged = *address;
	if (within("64:ff9b::/96", address))
		wrap(address->bytes + 12, &judged);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (within(reserved[i].network, &judged))
			return reserved[i].what;
	/* RFC 4291 section 2.4: only 2000::/3 is allocated as global unicast. */
	return network_address_is_v4(&judged) || within("2000::/3", &judged) ? NULL : "a reserved address";
}

char *network_name(void *owner, const char *remote)
{
	static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	struct network_address a;
	if (!network_address_parse(remote, &a))
		return NULL;
	bool v4 = memcmp(a.bytes, mapped, sizeof mapped) == 0;
	size_t kept = v4 ? 15 : 6;
	memset(a.bytes + kept, 0, sizeof a.bytes - kept);
	return mem_printf(owner, "%s/%d", network_address_text(owner, &a), v4 ? 24 : 48);
}
