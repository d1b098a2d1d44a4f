#pragma once
/*
 * dkim_relaxed - relaxed canonicalization (RFC 6376 sections 3.4.2 and 3.4.4).
 *
 * It ignores white space and folding, which relays may change.
 */
#include "gateway/base/text/encode.h"

/* One header, with or without its line end, as "name:value" without line end; belongs to owner. */
char *dkim_relaxed_header(void *owner, const char *field, size_t size);
/* The hash of a body in relaxed form, for bh=. */
void dkim_relaxed_body(const char *body, size_t size, unsigned char hash[ENCODE_SHA256]);
