#pragma once
/*
 * finder - looks up where the mail of many domains goes, while the caller does other things.
 *
 * Threads ask DNS, and for the policies of domains (mta_sts.h), which blocks; what they found is kept for an hour, what they did not find for some
 * minutes, policies for as long as they say, in memory.
 */
#include "smtp/receiver/mx.h"

struct finder;

struct route {
	const char *domain, *receiver; /* receiver_of its first server; the domain itself when there is none */
	const char *key;               /* the same for all domains with the same servers */
	const struct mx *mx;
	bool verified;                 /* its policy (mta_sts.h) wants TLS with good certificates; only the servers that it names are in mx */
	bool tested;                   /* its policy does not want that yet: what is against it is to be told */
	const char *breach;            /* a server that its policy does not name; or NULL */
};

struct finder_options {
	const char *resolver;              /* as dns_new has it; or NULL */
	const char *ca_file;               /* to fetch policies with, as http.h has it; or NULL */
	const char *const *allow_networks; /* where servers may be although they are not public; ends with NULL; or NULL */
	int threads;                       /* 0: 4 */
};

/* ERROR_INVALID: the resolver, or a network, is none. */
struct finder *finder_new(void *owner, const struct finder_options *options, struct error *err);
/* What is known of the domain; NULL while it is looked up, which begins now if it did not before.  Valid until the next call. */
const struct route *finder_ask(struct finder *f, const char *domain);
/* What was found of a domain, however long ago; NULL: nothing yet.  Begins nothing. */
const struct route *finder_known(struct finder *f, const char *domain);
/* Before the caller asks for all that it waits for: what was found until now wakes it no more. */
void finder_seen(struct finder *f);
/* Readable once something was found since the last finder_seen. */
int finder_fd(const struct finder *f);
