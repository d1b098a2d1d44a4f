#include "smtp/receiver/sts_cache.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <string.h>

enum { POLICY_MAX = 64 << 10, FETCH_MS = 10000 };

/* The id of the one record that there is; NULL: none, or several, which are none (RFC 8461 section 3.1). */
static char *current_id(void *owner, struct dns *dns, const char *domain)
{
	const struct dns_answer *answer = dns_ask(dns, mem_printf(owner, "_mta-sts.%s", domain), DNS_TXT);
	char *id = NULL, *one;
	size_t count = 0;
	for (size_t i = 0; answer->state == DNS_FOUND && i < answer->count; i++)
		if ((one = sts_record_id(owner, answer->records[i].text))) {
			id = one;
			count++;
		}
	return count == 1 ? id : NULL;
}

/* Redirects are not followed: the certificate of that name is the proof (RFC 8461 section 3.3). */
static struct sts_policy *fetch(void *owner, void *scratch, const struct http_options *options, const char *domain)
{
	struct error err;
	struct http_client *http = http_client_new(scratch, options, &err);
	const char *url = mem_printf(scratch, "https://mta-sts.%s/.well-known/mta-sts.txt", domain);
	struct http_response *r = http ? http_fetch(scratch, http, &(struct http_request){ .url = url, .timeout_ms = FETCH_MS, .max_size = POLICY_MAX }, &err) : NULL;
	if (!r || r->status != 200)
		return NULL;
	return sts_policy_parse(owner, mem_ndup(scratch, r->body->data, r->body->size), &err);
}

static struct sts_known *renew(void *owner, void *scratch, const struct http_options *http, const char *domain, const char *id)
{
	struct sts_known *fresh = mem_new(owner, struct sts_known);
	fresh->policy = fetch(fresh, scratch, http, domain);
	if (!fresh->policy) {
		talloc_free(fresh);
		return NULL;
	}
	fresh->id = mem_dup(fresh, id);
	fresh->until = clock_steady() + fresh->policy->max_age;
	return fresh;
}

struct sts_known *sts_look_up(void *owner, struct dns *dns, const struct http_options *http, const char *domain, struct sts_known *known)
{
	void *scratch = talloc_new(NULL);
	const char *id = current_id(scratch, dns, domain);
	bool holds = known && clock_steady() < known->until;
	struct sts_known *fresh = id && !(holds && strcmp(id, known->id) == 0) ? renew(owner, scratch, http, domain, id) : NULL;
	talloc_free(scratch);
	if (holds && !fresh)
		return known;
	talloc_free(known);
	return fresh;
}
