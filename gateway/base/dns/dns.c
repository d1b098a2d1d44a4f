#include "gateway/base/dns/dns.h"
#include "gateway/base/dns/dns_message.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

/* Questions in the life of one struct dns; seconds for the first try, the second has twice as many. */
enum { QUESTIONS_MAX = 500, FIRST_TRY = 2, TRIES = 2, QUERY_ROOM = 512 };

struct known {
	char *name;
	enum dns_type type;
	struct dns_answer answer;
};

struct dns {
	struct __res_state state;
	bool asks;        /* state is set up */
	int64_t until;    /* on clock_steady() */
	struct known **known;
	size_t count;
};

static int dns_free(struct dns *d)
{
	if (d->asks)
		res_nclose(&d->state);
	return 0;
}

/* "127.0.0.1:5353", "[::1]:53" */
static bool parse_resolver(const char *text, struct network_address *address, unsigned short *port)
{
	const char *colon = strrchr(text, ':');
	char *end, *host = mem_ndup(NULL, text, colon ? (size_t)(colon - text) : 0);
	size_t size = strlen(host);
	long number = colon ? strtol(colon + 1, &end, 10) : 0;
	bool brackets = size > 2 && host[0] == '[' && host[size - 1] == ']';
	if (brackets)
		host[size - 1] = '\0';
	bool fine = number > 0 && number < 65536 && !*end && network_address_parse(host + brackets, address);
	*port = (unsigned short)number;
	talloc_free(host);
	return fine;
}

/* glibc keeps the address of a server by IPv6 in memory of malloc's, which res_nclose frees; its place among those by IPv4 has no family. */
static void use(res_state s, const struct network_address *address, unsigned short port)
{
	bool four = network_address_is_v4(address);
	s->nscount = 1;
	s->nsaddr_list[0] = (struct sockaddr_in){ .sin_family = four ? AF_INET : 0, .sin_port = htons(port) };
	free(s->_u._ext.nsaddrs[0]);
	s->_u._ext.nsaddrs[0] = NULL;
	if (four) {
		memcpy(&s->nsaddr_list[0].sin_addr, address->bytes + 12, sizeof s->nsaddr_list[0].sin_addr);
		return;
	}
	struct sockaddr_in6 *six = mem_check(calloc(1, sizeof *six));
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	memcpy(&six->sin6_addr, address->bytes, sizeof six->sin6_addr);
	s->_u._ext.nsaddrs[0] = six;
}

struct dns *dns_offline(void *owner)
{
	struct dns *d = mem_new(owner, struct dns);
	talloc_set_destructor(d, dns_free);
	return d;
}

struct dns *dns_new(void *owner, const char *resolver, int budget_ms, struct error *err)
{
	struct network_address address;
	unsigned short port = 0;
	if (resolver && !parse_resolver(resolver, &address, &port)) {
		error_set(err, ERROR_INVALID, "'resolver' is '%s'; it must be the address of a DNS server and its port, such as 127.0.0.1:53 or [::1]:53", resolver);
		return NULL;
	}
	struct dns *d = dns_offline(owner);
	if (res_ninit(&d->state) != 0) {
		talloc_free(d);
		error_set(err, ERROR_TEMPORARY, "cannot read /etc/resolv.conf, which names the DNS server to ask");
		return NULL;
	}
	d->asks = true;
	d->until = clock_steady() + budget_ms;
	d->state.retrans = FIRST_TRY;
	d->state.retry = TRIES;
	if (resolver)
		use(&d->state, &address, port);
	return d;
}

static struct known *find(const struct dns *d, const char *name, enum dns_type type)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->known[i]->type == type && strcmp(d->known[i]->name, name) == 0)
			return d->known[i];
	return NULL;
}

/* Is something else known of the name? */
static bool was_put(const struct dns *d, const char *name)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->known[i]->name, name) == 0 && d->known[i]->answer.state == DNS_FOUND)
			return true;
	return false;
}

static struct known *add(struct dns *d, const char *name, enum dns_type type)
{
	struct known *k = mem_new(d, struct known);
	k->name = mem_dup(k, name);
	k->type = type;
	return *mem_push(d, d->known, d->count) = k;
}

static char *plain_name(void *owner, const char *name)
{
	char *small = text_lower(owner, name);
	size_t size = strlen(small);
	if (size > 0 && small[size - 1] == '.')
		small[size - 1] = '\0';
	return small;
}

static void ask(struct dns *d, struct known *k)
{
	unsigned char answer[NS_MAXMSG], query[QUERY_ROOM];
	if (d->count > QUESTIONS_MAX || clock_steady() > d->until) {
		k->answer = (struct dns_answer){ .state = DNS_FAILED, .why = d->count > QUESTIONS_MAX ? "too many names are to be looked up" : "looking up names takes too long" };
		return;
	}
	int size = res_nmkquery(&d->state, ns_o_query, k->name, ns_c_in, dns_message_type(k->type), NULL, 0, NULL, query, sizeof query);
	if (size < 0) {
		k->answer = (struct dns_answer){ .state = DNS_NO_NAME };
		return;
	}
	errno = 0;
	int n = res_nsend(&d->state, query, size, answer, sizeof answer);
	if (n < 0 || n > (int)sizeof answer)
		k->answer = (struct dns_answer){ .state = DNS_FAILED, .why = errno == ETIMEDOUT ? "the resolver does not answer in time" : "the resolver gives no answer" };
	else
		dns_message_read(k, answer, (size_t)n, k->name, k->type, &k->answer);
}

const struct dns_answer *dns_ask(struct dns *d, const char *name, enum dns_type type)
{
	char *small = plain_name(NULL, name);
	struct known *k = find(d, small, type);
	if (!k) {
		bool there = was_put(d, small);
		k = add(d, small, type);
		if (d->asks)
			ask(d, k);
		else
			k->answer.state = there ? DNS_NO_DATA : DNS_NO_NAME;
	}
	talloc_free(small);
	return &k->answer;
}

size_t dns_failures(const struct dns *d)
{
	size_t failures = 0;
	for (size_t i = 0; i < d->count; i++)
		failures += d->known[i]->answer.state == DNS_FAILED;
	return failures;
}

const struct dns_answer *dns_ask_address(struct dns *d, const struct network_address *address)
{
	char *name = dns_reverse(NULL, address);
	const struct dns_answer *answer = dns_ask(d, name, DNS_PTR);
	talloc_free(name);
	return answer;
}

void dns_put(struct dns *d, const char *name, enum dns_type type, enum dns_state state, const struct dns_record *record)
{
	char *small = plain_name(NULL, name);
	struct known *k = find(d, small, type);
	if (!k)
		k = add(d, small, type);
	talloc_free(small);
	k->answer.state = state;
	if (state == DNS_FAILED)
		k->answer.why = mem_dup(k, record->text);
	if (state != DNS_FOUND)
		return;
	struct dns_record *records = (struct dns_record *)k->answer.records, *r = mem_push(k, records, k->answer.count);
	*r = *record;
	r->text = mem_dup(k, record->text);
	k->answer.records = records;
}

char *dns_reverse(void *owner, const struct network_address *address)
{
	const unsigned char *b = address->bytes;
	if (network_address_is_v4(address))
		return mem_printf(owner, "%d.%d.%d.%d.in-addr.arpa", b[15], b[14], b[13], b[12]);
	char text[16 * 4 + 1], *at = text;
	for (int i = 15; i >= 0; i--) {
		*at++ = "0123456789abcdef"[b[i] & 15];
		*at++ = '.';
		*at++ = "0123456789abcdef"[b[i] >> 4];
		*at++ = '.';
	}
	*at = '\0';
	return mem_printf(owner, "%sip6.arpa", text);
}

const char *dns_type_name(enum dns_type type)
{
	static const char *const names[] = { [DNS_A] = "A", [DNS_AAAA] = "AAAA", [DNS_MX] = "MX", [DNS_PTR] = "PTR", [DNS_SOA] = "SOA", [DNS_TXT] = "TXT" };
	return names[type];
}
