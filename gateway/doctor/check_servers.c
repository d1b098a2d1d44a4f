/* The addresses that letters leave from; their names, and the way back (RFC 1912 section 2.1, and what Gmail and Yahoo ask). */
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/doctor/examination.h"
#include <string.h>

static void add_server(struct examination *x, const struct network_address *address)
{
	*mem_push(x->owner, x->servers, x->server_count) = (struct sending_server){ *address, network_address_text(x->owner, address) };
}

/* The public addresses of a name, or of an address that is written out. */
static void add_host(struct examination *x, const char *host)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };
	struct network_address address;
	if (network_address_parse(host, &address)) {
		if (!network_reserved(&address))
			add_server(x, &address);
		return;
	}
	for (size_t t = 0; t < sizeof types / sizeof *types; t++) {
		const struct dns_answer *answer = dns_ask(x->dns, host, types[t]);
		for (size_t i = 0; i < answer->count; i++)
			if (!network_reserved(&answer->records[i].address))
				add_server(x, &answer->records[i].address);
	}
}

static char *listed(struct examination *x)
{
	char *text = mem_dup(x->owner, "");
	for (size_t i = 0; i < x->server_count; i++)
		text = mem_printf(x->owner, "%s%s%s", text, i ? ", " : "", x->servers[i].text);
	return text;
}

static bool is_local(const char *host)
{
	struct network_address address;
	return smtp_is_socket(host) || text_same(host, "localhost") || (network_address_parse(host, &address) && network_reserved(&address));
}

static const char *host_of(const struct examination *x, size_t i)
{
	const char *host = x->config->mail.servers[i].host;
	return host ? host : "localhost";
}

static bool all_local(const struct examination *x)
{
	bool local = true;
	for (size_t i = 0; i < x->config->mail.server_count; i++)
		local = local && is_local(host_of(x, i));
	return local;
}

/* Those of each mail server; of those on this machine, our own, once. */
static void add_servers(struct examination *x)
{
	bool here = false;
	for (size_t i = 0; i < x->config->mail.server_count; i++) {
		if (!is_local(host_of(x, i)))
			add_host(x, host_of(x, i));
		else if (!here)
			add_host(x, x->relay.helo);
		here = here || is_local(host_of(x, i));
	}
}

/* For people: "one.test', 'two.test". */
static const char *hosts(struct examination *x)
{
	const char *text = host_of(x, 0);
	for (size_t i = 1; i < x->config->mail.server_count; i++)
		text = mem_printf(x->owner, "%s', '%s", text, host_of(x, i));
	return text;
}

/* Receivers look up what we call ourselves; a relay of others says its own name to them. */
static void check_name(struct examination *x)
{
	bool direct = false;
	for (size_t i = 0; i < x->config->mail.server_count; i++)
		direct = direct || x->config->mail.servers[i].direct;
	if (!direct || *x->relay.helo == '[')
		return;
	if (dns_ask(x->dns, x->relay.helo, DNS_A)->count + dns_ask(x->dns, x->relay.helo, DNS_AAAA)->count == 0)
		examination_add(x, "ehlo", DOCTOR_WRONG, mem_printf(x->owner, "'%s', which is what we call ourselves in EHLO, has no address", x->relay.helo),
		                "set helo in mail { } to the name that the PTR record of our address has, and publish that name with the address");
}

void check_servers(struct examination *x)
{
	static const char fix[] = "name the addresses that receivers see in pennypost.conf: mail { outgoing = {\"ADDRESS\"} }; the mail provider "
	                "tells them, or the header "
	                          "Received of a letter that arrived";
	bool local = x->config->mail.transport == CONFIG_SMTP && all_local(x);
	for (const char *const *a = x->config->mail.outgoing; *a; a++) {
		struct network_address address;
		if (network_address_parse(*a, &address))
			add_server(x, &address);
	}
	x->servers_named = x->server_count > 0 || local;
	if (x->config->mail.transport == CONFIG_SMTP)
		check_name(x);
	if (x->server_count > 0) {
		examination_add(x, "server", DOCTOR_OK, mem_printf(x->owner, "letters leave from %s, as 'outgoing' says", listed(x)), NULL);
		return;
	}
	if (x->config->mail.transport == CONFIG_SMTP)
		add_servers(x);
	if (x->server_count == 0)
		examination_add(x, "server", DOCTOR_WARNING, "it is not known from which addresses letters leave", fix);
	else if (local)
		examination_add(x, "server", DOCTOR_OK, mem_printf(x->owner, "letters leave from %s, the addresses of '%s'", listed(x), x->relay.helo), NULL);
	else
		examination_add(x, "server", DOCTOR_WARNING, mem_printf(x->owner,
		                                                        "letters leave by '%s' (%s), which may send them on from other addresses",
		                                                        hosts(x), listed(x)), fix);
}

/* Does a name hold the address that it belongs to, as providers name machines that nobody has named? */
static bool is_generic(struct examination *x, const char *name, const struct network_address *a)
{
	const unsigned char *b = a->bytes + 12;
	if (!network_address_is_v4(a))
		return false;
	for (const char *separator = "-."; *separator; separator++) {
		char s = *separator;
		char *forth = mem_printf(x->owner, "%d%c%d%c%d%c%d", b[0], s, b[1], s, b[2], s, b[3]), *back = mem_printf(x->owner, "%d%c%d%c%d%c%d",
		                            b[3], s, b[2], s, b[1], s, b[0]);
		if (strstr(name, forth) || strstr(name, back))
			return true;
	}
	return false;
}

/* Does name lead to the address? */
static bool leads_back(struct examination *x, const char *name, const struct network_address *address)
{
	const struct dns_answer *answer = dns_ask(x->dns, name, network_address_is_v4(address) ? DNS_A : DNS_AAAA);
	for (size_t i = 0; i < answer->count; i++)
		if (memcmp(&answer->records[i].address, address, sizeof *address) == 0)
			return true;
	return false;
}

static void check_one(struct examination *x, const struct sending_server *s)
{
	enum doctor_level bad = x->servers_named ? DOCTOR_WRONG : DOCTOR_WARNING;
	const struct dns_answer *names = dns_ask_address(x->dns, &s->address);
	const char *type = network_address_is_v4(&s->address) ? "A" : "AAAA";
	if (names->state == DNS_FAILED) {
		examination_failed(x, "ptr", s->text, names);
		return;
	}
	if (names->count == 0) {
		examination_add(x, "ptr", bad, mem_printf(x->owner, "%s has no name (no PTR record)", s->text),
		                mem_printf(x->owner, "whoever the address is rented from sets it, mostly in their control panel ('reverse DNS'): "
		                "%s.\tPTR\t%s.", dns_reverse(x->owner, &s->address),
		                x->relay.helo));
		return;
	}
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->records[i].text;
		if (!leads_back(x, name, &s->address))
			continue;
		bool generic = is_generic(x, name, &s->address);
		examination_add(x, "ptr", generic ? DOCTOR_WARNING : DOCTOR_OK, mem_printf(x->owner, "%s is %s, and back%s", s->text, name,
		                                                                           generic ? "; that name looks like one of a dial-up line" : ""),
		                mem_printf(x->owner, "have the address named after you: %s.\tPTR\t%s.", dns_reverse(x->owner, &s->address), x->relay.helo));
		return;
	}
	examination_add(x, "ptr", bad, mem_printf(x->owner, "%s is called %s, which does not lead back to it", s->text, names->records[0].text),
	                mem_printf(x->owner, "publish: %s.\t%s\t%s", names->records[0].text, type, s->text));
}

void check_ptr(struct examination *x)
{
	for (size_t i = 0; i < x->server_count; i++)
		check_one(x, &x->servers[i]);
}
