#include "gateway/base/dns/dns_message.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

/* Of one answer: aliases that lead on, records, bytes of one text. */
enum { ALIASES_MAX = 8, RECORDS_MAX = 100, TEXT_MAX = 16384 };

int dns_message_type(enum dns_type type)
{
	static const int types[] = { [DNS_A] = ns_t_a, [DNS_AAAA] = ns_t_aaaa, [DNS_MX] = ns_t_mx, [DNS_PTR] = ns_t_ptr, [DNS_SOA] = ns_t_soa, [DNS_TXT] = ns_t_txt };
	return types[type];
}

/* The name at data, whose bytes beyond printable ASCII ns_name_uncompress writes as "\ddd"; NULL when it is broken. */
static char *host_at(void *owner, ns_msg *m, const unsigned char *data)
{
	char host[NS_MAXDNAME];
	if (data >= ns_msg_end(*m) || ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m), data, host, sizeof host) < 0)
		return NULL;
	size_t size = strlen(host);
	if (size > 0 && host[size - 1] == '.')
		host[size - 1] = '\0';
	return text_lower(owner, host);
}

static bool is_of(ns_rr *rr, int type, const char *name)
{
	const char *its = ns_rr_name(*rr);
	return ns_rr_class(*rr) == ns_c_in && (int)ns_rr_type(*rr) == type && text_same(strcmp(its, ".") == 0 ? "" : its, name);
}

/* Where the aliases in the answer lead; an alias that leads in a circle ends somewhere on it. */
static char *canonical(void *owner, ns_msg *m, const char *name)
{
	char *at = mem_dup(owner, name);
	for (int step = 0; step < ALIASES_MAX; step++) {
		char *next = NULL;
		ns_rr rr;
		for (int i = 0; i < ns_msg_count(*m, ns_s_an) && !next && ns_parserr(m, ns_s_an, i, &rr) == 0; i++)
			if (is_of(&rr, ns_t_cname, at))
				next = host_at(owner, m, ns_rr_rdata(rr));
		if (!next)
			break;
		at = next;
	}
	return at;
}

static bool read_text(void *owner, const unsigned char *data, size_t size, struct dns_record *r)
{
	char *text = mem_array(owner, char, TEXT_MAX + 1);
	size_t used = 0;
	while (size > 0) {
		size_t n = data[0];
		if (n + 1 > size || used + n > TEXT_MAX)
			return false;
		memcpy(text + used, data + 1, n);
		used += n;
		data += n + 1;
		size -= n + 1;
		r->strings++;
	}
	for (size_t i = 0; i < used; i++)
		if (!text[i])
			text[i] = '?';
	r->text = mem_ndup(owner, text, used);
	talloc_free(text);
	return true;
}

static bool read_address(void *owner, const ns_rr *rr, int family, struct dns_record *r)
{
	struct sockaddr_storage place = { .ss_family = (sa_family_t)family };
	size_t size = family == AF_INET ? 4 : 16;
	void *at = family == AF_INET ? (void *)&((struct sockaddr_in *)&place)->sin_addr : (void *)&((struct sockaddr_in6 *)&place)->sin6_addr;
	if (ns_rr_rdlen(*rr) != size)
		return false;
	memcpy(at, ns_rr_rdata(*rr), size);
	network_address_of((struct sockaddr *)&place, &r->address);
	r->text = network_address_text(owner, &r->address);
	return true;
}

static bool read_record(void *owner, ns_msg *m, ns_rr *rr, enum dns_type type, struct dns_record *r)
{
	const unsigned char *data = ns_rr_rdata(*rr);
	switch (type) {
	case DNS_A: return read_address(owner, rr, AF_INET, r);
	case DNS_AAAA: return read_address(owner, rr, AF_INET6, r);
	case DNS_TXT: return read_text(owner, data, ns_rr_rdlen(*rr), r);
	case DNS_MX:
		if (ns_rr_rdlen(*rr) < 3)
			return false;
		r->preference = ns_get16(data);
		r->text = host_at(owner, m, data + 2);
		return r->text != NULL;
	default: return ns_rr_rdlen(*rr) > 0 && (r->text = host_at(owner, m, data)) != NULL;
	}
}

static int by_preference(const void *a, const void *b)
{
	const struct dns_record *one = a, *other = b;
	return one->preference != other->preference ? one->preference - other->preference : strcmp(one->text, other->text);
}

static void read_zone(void *owner, ns_msg *m, struct dns_answer *answer)
{
	ns_rr rr;
	for (int i = 0; i < ns_msg_count(*m, ns_s_ns) && ns_parserr(m, ns_s_ns, i, &rr) == 0; i++)
		if (ns_rr_type(rr) == ns_t_soa && !answer->zone)
			answer->zone = text_lower(owner, ns_rr_name(rr));
}

static bool read_all(void *owner, ns_msg *m, const char *name, enum dns_type type, struct dns_answer *answer)
{
	char *at = canonical(owner, m, name);
	struct dns_record *records = mem_array(owner, struct dns_record, RECORDS_MAX);
	ns_rr rr;
	for (int i = 0; i < ns_msg_count(*m, ns_s_an) && answer->count < RECORDS_MAX; i++) {
		if (ns_parserr(m, ns_s_an, i, &rr) != 0)
			return false;
		if (!is_of(&rr, dns_message_type(type), at))
			continue;
		if (!read_record(records, m, &rr, type, &records[answer->count]))
			return false;
		answer->count++;
	}
	if (type == DNS_MX)
		qsort(records, answer->count, sizeof *records, by_preference);
	answer->records = records;
	answer->state = answer->count ? DNS_FOUND : DNS_NO_DATA;
	return true;
}

void dns_message_read(void *owner, const unsigned char *message, size_t size, const char *name, enum dns_type type, struct dns_answer *answer)
{
	static const char broken[] = "the answer of the resolver is broken";
	ns_msg m;
	*answer = (struct dns_answer){ .state = DNS_FAILED, .why = broken };
	if (size > NS_MAXMSG || ns_initparse(message, (int)size, &m) != 0 || !ns_msg_getflag(m, ns_f_qr))
		return;
	int code = ns_msg_getflag(m, ns_f_rcode);
	if (code == ns_r_nxdomain) {
		*answer = (struct dns_answer){ .state = DNS_NO_NAME };
	} else if (code != ns_r_noerror) {
		answer->why = code == ns_r_servfail ? "the name server of this domain fails (SERVFAIL)" : "the resolver refuses the question";
		return;
	} else if (!read_all(owner, &m, name, type, answer)) {
		*answer = (struct dns_answer){ .state = DNS_FAILED, .why = broken };
		return;
	}
	if (answer->state != DNS_FOUND)
		read_zone(owner, &m, answer);
	answer->why = NULL;
}
