#pragma once
/*
 * gzip - a body with the gzip coding (RFC 1952), and a hole in a body that is filled anew each time it is sent.
 *
 * What is in the hole is stored as it is, so that filling it costs a copy and two checksums, and not the coding of the rest.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hole {
	size_t at, size;        /* in the bytes as they are sent; size 0: there is none */
	bool in_gzip;           /* the rest is for this alone */
	uint32_t before, after; /* checksums of the text around it */
	size_t after_size;      /* of that text */
};

/* The body with the gzip coding, of *coded bytes; h, a hole in the body, becomes the same hole in them.  NULL, and h as it was, when it does not get
 * smaller. */
char *gzip_body(void *owner, const char *body, size_t size, struct hole *h, size_t *coded);
/* Puts text, of the size of the hole, into bytes, which are size. */
void hole_fill(const struct hole *h, char *bytes, size_t size, const char *text);
