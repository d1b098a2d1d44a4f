#pragma once
/*
 * parts - parses a message: a few headers, its text and its HTML (libetpan).
 *
 * For showing captured letters.  Strings belong to the struct; a missing
 * one is "".
 */
#include <stddef.h>

struct parts {
	const char *subject, *from, *to, *date; /* decoded, UTF-8 */
	const char *text, *html;                /* the first part of each kind, decoded, UTF-8 */
};

/* Belongs to owner; NULL for what is no message. */
struct parts *parts_read(void *owner, const char *message, size_t size);
