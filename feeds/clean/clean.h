#pragma once
/*
 * clean - a source's HTML made safe and uniform: the form that the archive keeps.
 *
 * An allow-list of elements, attributes, URL schemes and CSS properties; what
 * is not on it goes, with its content where that was never meant to be read
 * (scripts, styles, forms).  What sources do in many ways is brought to one:
 * footnotes, pictures that wait for a script, embedded players (links),
 * emoji pictures (characters), the author's cut (<!--more-->).
 *
 * In what comes out:
 *  - every URL is absolute, http, https, mailto or tel; or "#p-..." within it;
 *  - every id begins with "p-", which no id of a page does;
 *  - notes are one <section class="notes" role="doc-endnotes"> at the end:
 *    h2#p-notes, then li#p-n1 with a doc-backlink to #p-r1; the mark in the
 *    text is <sup><a id="p-r1" href="#p-n1" role="doc-noteref">1</a></sup>;
 *  - there is no h1: that is the title's;
 *  - the only comment is <!--more-->, at most once;
 *  - cleaning it again changes nothing.
 */
#include <stddef.h>

/* The clean form of html, seen from the URL base (NULL: relative links are dropped).  Belongs to owner; "" when nothing is left. */
char *clean_html(void *owner, const char *html, size_t size, const char *base);

/*
 * The lighter form, for a program that wants to see what the source wrote: as safe, by the same allow-list and some more
 * that does nothing (classes, sizes, colours, pictures drawn in SVG, formulas in MathML), but in the source's own
 * elements and with nothing added or gathered.  Without a base relative links stay relative.
 */
char *clean_light(void *owner, const char *html, size_t size, const char *base);
