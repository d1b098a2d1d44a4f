#pragma once
/*
 * spf_record - one SPF record, taken apart (RFC 7208 sections 4.5, 4.6 and 5).
 *
 * Checks the syntax of the whole record, as receivers do: one mistake anywhere makes all of it worthless.  Asks no DNS;
 * spf.h decides what a record says of an address.
 */
#include "gateway/base/address/network.h"
#include <stddef.h>

enum spf_mechanism { SPF_ALL, SPF_INCLUDE, SPF_A, SPF_MX, SPF_PTR, SPF_IP4, SPF_IP6, SPF_EXISTS };
enum spf_result { SPF_NONE, SPF_NEUTRAL, SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, SPF_TEMPERROR, SPF_PERMERROR };

struct spf_term {
	const char *text;            /* as it stands in the record */
	enum spf_mechanism mechanism;
	enum spf_result qualifier;   /* what it means when it matches */
	const char *domain;          /* with macros, or NULL */
	struct network network;      /* ip4, ip6 */
	int bits4, bits6;            /* a, mx */
};

struct spf_record {
	struct spf_term *terms;      /* the mechanisms */
	size_t count;
	const char *redirect, *exp;  /* with macros, or NULL */
};

/* Is the text an SPF record at all: "v=spf1" alone, or with a space behind? */
bool spf_record_is(const char *text);
/* Belongs to owner; NULL with ERROR_INVALID, which names the term. */
struct spf_record *spf_record_parse(void *owner, const char *text, struct error *err);
/* "pass", "softfail", … */
const char *spf_result_name(enum spf_result result);
