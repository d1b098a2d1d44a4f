#pragma once
/*
 * full_text - extracts the article from a web page.
 *
 * When the page declares the body of its article (schema.org, h-entry, the
 * class names of common themes), that is taken; else each block gets a score
 * from the length and the commas of its paragraphs and from its link density.
 * Navigation, comments, sharing and the like are removed before.  Linear in
 * the size of the page.  Knows nothing of feeds or requests.
 */
#include <stddef.h>

#define FULL_TEXT_MAX_SIZE (5u << 20)

/* The article's HTML, not cleaned; *base is the URL that its links are relative to.  Both belong to owner.  NULL: there is no
 * article.  content_type is the page's header or NULL, url the page's URL. */
char *full_text_of(void *owner, const void *page, size_t size, const char *content_type, const char *url, char **base);
