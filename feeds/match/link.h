#pragma once
/*
 * link - normalises links, so that two links to the same page are equal.
 *
 * The scheme (http or https), "www.", a final slash, the fragment, and the
 * parameters of trackers and sessions do not count.  Pure functions of text;
 * a link that is no http(s) URL stays as it is.  Results belong to owner.
 */
#include <stdbool.h>
#include <stdio.h>

/* The normalised link: "blog.example/2026/post?id=3". */
char *link_normalise(void *owner, const char *link);
/* The same without the query, for sources that put a new token into it at every fetch. */
char *link_normalise_without_query(void *owner, const char *link);
/* The fragment without "#"; NULL when there is none. */
const char *link_fragment(const char *link);
/* Is this normalised link a site's front page, which is the link of no single entry? */
bool link_is_front_page(const char *normalised);
/* Are the links equal but for the query? */
bool link_differs_in_query(const char *a, const char *b);
/* Writes s, a text that may contain URLs, without what changes in them from one fetch to the next: tracking parameters, signatures and
 * the whole query of images and audio.  White space is squeezed.  NULL writes nothing. */
void link_write_stable(FILE *out, const char *s);
