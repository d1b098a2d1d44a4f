#pragma once
/*
 * network - addresses of the internet: parsing, networks, which are public.
 *
 * One representation for both families: an IPv4 address is held as the IPv6
 * address ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), so that a rule
 * for IPv4 also holds for mapped addresses.  Knows nothing of sockets.
 */
#include "gateway/base/text/error.h"
#include <sys/socket.h>

struct network_address {
	unsigned char bytes[16];
};

struct network {
	struct network_address first;
	int bits; /* of the 128 that count */
};

/* "192.0.2.1", "2001:db8::1"; no brackets, no zone. */
bool network_address_parse(const char *text, struct network_address *address);
/* As proxies write them into X-Forwarded-For and Forwarded: also with blanks around, in quotes, in brackets, with a port, with a zone. */
bool network_address_forwarded(const char *text, struct network_address *address);
/* False for a family that is neither IPv4 nor IPv6. */
bool network_address_of(const struct sockaddr *socket_address, struct network_address *address);
bool network_address_is_v4(const struct network_address *address);
/* As network_address_parse reads it. */
char *network_address_text(void *owner, const struct network_address *address);

/* "10.0.0.0/8", "fd00::/8"; an address alone is a network of one.  ERROR_INVALID says what would be right. */
bool network_parse(const char *text, struct network *network, struct error *err);
bool network_holds(const struct network *network, const struct network_address *address);

/*
 * Why nobody on the public internet can be at this address: "a loopback
 * address", "a private address", ... (the special-purpose registries of IANA,
 * RFC 6890); NULL for a public one.  An IPv4 address that is wrapped for
 * NAT64 (RFC 6052) is judged by the address inside; 6to4 and Teredo are
 * obsolete and refused as a whole.
 */
const char *network_reserved(const struct network_address *address);
/* The network that one household or company has, of an address: "192.0.2.0/24", "2001:db8::/48".  Belongs to owner; NULL when remote is no address. */
char *network_name(void *owner, const char *remote);
