#pragma once
/*
 * decode - the bytes of a document as UTF-8.
 *
 * The candidates, by RFC 7303 section 3: the byte order mark, the charset of
 * the Content-Type, the XML declaration, the bytes themselves.  Labels mean
 * what they mean in the WHATWG Encoding Standard (iso-8859-1 is windows-1252,
 * gb2312 is gb18030, ks_c_5601 is cp949).  When the bytes are invalid in a
 * candidate, the next one is tried and the fault is reported; and a label
 * of another encoding is not believed of bytes that are UTF-8.  Of XML it
 * knows only where the declaration names an encoding.  What is compressed
 * is unpacked first (unpack.h).
 */
#include <stddef.h>

/* Bytes that a compressed document may have when it is unpacked. */
#define DECODE_MAX_UNPACKED (16u << 20)

struct decoded {
	char *text;           /* UTF-8, well formed, without a byte order mark; NUL-terminated, may hold NULs too */
	size_t size;
	const char *encoding; /* that it was decoded from: "utf-8", "windows-1252", … */
	const char *wrong;    /* the fault in the labels or the bytes; NULL: none */
};

/* Never fails: what cannot be decoded becomes U+FFFD.  content_type is a header's value or NULL.
 * The result is a talloc object of owner's. */
struct decoded *decode_document(void *owner, const void *data, size_t size, const char *content_type);
