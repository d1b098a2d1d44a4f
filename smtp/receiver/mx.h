#pragma once
/*
 * mx - the servers that take mail for a domain, in the order in which they are to be tried (RFC 5321 section 5.1).
 *
 * A domain without MX records is its own server; one with the null MX takes no mail at all (RFC 7505).  Blocks, as dns.h does.
 */
#include "gateway/base/dns/dns.h"
#include "gateway/base/text/error.h"
#include <stdbool.h>

enum mx_state {
	MX_FOUND,
	MX_NOBODY,  /* no such domain, or none of its servers has an address */
	MX_NULL,    /* the domain says that it takes no mail */
	MX_UNKNOWN  /* no answer of DNS, or none that its policy (mta_sts.h) allows: ask again later */
};

struct mx_host {
	const char *name;
	int preference;
	const char **addresses; /* as text, IPv6 first as getaddrinfo(3) would have them */
	size_t count;
};

struct mx {
	enum mx_state state;
	const char *why;        /* NOBODY, NULL, UNKNOWN: for people */
	struct mx_host *hosts;  /* those that have addresses, five at most */
	size_t count;
};

/* May letters be brought to that address?  The configuration may allow networks that are not public. */
typedef bool mx_allows(const void *context, const struct network_address *address);

/* Servers of one preference are in order of their names.  All belongs to owner. */
struct mx *mx_find(void *owner, struct dns *dns, const char *domain, mx_allows *allows, const void *context);
