/* The domain itself: can replies and reports come back (MX), does it exist for Yahoo (SOA), does it ask for TLS (MTA-STS, TLSRPT)? */
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/doctor/examination.h"
#include "smtp/receiver/mta_sts.h"
#include <string.h>

static bool has_address(struct examination *x, const char *host)
{
	return dns_ask(x->dns, host, DNS_A)->state == DNS_FOUND || dns_ask(x->dns, host, DNS_AAAA)->state == DNS_FOUND;
}

static enum doctor_level without_mx(struct examination *x, const char *domain, const char **seen, const char **fix)
{
	*fix = mem_printf(x->owner, "publish where its mail goes: %s.\tMX\t10 NAME-OF-THE-MAIL-SERVER.", domain);
	if (has_address(x, domain)) {
		*seen = mem_printf(x->owner, "'%s' has no MX record, so that mail to it goes to its web server", domain);
		return DOCTOR_WARNING;
	}
	*seen = mem_printf(x->owner, "'%s' has no MX record and no address: nothing can come back, and receivers refuse such senders", domain);
	return DOCTOR_WRONG;
}

enum doctor_level check_reachable(struct examination *x, const char *domain, const char **seen, const char **fix)
{
	const struct dns_answer *answer = dns_ask(x->dns, domain, DNS_MX);
	const char *dead = NULL;
	size_t alive = 0;
	if (answer->state == DNS_FAILED) {
		*seen = mem_printf(x->owner, "the MX of '%s' cannot be looked up: %s", domain, answer->why);
		*fix = "ask who runs the name servers of the domain";
		return DOCTOR_WRONG;
	}
	if (answer->count == 0)
		return without_mx(x, domain, seen, fix);
	if (!*answer->records[0].text) {
		*seen = mem_printf(x->owner, "'%s' says that it takes no mail (a null MX, RFC 7505); receivers refuse such senders", domain);
		*fix = mem_printf(x->owner, "publish instead of it: %s.\tMX\t10 NAME-OF-THE-MAIL-SERVER.", domain);
		return DOCTOR_WRONG;
	}
	for (size_t i = 0; i < answer->count; i++)
		if (has_address(x, answer->records[i].text))
			alive++;
		else
			dead = dead ? dead : answer->records[i].text;
	*fix = mem_printf(x->owner, "correct the MX record of %s: it must be the name of a host that has an address (A or AAAA)", domain);
	*seen = dead ? mem_printf(x->owner, "'%s', an MX of '%s', has no address", dead, domain)
	             : mem_printf(x->owner, "mail to '%s' goes to %s", domain, answer->records[0].text);
	return alive == 0 ? DOCTOR_WRONG : dead ? DOCTOR_WARNING : DOCTOR_OK;
}

void check_mx(struct examination *x)
{
	const char *seen, *fix;
	enum doctor_level level = check_reachable(x, x->domain, &seen, &fix);
	examination_add(x, "mx", level, seen, fix);
}

/* Yahoo asks for the SOA of the domains of From and of the envelope: it must be answered, be it by the zone above. */
void check_soa(struct examination *x)
{
	const struct dns_answer *answer = dns_ask(x->dns, x->domain, DNS_SOA);
	const char *zone = answer->state == DNS_FOUND ? x->domain : answer->zone;
	if (answer->state == DNS_FAILED)
		examination_failed(x, "soa", x->domain, answer);
	else if (answer->state == DNS_NO_NAME)
		examination_add(x, "soa", DOCTOR_WRONG, mem_printf(x->owner, "there is no domain '%s'", x->domain),
		                "register the domain, or correct --mail-from of the publication");
	else if (!zone)
		examination_add(x, "soa", DOCTOR_WARNING, mem_printf(x->owner, "no SOA record is told for '%s' (Yahoo asks for it)", x->domain),
		                "ask who runs the name servers of the domain");
	else
		examination_add(x, "soa", DOCTOR_OK, mem_printf(x->owner, "'%s' is in the zone '%s'", x->domain, *zone ? zone : "."), NULL);
}

/* The one TXT record of name that begins with tag; NULL with what is to be seen. */
static const char *one_record(struct examination *x, const char *name, const char *tag, const char **seen)
{
	const struct dns_answer *answer = dns_ask(x->dns, name, DNS_TXT);
	const char *record = NULL;
	size_t count = 0;
	for (size_t i = 0; i < answer->count; i++)
		if (text_starts(answer->records[i].text, tag) && ++count)
			record = answer->records[i].text;
	*seen = answer->state == DNS_FAILED ? mem_printf(x->owner, "'%s' cannot be looked up: %s", name, answer->why)
	        : count > 1                 ? mem_printf(x->owner, "'%s' has %zu records, so that none counts", name, count)
	                                    : mem_printf(x->owner, "'%s' has no record", name);
	return count == 1 ? record : NULL;
}

/* What is wrong with the policy, NULL: nothing. */
static const char *policy_fault(struct examination *x, const struct http_response *r)
{
	const struct dns_answer *mx = dns_ask(x->dns, x->domain, DNS_MX);
	struct error err;
	if (r->status != 200)
		return mem_printf(x->owner, "answers with %d", r->status);
	const struct sts_policy *policy = sts_policy_parse(x->owner, mem_ndup(x->owner, r->body->data, r->body->size), &err);
	if (!policy)
		return mem_printf(x->owner, "cannot be used: %s", err.text);
	for (size_t i = 0; i < mx->count; i++)
		if (*mx->records[i].text && !sts_policy_names(policy, mx->records[i].text))
			return mem_printf(x->owner, "does not name '%s', which is an MX", mx->records[i].text);
	return NULL;
}

void check_mta_sts(struct examination *x)
{
	const char *name = mem_printf(x->owner, "_mta-sts.%s", x->domain);
	const char *url = mem_printf(x->owner, "https://mta-sts.%s/.well-known/mta-sts.txt", x->domain), *seen, *why;
	struct error err;
	if (!one_record(x, name, "v=STSv1;", &seen)) {
		examination_add(x, "mta-sts", DOCTOR_WARNING, mem_printf(x->owner, "%s: other servers may send replies in the clear", seen),
		                mem_printf(x->owner, "optional: publish %s.\tTXT\t\"v=STSv1; id=1\" and a policy at %s", name, url));
		return;
	}
	struct http_response *r = http_fetch(x->owner, x->http, &(struct http_request){ .url = url, .timeout_ms = 10000, .max_size = 65536 }, &err);
	why = r ? policy_fault(x, r) : mem_dup(x->owner, err.text);
	if (why)
		examination_add(x, "mta-sts", DOCTOR_WARNING, mem_printf(x->owner, "%s %s", url, why),
		                mem_printf(x->owner, "serve there: version: STSv1, mode: enforce, a line mx: for each MX, max_age: 604800; or delete the record %s", name));
	else
		examination_add(x, "mta-sts", DOCTOR_OK, mem_printf(x->owner, "%s names every MX", url), NULL);
}

void check_tls_rpt(struct examination *x)
{
	const char *seen, *name = mem_printf(x->owner, "_smtp._tls.%s", x->domain), *record = one_record(x, name, "v=TLSRPTv1;", &seen);
	if (record && strstr(record, "rua="))
		examination_add(x, "tls-rpt", DOCTOR_OK, mem_printf(x->owner, "%s: %s", name, record), NULL);
	else
		examination_add(x, "tls-rpt", DOCTOR_WARNING, record ? mem_printf(x->owner, "%s names nobody who gets reports", name) : seen,
		                mem_printf(x->owner, "optional: %s.\tTXT\t\"v=TLSRPTv1; rua=mailto:%s\"", name, x->p->owner_mail));
}
