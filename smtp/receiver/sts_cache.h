#pragma once
/*
 * sts_cache - the policy of a domain (mta_sts.h): looked up, and kept for as long as it says.
 *
 * One that is known holds although its record or its file cannot be had now: else who can keep these from us could take its protection away.
 */
#include "gateway/base/dns/dns.h"
#include "gateway/base/http/http.h"
#include "smtp/receiver/mta_sts.h"

struct sts_known {
	char *id;                  /* of the record */
	struct sts_policy *policy;
	int64_t until;             /* on clock_steady() */
};

/* The policy that holds for domain, which belongs to owner, NULL: none.  known, of the last time, or NULL, is freed unless it is returned.  Blocks, as
 * dns.h and http.h do, ten seconds for the file. */
struct sts_known *sts_look_up(void *owner, struct dns *dns, const struct http_options *http, const char *domain, struct sts_known *known);
