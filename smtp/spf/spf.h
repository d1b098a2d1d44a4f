#pragma once
/*
 * spf - may a server at this address send for that domain (RFC 7208)?
 *
 * check_host() of section 4, with its limits: 10 mechanisms that ask DNS, 2 of them in vain, 10 hosts of a mx or ptr.
 */
#include "gateway/base/dns/dns.h"
#include "smtp/spf/spf_record.h"

struct spf_question {
	struct network_address ip;
	const char *domain; /* in A-labels */
	const char *sender; /* the address in MAIL FROM */
	const char *helo;
	bool survey;        /* nothing matches, and limits end nothing: lookups and voids are those of the whole record, up to 40 */
};

struct spf_verdict {
	enum spf_result result;
	const char *why;     /* NONE, TEMPERROR, PERMERROR: for people; else the term that decided, or NULL */
	const char *record;  /* that of domain, when there is just one */
	size_t records;      /* how many domain has */
	int lookups, voids;
};

enum { SPF_LOOKUPS_MAX = 10, SPF_VOIDS_MAX = 2 };

/* The strings of the verdict belong to owner. */
void spf_check(void *owner, struct dns *dns, const struct spf_question *question, struct spf_verdict *verdict);
