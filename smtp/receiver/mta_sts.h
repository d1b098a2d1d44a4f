#pragma once
/*
 * mta_sts - what a domain asks of those who bring its mail (RFC 8461): only these servers, and only by TLS with a certificate that is good for their names.
 *
 * A TXT record says that there is a policy, and its id changes with it; the policy is a small file of the domain's web server, whose certificate
 * proves whose it is.
 */
#include "gateway/base/text/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sts_mode {
	STS_NONE,    /* the domain has a policy no more */
	STS_TESTING, /* what is wrong keeps no letter */
	STS_ENFORCE
};

struct sts_policy {
	enum sts_mode mode;
	int64_t max_age;  /* ms, for which it holds: a day at least, 31 days at most */
	const char **mx;  /* names in small letters, or "*.example.com"; a hundred at most */
	size_t count;
};

/* The id of the record "v=STSv1; id=20260101T010101;"; NULL: it is none.  Belongs to owner. */
char *sts_record_id(void *owner, const char *record);
/* What the file says; all of it belongs to owner, NULL with ERROR_INVALID and why. */
struct sts_policy *sts_policy_parse(void *owner, const char *text, struct error *err);
/* Is host, in any case, one of its servers?  "*." stands for one label. */
bool sts_policy_names(const struct sts_policy *policy, const char *host);
