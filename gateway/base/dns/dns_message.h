#pragma once
/*
 * dns_message - what an answer of a DNS server says (RFC 1035 section 4), taken apart by glibc's ns_parserr.
 */
#include "gateway/base/dns/dns.h"

/* The number of a type in the protocol. */
int dns_message_type(enum dns_type type);
/* Reads the answer to a question for name; *answer and what it holds belong to owner.  Never fails: what is no answer is
 * DNS_FAILED. */
void dns_message_read(void *owner, const unsigned char *message, size_t size, const char *name, enum dns_type type, struct dns_answer *answer);
