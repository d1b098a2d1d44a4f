#include "smtp/receiver/mx.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

/* Enough for every domain that means well; the others must not fill memory, or keep us for minutes. */
enum { HOSTS_MAX = 5, ADDRESSES_MAX = 4, LOOKUPS_MAX = 10 };

static struct mx *without(void *owner, enum mx_state state, const char *why)
{
	struct mx *mx = mem_new(owner, struct mx);
	mx->state = state;
	mx->why = mem_dup(mx, why);
	return mx;
}

static int by_preference(const void *a, const void *b)
{
	const struct mx_host *one = a, *other = b;
	return one->preference != other->preference ? (one->preference > other->preference) - (one->preference < other->preference) : strcmp(one->name, other->name);
}

/* What kept a domain from being found. */
struct obstacle {
	bool failed;           /* a name could not be looked up */
	const char *forbidden; /* an address that is not public, and so not asked */
};

static void add_addresses(struct mx *mx, struct mx_host *host, const struct dns_answer *answer, mx_allows *allows, const void *context, struct obstacle *o)
{
	o->failed = o->failed || answer->state == DNS_FAILED;
	for (size_t i = 0; i < answer->count && host->count < ADDRESSES_MAX; i++) {
		const struct network_address *address = &answer->records[i].address;
		if (allows(context, address))
			*mem_push(mx, host->addresses, host->count) = network_address_text(mx, address);
		else
			o->forbidden = network_address_text(mx, address);
	}
}

static void add_host(struct mx *mx, struct dns *dns, const char *name, int preference, mx_allows *allows, const void *context, struct obstacle *o)
{
	struct mx_host host = { .name = mem_dup(mx, name), .preference = preference };
	add_addresses(mx, &host, dns_ask(dns, name, DNS_AAAA), allows, context, o);
	add_addresses(mx, &host, dns_ask(dns, name, DNS_A), allows, context, o);
	if (host.count)
		*mem_push(mx, mx->hosts, mx->count) = host;
}

static void add_hosts(struct mx *mx, struct dns *dns, const struct dns_answer *answer, mx_allows *allows, const void *context, struct obstacle *o)
{
	size_t count = answer->count < LOOKUPS_MAX ? answer->count : LOOKUPS_MAX;
	for (size_t i = 0; i < count && mx->count < HOSTS_MAX; i++)
		if (*answer->records[i].text)
			add_host(mx, dns, answer->records[i].text, answer->records[i].preference, allows, context, o);
	if (mx->count)
		qsort(mx->hosts, mx->count, sizeof *mx->hosts, by_preference);
}

struct mx *mx_find(void *owner, struct dns *dns, const char *domain, mx_allows *allows, const void *context)
{
	const struct dns_answer *answer = dns_ask(dns, domain, DNS_MX);
	struct obstacle o = { 0 };
	if (answer->state == DNS_FAILED)
		return without(owner, MX_UNKNOWN, answer->why);
	if (answer->state == DNS_NO_NAME)
		return without(owner, MX_NOBODY, "there is no such domain");
	if (answer->count == 1 && !*answer->records[0].text)
		return without(owner, MX_NULL, "the domain takes no mail");
	struct mx *mx = mem_new(owner, struct mx);
	if (answer->count)
		add_hosts(mx, dns, answer, allows, context, &o);
	else
		add_host(mx, dns, domain, 0, allows, context, &o);
	if (mx->count)
		return mx;
	mx->state = o.failed ? MX_UNKNOWN : MX_NOBODY;
	mx->why = o.failed      ? "the addresses of its mail servers cannot be looked up"
	          : o.forbidden ? mem_printf(mx, "its mail server is at %s, where nobody on the internet can be", o.forbidden)
	                        : "none of its mail servers has an address";
	return mx;
}
