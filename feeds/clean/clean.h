#pragma once
/*
 * clean - sanitises a source's HTML and brings it into the form that the archive keeps.
 *
 * An allow-list of elements, attributes, URL schemes and CSS properties.  All
 * else is removed, with its content where that is not text for readers
 * (scripts, styles, forms).  What sources write in many ways gets one form:
 * footnotes, lazy-loaded pictures, embeds (which become links), emoji pictures
 * (which become characters), the "read more" marker (<!--more-->).
 *
 * The result:
 *  - every URL is absolute and of http, https, mailto or tel, or it is "#p-..." within the text; with clean_html_pictures a
 *    picture may also be named by the address of one that came within the text;
 *  - every id begins with "p-", which no id of our own pages does;
 *  - footnotes are one <section class="notes" role="doc-endnotes"> at the end:
 *    h2#p-notes, then li#p-n1 with a doc-backlink to #p-r1; the reference in the
 *    text is <sup><a id="p-r1" href="#p-n1" role="doc-noteref">1</a></sup>;
 *  - there is no h1, which is the title's;
 *  - the only comment is <!--more-->, at most once;
 *  - cleaning it again changes nothing.
 */
#include "gateway/archive/picture/picture.h"

/* The clean form of html, which is from the URL base (NULL: relative links are dropped).  Belongs to owner; "" when nothing
 * is left. */
char *clean_html(void *owner, const char *html, size_t size, const char *base);
/* The same, and pictures that are in the text themselves ("data:") go to pictures, by whose addresses the text then shows them.  NULL, as in
 * clean_html: of such a picture its words are left. */
char *clean_html_pictures(void *owner, const char *html, size_t size, const char *base, struct picture_list *pictures);
