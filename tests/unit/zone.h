#pragma once
/*
 * zone - a small DNS for unit tests, written like a zone file: "mail.example.com A 192.0.2.3".
 *
 * One record a line; MX has its preference in front; FAIL stands for a name that nobody can look up, of whatever type.
 */
#include "gateway/base/dns/dns.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

static inline void zone_line(struct dns *dns, const char *name, const char *type, const char *data)
{
	struct dns_record r = { .text = data, .strings = 1 };
	if (strcmp(type, "FAIL") == 0) {
		for (int t = DNS_A; t <= DNS_TXT; t++)
			dns_put(dns, name, (enum dns_type)t, DNS_FAILED, &(struct dns_record){ .text = "the resolver is silent" });
		return;
	}
	if (strcmp(type, "MX") == 0) {
		r.preference = (int)strtol(data, (char **)&r.text, 10);
		r.text += strspn(r.text, " ");
	}
	network_address_parse(data, &r.address);
	for (int t = DNS_A; t <= DNS_TXT; t++)
		if (strcmp(type, dns_type_name((enum dns_type)t)) == 0)
			dns_put(dns, name, (enum dns_type)t, DNS_FOUND, &r);
}

static inline struct dns *zone_new(void *owner, const char *text)
{
	struct dns *dns = dns_offline(owner);
	char *copy = mem_dup(dns, text), *lines = NULL;
	for (char *line = strtok_r(copy, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
		char *fields = NULL, *name = strtok_r(line, " ", &fields), *type = strtok_r(NULL, " ", &fields);
		if (type)
			zone_line(dns, name, type, fields ? fields : "");
	}
	return dns;
}
