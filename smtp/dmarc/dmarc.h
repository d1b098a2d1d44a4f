#pragma once
/*
 * dmarc - the policy for a domain, and what belongs to the same organisation: by the DNS tree walk of RFC 9989 section 4.10.
 */
#include "gateway/base/dns/dns.h"
#include "smtp/dmarc/dmarc_record.h"

enum { DMARC_STEPS_MAX = 8 };

struct dmarc_found {
	const char *at;                    /* the domain whose record counts; NULL: there is none */
	const char *text;                  /* that record */
	const struct dmarc_record *record;
	enum dmarc_policy policy;          /* what it says of the domain that was asked for: p, sp or np, milder by one with t=y */
	const char *organisation;          /* the organisational domain */
	int steps;                         /* names that were looked up */
	const char *passed;                /* a name whose records count for nothing, and why: for people; or NULL */
	bool failed;                       /* a name could not be looked up: passed says which */
};

/* Strings belong to owner.  domain in A-labels. */
void dmarc_discover(void *owner, struct dns *dns, const char *domain, struct dmarc_found *found);
/* Is an identifier (of SPF or DKIM) aligned with the author's domain (section 4.4)? */
bool dmarc_aligned(void *owner, struct dns *dns, const char *author, const char *identifier, bool strict);
