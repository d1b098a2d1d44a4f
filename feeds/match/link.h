#pragma once
/*
 * link - what of an address names the page, and what is only about the visit.
 *
 * http and https, "www.", a final slash, the fragment and what trackers and
 * sessions append are no part of a page's name.  Pure functions of text; a
 * link that is no http(s) URL stays as it is.  Results belong to owner.
 */
#include <stdbool.h>
#include <stdio.h>

/* The name of the page: "blog.example/2026/post?id=3". */
char *link_normalise(void *owner, const char *link);
/* The same without any query, for sources that put a new token into it at every fetch. */
char *link_normalise_without_query(void *owner, const char *link);
/* The fragment without "#"; NULL when there is none. */
const char *link_fragment(const char *link);
/* Is it the name of a site's front page, which is the link of no single entry? */
bool link_is_front_page(const char *name);
/* One page but for the query, and the queries differ? */
bool link_differs_in_query(const char *a, const char *b);
/* s, in which addresses may stand, without what changes in them from one fetch to the next: tracking parameters, signatures and
 * the whole query of pictures and sounds.  White space is squeezed.  NULL writes nothing. */
void link_write_stable(FILE *out, const char *s);
