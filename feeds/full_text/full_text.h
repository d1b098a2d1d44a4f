#pragma once
/*
 * full_text - the article in a web page.
 *
 * What the page marks as its article's body is taken (schema.org, h-entry,
 * the class names of common themes); else each block is judged by the
 * paragraphs in it, their length and commas, against the share of its text
 * that is links.  Navigation, comments, sharing and the like go first.
 * Linear in the size of the page.  Knows nothing of feeds or requests.
 */
#include <stddef.h>

#define FULL_TEXT_MAX_SIZE (5u << 20)

/* The article's HTML as the page has it, yet to be cleaned; *base is where its links start from.  Both belong to owner.  NULL: there is
 * none.  content_type is the page's header or NULL, url where it came from. */
char *full_text_of(void *owner, const void *page, size_t size, const char *content_type, const char *url, char **base);
