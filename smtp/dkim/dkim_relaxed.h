#pragma once
/*
 * dkim_relaxed - the form of a message that is signed (RFC 6376 sections 3.4.2 and 3.4.4).
 *
 * What relays change on the way, blanks and folding, does not count in it.
 */
#include "gateway/base/text/encode.h"

/* One header, with or without its line end, added to out as "name:value"; the line end is the caller's. */
char *dkim_relaxed_header(void *owner, const char *field, size_t size);
/* The hash of a body in its relaxed form, as bh= has it. */
void dkim_relaxed_body(const char *body, size_t size, unsigned char hash[ENCODE_SHA256]);
