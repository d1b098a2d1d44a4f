#pragma once
/*
 * decode - the bytes of a document as UTF-8.
 *
 * Which encoding, by RFC 7303 section 3: the byte order mark, the charset of
 * the Content-Type, the XML declaration, the bytes themselves; labels mean
 * what browsers take them for (iso-8859-1 is windows-1252, gb2312 is gb18030,
 * ks_c_5601 is cp949).  A candidate that the bytes contradict gives way to
 * the next one and the result is marked.  Knows nothing of XML but where its
 * declaration names an encoding.
 */
#include <stddef.h>
#include <stdint.h>

struct decoded {
	char *text;           /* UTF-8, well formed, without a byte order mark; NUL-terminated, may hold NULs too */
	size_t size;
	const char *encoding; /* what it was decoded from: "utf-8", "windows-1252", … */
	const char *wrong;    /* what was wrong with the labels or the bytes; NULL: nothing */
};

/* Always gives a text: what cannot be decoded becomes U+FFFD.  content_type is a header's value or NULL.
 * The result is a talloc object of owner's. */
struct decoded *decode_document(void *owner, const void *data, size_t size, const char *content_type);
/* What windows-1252 means by a byte of 0x80 to 0x9F (its five holes are C1 controls, as in browsers). */
uint32_t decode_windows1252(unsigned char byte);
/* Writes cp (not a surrogate, at most 10FFFF) as UTF-8 at to, which has room for 4 bytes; the bytes written. */
size_t decode_put_utf8(char *to, uint32_t cp);
