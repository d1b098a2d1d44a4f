/* fuzz-mail-records - any bytes as an answer of a DNS server, and any text as a record of SPF, DKIM and DMARC: within their caps, and it ends. */
#include "gateway/base/dns/dns.h"
#include "gateway/base/dns/dns_message.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "smtp/dkim/dkim_key_record.h"
#include "smtp/dmarc/dmarc.h"
#include "smtp/spf/spf.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_message(void *t, const uint8_t *data, size_t size)
{
	for (int type = DNS_A; type <= DNS_TXT; type++) {
		struct dns_answer a;
		dns_message_read(t, data, size, "a.test", (enum dns_type)type, &a);
		if ((a.state == DNS_FOUND) != (a.count > 0) || a.count > 100 || (a.state == DNS_FAILED) != (a.why != NULL))
			abort();
		for (size_t i = 0; i < a.count; i++)
			if (!a.records[i].text || strlen(a.records[i].text) > 16384)
				abort();
	}
}

/* Of the record of one domain, which may include itself, the ways to an answer are counted. */
static void evaluate(void *t, const char *text)
{
	struct dns *dns = dns_offline(t);
	struct spf_verdict v;
	struct spf_question q = { .domain = "a.test", .sender = "b@a.test", .helo = "c.test" };
	network_address_parse(strlen(text) % 2 ? "192.0.2.1" : "2001:db8::1", &q.ip);
	for (int type = DNS_A; type <= DNS_TXT; type++)
		dns_put(dns, "a.test", (enum dns_type)type, DNS_FOUND, &(struct dns_record){ .text = text });
	spf_check(t, dns, &q, &v);
	if (v.lookups > SPF_LOOKUPS_MAX + 1 || v.voids > SPF_VOIDS_MAX + 1)
		abort();
	q.survey = true;
	spf_check(t, dns, &q, &v);
	if (v.lookups > 1000)
		abort();
}

static void read_text(void *t, const char *text)
{
	struct error err;
	struct dmarc_found found;
	struct dkim_key_record *key = dkim_key_record_parse(t, text, &err);
	if (key && key->key && (key->bits <= 0 || key->size > strlen(text)))
		abort();
	struct dmarc_record *policy = dmarc_record_parse(t, text, &err);
	if (policy && (policy->p == DMARC_UNSET || !dmarc_record_is(text)))
		abort();
	struct dns *dns = dns_offline(t);
	dns_put(dns, "_dmarc.a.test", DNS_TXT, DNS_FOUND, &(struct dns_record){ .text = text });
	dns_put(dns, "_dmarc.test", DNS_TXT, DNS_FOUND, &(struct dns_record){ .text = text });
	dmarc_discover(t, dns, "b.a.test", &found);
	if (found.steps > DMARC_STEPS_MAX || !found.organisation || !text_ends("b.a.test", found.organisation))
		abort();
	evaluate(t, text);
	evaluate(t, mem_printf(t, "v=spf1 %s", text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	void *t = talloc_new(NULL);
	read_message(t, data, size);
	read_text(t, mem_ndup(t, (const char *)data, size));
	talloc_free(t);
	return 0;
}
