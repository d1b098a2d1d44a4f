#pragma once
/*
 * transfer - the bytes within a transfer encoding (RFC 2045 section 6), or within uuencode.
 *
 * Never fails: what is malformed stays as it is or is left out.
 */
#include <stdbool.h>
#include <stddef.h>

/* Of size bytes of s, in the encoding that a Content-Transfer-Encoding names; another one than quoted-printable, base64 and uuencode changes
 * nothing.  NUL-terminated beyond *got, belongs to owner. */
char *transfer_decode(void *owner, const char *s, size_t size, const char *encoding, size_t *got);

/* Text that has a file in it, "begin 644 chart.png" to "end", as programs without MIME send. */
struct transfer_file {
	const char *begin, *end; /* in the text: of the whole, with its two lines */
	char *name;
	char *data;
	size_t size;
};
/* The next from s on; name and data belong to owner.  False: there is none. */
bool transfer_uuencoded(void *owner, const char *s, struct transfer_file *file);
