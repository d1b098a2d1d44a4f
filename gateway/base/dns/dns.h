#pragma once
/*
 * dns - questions to a resolver: what a name has, that it has nothing, that it does not exist, that nobody could say.
 *
 * The stub resolver of glibc (res_nsend, ns_parserr) asks by UDP, and by TCP what was cut; here are the caps and the four
 * answers that callers must tell apart.  Knows nothing of mail.  Each question is asked once in the life of a struct dns.
 * Answers are a stranger's bytes: they are taken apart by the library, and what comes out is bounded and holds no NUL.
 */
#include "gateway/base/address/network.h"
#include <stddef.h>

enum dns_type { DNS_A, DNS_AAAA, DNS_MX, DNS_PTR, DNS_SOA, DNS_TXT };

enum dns_state {
	DNS_FOUND,
	DNS_NO_DATA, /* the name exists, and has no record of this type */
	DNS_NO_NAME, /* there is no such name (NXDOMAIN) */
	DNS_FAILED   /* no answer in time, a server that fails, an answer that is none */
};

struct dns_record {
	/* TXT: its strings, one behind the other.  MX, PTR, SOA: the host, in small letters without a final dot; "" is the root.
	 * A, AAAA: the address as text. */
	const char *text;
	int preference;                 /* MX */
	size_t strings;                 /* TXT: of how many strings it is */
	struct network_address address; /* A, AAAA */
};

struct dns_answer {
	enum dns_state state;
	const struct dns_record *records; /* FOUND: in the order of the answer, at most 100; MX by preference */
	size_t count;
	const char *zone; /* NO_DATA, NO_NAME: the zone that says so, or NULL */
	const char *why;  /* FAILED: for people */
};

struct dns;

/* resolver: "127.0.0.1:5353", "[::1]:53"; NULL: those of /etc/resolv.conf.  All questions together may take budget_ms (and the
 * last one six seconds for each resolver), after that they fail.  ERROR_INVALID: resolver is no address with a port. */
struct dns *dns_new(void *owner, const char *resolver, int budget_ms, struct error *err);
/* Asks nobody: a name does not exist unless dns_put has named it. */
struct dns *dns_offline(void *owner);
/* The answer, which belongs to dns.  name is in A-labels, with or without a final dot; one that cannot be a name does not
 * exist.  Aliases are followed.  Blocks. */
const struct dns_answer *dns_ask(struct dns *dns, const char *name, enum dns_type type);
/* How many of the questions so far nobody could answer. */
size_t dns_failures(const struct dns *dns);
/* The names of an address (PTR). */
const struct dns_answer *dns_ask_address(struct dns *dns, const struct network_address *address);
/* What dns_ask answers from now on, without asking.  FOUND: the record is added to those that were put before; FAILED: its text
 * is why; else record may be NULL. */
void dns_put(struct dns *dns, const char *name, enum dns_type type, enum dns_state state, const struct dns_record *record);

/* "7.2.0.192.in-addr.arpa"; belongs to owner. */
char *dns_reverse(void *owner, const struct network_address *address);
/* "A", "TXT", … */
const char *dns_type_name(enum dns_type type);
