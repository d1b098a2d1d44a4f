#pragma once
/*
 * legacy - tables and lists that are not written in UTF-8, as UTF-8.
 *
 * What programs of offices save: UTF-16, and the code page of Windows (of
 * which ISO 8859-1 is a part, but for characters that nobody types).
 * feeds/text/ knows all the others, which have names.
 */
#include <stdbool.h>
#include <stddef.h>

/* s, which is not UTF-8, read as Windows-1252.  Belongs to owner. */
char *legacy_windows(void *owner, const char *s);

enum legacy_form { LEGACY_BYTES, LEGACY_UTF16_LE, LEGACY_UTF16_BE };
/* By a byte order mark, or by the zeros of which UTF-16 is full where the text is mostly Latin. */
enum legacy_form legacy_form(const char *data, size_t size);

/* Of n code units of UTF-16 at data (2n bytes) as UTF-8 at out, which has room for 3n + 3 bytes; how many they became.  *high is what came before:
 * half of a pair, or 0 at first.  A half alone becomes U+FFFD; byte order marks are left out. */
size_t legacy_utf16(enum legacy_form form, const char *data, size_t n, char *out, unsigned *high);
