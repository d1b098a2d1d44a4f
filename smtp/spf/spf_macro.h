#pragma once
/*
 * spf_macro - the macros of SPF (RFC 7208 section 7).
 */
#include "gateway/base/address/network.h"

/* What macros stand for. */
struct spf_macro {
	struct network_address ip;
	const char *sender;    /* with an @ */
	const char *domain;    /* that is checked now */
	const char *helo;
	const char *validated; /* of ip (%{p}), or NULL: "unknown" */
};

/* Is this a domain-spec: macros as they must be, nothing invisible, an end that can be a domain?  Those of explanations (c, r, t) are wrong in it. */
bool spf_macro_valid(const char *spec);
/* The same for the value of an unknown modifier, which need not be a domain. */
bool spf_macro_valid_text(const char *text);
/* Does spec, which is valid, hold %{p}? */
bool spf_macro_wants_validated(const char *spec);
/* spec with its macros expanded, from the left without as many labels as make it longer than 253; spec is valid.  Belongs to owner. */
char *spf_macro_expand(void *owner, const char *spec, const struct spf_macro *values);
