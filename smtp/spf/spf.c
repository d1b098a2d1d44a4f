#include "smtp/spf/spf.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/spf/spf_macro.h"
#include <string.h>

enum { HOSTS_MAX = 10, SURVEY_MAX = 40 };

struct check {
	void *owner;
	struct dns *dns;
	const struct spf_question *question;
	struct spf_verdict *verdict;
};

/* Where a mechanism does not only match or not, *result says what came instead. */
enum match { NO_MATCH, MATCH, BROKEN };

static enum spf_result check_domain(struct check *c, const char *domain, bool first);

static enum spf_result wrong(struct check *c, enum spf_result result, const char *why)
{
	if (!c->verdict->why)
		c->verdict->why = why;
	return result;
}

/* Counts one; false when it is one too many. */
static bool may_look_up(struct check *c, enum spf_result *result)
{
	if (++c->verdict->lookups <= (c->question->survey ? SURVEY_MAX : SPF_LOOKUPS_MAX))
		return true;
	*result = wrong(c, SPF_PERMERROR, "it needs more than 10 DNS lookups");
	return false;
}

/* False: there is no answer to go on with. */
static bool answered(struct check *c, const struct dns_answer *answer, const char *name, enum spf_result *result)
{
	if (answer->state == DNS_FAILED) {
		*result = wrong(c, SPF_TEMPERROR, mem_printf(c->owner, "'%s' cannot be looked up: %s", name, answer->why));
		return false;
	}
	if (answer->state == DNS_FOUND || ++c->verdict->voids <= SPF_VOIDS_MAX || c->question->survey)
		return true;
	*result = wrong(c, SPF_PERMERROR, mem_printf(c->owner, "more than %d of the names in it have no records, '%s' the last of them", SPF_VOIDS_MAX, name));
	return false;
}

static bool same_network(const struct network_address *a, const struct network_address *ip, int bits4, int bits6)
{
	bool four = network_address_is_v4(ip);
	struct network network = { *a, four ? bits4 + 96 : bits6 };
	for (int i = network.bits; i < 128; i++)
		network.first.bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
	return network_address_is_v4(a) == four && network_holds(&network, ip);
}

static enum match match_host(struct check *c, const char *host, const struct spf_term *t, enum spf_result *result)
{
	const struct network_address *ip = &c->question->ip;
	const struct dns_answer *answer = dns_ask(c->dns, host, network_address_is_v4(ip) ? DNS_A : DNS_AAAA);
	if (!answered(c, answer, host, result))
		return BROKEN;
	for (size_t i = 0; i < answer->count; i++)
		if (same_network(&answer->records[i].address, ip, t->bits4, t->bits6))
			return MATCH;
	return NO_MATCH;
}

static enum match match_mx(struct check *c, const char *domain, const struct spf_term *t, enum spf_result *result)
{
	const struct dns_answer *answer = dns_ask(c->dns, domain, DNS_MX);
	if (!answered(c, answer, domain, result))
		return BROKEN;
	if (answer->count > HOSTS_MAX) {
		*result = wrong(c, SPF_PERMERROR, mem_printf(c->owner, "'%s' has more than 10 MX", domain));
		return BROKEN;
	}
	enum match match = NO_MATCH;
	for (size_t i = 0; i < answer->count && match == NO_MATCH; i++)
		if (*answer->records[i].text)
			match = match_host(c, answer->records[i].text, t, result);
	return match;
}

static bool is_below(const char *name, const char *domain)
{
	size_t size = strlen(domain);
	while (size > 0 && domain[size - 1] == '.')
		size--;
	size_t whole = strlen(name);
	return whole >= size && strncasecmp(name + whole - size, domain, size) == 0 && (whole == size || name[whole - size - 1] == '.');
}

/* Section 5.5: the names of ip that lead back to it; the first of them at or below domain, or NULL. */
static const char *validated(struct check *c, const char *domain)
{
	const struct network_address *ip = &c->question->ip;
	const struct dns_answer *names = dns_ask_address(c->dns, ip);
	for (size_t i = 0; i < names->count && i < HOSTS_MAX; i++) {
		const char *name = names->records[i].text;
		if (!is_below(name, domain))
			continue;
		const struct dns_answer *back = dns_ask(c->dns, name, network_address_is_v4(ip) ? DNS_A : DNS_AAAA);
		for (size_t k = 0; k < back->count; k++)
			if (memcmp(back->records[k].address.bytes, ip->bytes, sizeof ip->bytes) == 0)
				return name;
	}
	return NULL;
}

static char *expand(struct check *c, const char *spec, const char *domain)
{
	const struct spf_question *q = c->question;
	struct spf_macro values = { q->ip, q->sender, domain, q->helo, NULL };
	if (!spec)
		return mem_dup(c->owner, domain);
	if (spf_macro_wants_validated(spec)) {
		values.validated = validated(c, domain);
		values.validated = values.validated ? values.validated : validated(c, "");
	}
	return spf_macro_expand(c->owner, spec, &values);
}

static enum match match_include(struct check *c, const char *domain, enum spf_result *result)
{
	switch (*result = check_domain(c, domain, false)) {
	case SPF_PASS: return MATCH;
	case SPF_FAIL: case SPF_SOFTFAIL: case SPF_NEUTRAL: return NO_MATCH;
	case SPF_NONE: *result = wrong(c, SPF_PERMERROR, mem_printf(c->owner, "'%s', which it includes, has no SPF record", domain)); return BROKEN;
	default: return BROKEN;
	}
}

static enum match match_exists(struct check *c, const char *name, enum spf_result *result)
{
	const struct dns_answer *answer = dns_ask(c->dns, name, DNS_A);
	return !answered(c, answer, name, result) ? BROKEN : answer->state == DNS_FOUND ? MATCH : NO_MATCH;
}

static enum match match_ptr(struct check *c, const char *domain, enum spf_result *result)
{
	const struct dns_answer *names = dns_ask_address(c->dns, &c->question->ip);
	if (names->state != DNS_FAILED && !answered(c, names, "the address of the server", result))
		return BROKEN;
	return validated(c, domain) ? MATCH : NO_MATCH;
}

static enum match match_term(struct check *c, const struct spf_term *t, const char *domain, enum spf_result *result)
{
	const struct network_address *ip = &c->question->ip;
	bool four = network_address_is_v4(ip);
	if (t->mechanism == SPF_ALL)
		return MATCH;
	if (t->mechanism == SPF_IP4 || t->mechanism == SPF_IP6)
		return four == (t->mechanism == SPF_IP4) && network_holds(&t->network, ip) ? MATCH : NO_MATCH;
	if (!may_look_up(c, result))
		return BROKEN;
	const char *name = expand(c, t->domain, domain);
	switch (t->mechanism) {
	case SPF_INCLUDE: return match_include(c, name, result);
	case SPF_A: return match_host(c, name, t, result);
	case SPF_MX: return match_mx(c, name, t, result);
	case SPF_PTR: return match_ptr(c, name, result);
	default: return match_exists(c, name, result);
	}
}

static enum spf_result redirected(struct check *c, const struct spf_record *r, const char *domain)
{
	enum spf_result result;
	if (!may_look_up(c, &result))
		return result;
	const char *to = expand(c, r->redirect, domain);
	result = check_domain(c, to, false);
	return result == SPF_NONE ? wrong(c, SPF_PERMERROR, mem_printf(c->owner, "'%s', to which it redirects, has no SPF record", to)) : result;
}

static enum spf_result evaluate(struct check *c, const struct spf_record *r, const char *domain, bool first)
{
	bool all = false;
	for (size_t i = 0; i < r->count; i++) {
		enum spf_result result = SPF_NEUTRAL;
		enum match match = match_term(c, &r->terms[i], domain, &result);
		all |= r->terms[i].mechanism == SPF_ALL;
		if (match == BROKEN && !(c->question->survey && c->verdict->lookups <= SURVEY_MAX))
			return result;
		if (match != MATCH || c->question->survey)
			continue;
		if (first)
			c->verdict->why = r->terms[i].text;
		return r->terms[i].qualifier;
	}
	return r->redirect && !all ? redirected(c, r, domain) : SPF_NEUTRAL;
}

/* The one SPF record of a domain; NULL with *result. */
static const char *record_of(struct check *c, const char *domain, bool first, enum spf_result *result)
{
	const struct dns_answer *answer = dns_ask(c->dns, domain, DNS_TXT);
	const char *found = NULL;
	size_t count = 0;
	if (answer->state == DNS_FAILED) {
		*result = wrong(c, SPF_TEMPERROR, mem_printf(c->owner, "'%s' cannot be looked up: %s", domain, answer->why));
		return NULL;
	}
	for (size_t i = 0; i < answer->count; i++)
		if (spf_record_is(answer->records[i].text) && ++count)
			found = answer->records[i].text;
	if (first) {
		c->verdict->records = count;
		c->verdict->record = count == 1 ? found : NULL;
	}
	if (count == 0)
		*result = SPF_NONE;
	else if (count > 1)
		*result = wrong(c, SPF_PERMERROR, mem_printf(c->owner, "'%s' has %zu SPF records; there may be one", domain, count));
	return count == 1 ? found : NULL;
}

static enum spf_result check_domain(struct check *c, const char *domain, bool first)
{
	struct error err;
	enum spf_result result = SPF_NONE;
	if (!strchr(domain, '.'))
		return SPF_NONE;
	const char *text = record_of(c, domain, first, &result);
	if (!text)
		return result;
	struct spf_record *r = spf_record_parse(c->owner, text, &err);
	return r ? evaluate(c, r, domain, first) : wrong(c, SPF_PERMERROR, mem_printf(c->owner, "the SPF record of '%s' is wrong: %s", domain, err.text));
}

void spf_check(void *owner, struct dns *dns, const struct spf_question *question, struct spf_verdict *verdict)
{
	struct check c = { owner, dns, question, verdict };
	*verdict = (struct spf_verdict){ 0 };
	verdict->result = check_domain(&c, question->domain, true);
	if (verdict->result == SPF_NONE && !verdict->why)
		verdict->why = "there is no SPF record";
}
