/* May our servers send for the domain of the envelope, and is the record within the limits of RFC 7208? */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/doctor/examination.h"
#include "smtp/spf/spf.h"
#include <string.h>

/* "ip4:192.0.2.1 ip6:2001:db8::1 ", of the servers. */
static char *terms(struct examination *x)
{
	char *text = mem_dup(x->owner, "");
	for (size_t i = 0; i < x->server_count; i++)
		text = mem_printf(x->owner, "%s%s:%s ", text, network_address_is_v4(&x->servers[i].address) ? "ip4" : "ip6", x->servers[i].text);
	return text;
}

/* A first record; whoever sends by another's server must ask there what to include. */
static const char *first_record(struct examination *x)
{
	if (x->servers_named && x->server_count)
		return mem_printf(x->owner, "publish: %s.\tTXT\t\"v=spf1 %s-all\"", x->domain, terms(x));
	return mem_printf(x->owner, "publish: %s.\tTXT\t\"v=spf1 include:NAME -all\", where your mail provider tells the NAME to include", x->domain);
}

/* The record with one server more in front; "v=spf1" is six bytes. */
static const char *with_server(struct examination *x, const char *record, const struct sending_server *s)
{
	return mem_printf(x->owner, "publish instead of the record that is there: %s.\tTXT\t\"v=spf1 %s:%s%s\"%s", x->domain,
	                  network_address_is_v4(&s->address) ? "ip4" : "ip6", s->text,
	                  record + 6, x->servers_named ? "" : "; or include what your mail provider names, if it sends from other addresses, and "
	                  "name those in 'outgoing'");
}

static struct spf_question question(struct examination *x, const struct sending_server *s, bool survey)
{
	return (struct spf_question){ .ip = s->address, .domain = x->domain, .sender = mem_printf(x->owner, "b+x@%s", x->domain),
	                .helo = x->relay.helo, .survey = survey };
}

/* Why receivers cannot use the record at all; false when they can. */
static bool unusable(struct examination *x, const struct spf_verdict *v)
{
	if (v->result == SPF_NONE)
		examination_add(x, "spf", DOCTOR_WRONG, mem_printf(x->owner, "'%s' has no SPF record", x->domain), first_record(x));
	else if (v->result == SPF_TEMPERROR)
		examination_add(x, "spf", DOCTOR_WRONG, v->why, "have that name put right, or take it out of the SPF record");
	else if (v->records > 1)
		examination_add(x, "spf", DOCTOR_WRONG, v->why, mem_printf(x->owner,
		                                                           "put all into one TXT record of %s that begins with v=spf1, and delete "
		                                                           "the others", x->domain));
	else if (v->result == SPF_PERMERROR)
		examination_add(x, "spf", DOCTOR_WRONG, v->why, mem_printf(x->owner,
		                                                           "correct the record of %s: it may need 10 lookups (include, a, mx, ptr, "
		                                                           "exists, redirect), 2 of them in vain; ip4: and ip6: need none",
		                x->domain));
	else
		return false;
	return true;
}

/* Finds a server that the record does not cover; whether one was found. */
static bool uncovered(struct examination *x)
{
	bool any = false;
	for (size_t i = 0; i < x->server_count; i++) {
		struct spf_verdict v;
		struct spf_question q = question(x, &x->servers[i], false);
		spf_check(x->owner, x->dns, &q, &v);
		if (v.result == SPF_PASS)
			continue;
		any = true;
		if (!unusable(x, &v))
			examination_add(x, "spf", x->servers_named ? DOCTOR_WRONG : DOCTOR_WARNING,
			                mem_printf(x->owner, "%s may not send for '%s': the record says %s%s%s", x->servers[i].text, x->domain,
			                           spf_result_name(v.result), v.why ? " by " : "", v.why ? v.why : ""),
			                with_server(x, v.record ? v.record : "v=spf1 -all", &x->servers[i]));
	}
	return any;
}

/* What can be said of a record that covers every server. */
static void usable(struct examination *x, const char *record, int lookups, int voids)
{
	if (lookups > SPF_LOOKUPS_MAX || voids > SPF_VOIDS_MAX)
		examination_add(x, "spf", DOCTOR_WARNING,
		                mem_printf(x->owner, "the record of '%s' needs %d DNS lookups, %d of them in vain; receivers stop at %d and at %d",
		                           x->domain, lookups, voids, SPF_LOOKUPS_MAX, SPF_VOIDS_MAX),
		                "put what letters need first, take out what no longer sends for you, and write addresses as ip4: and ip6:, which "
		                "need no lookup");
	else if (record && (strstr(record, "+all") || text_ends(record, " all") || strstr(record, " all ")))
		examination_add(x, "spf", DOCTOR_WARNING, mem_printf(x->owner, "the record of '%s' lets anybody send for it: %s", x->domain, record),
		                "let it end with -all instead");
	else
		examination_add(x, "spf", DOCTOR_OK, mem_printf(x->owner, "%s: %s%s", x->domain, record ? record : "-",
		                                                x->server_count ? "" : " (not held against any address)"), NULL);
}

void check_spf(struct examination *x)
{
	/* Of a server that is not known, the record is still to be read. */
	struct sending_server nobody = { { { [10] = 0xFF, [11] = 0xFF } }, "0.0.0.0" };
	struct spf_verdict v;
	struct spf_question q = question(x, x->server_count ? &x->servers[0] : &nobody, true);
	spf_check(x->owner, x->dns, &q, &v);
	const char *record = v.record;
	if ((v.result == SPF_NONE || v.records > 1) && unusable(x, &v))
		return;
	int lookups = v.lookups, voids = v.voids;
	if (uncovered(x))
		return;
	if (v.result == SPF_PERMERROR && lookups <= SPF_LOOKUPS_MAX && unusable(x, &v))
		return;
	usable(x, record, lookups, voids);
}
