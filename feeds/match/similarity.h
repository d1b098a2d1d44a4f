#pragma once
/*
 * similarity - how similar two texts are, by the word bigrams that they share.
 *
 * For posts that appear under a new id: an edited text keeps most of its
 * bigrams, while another text under the same title does not.  Markup and URLs
 * do not count.  Only the first thousands of words are read.
 */

/* The overlap coefficient of two HTML texts (NULL is ""), in percent: what they share, of the shorter one.  100 when one has no words. */
int similarity_overlap(const char *a, const char *b);
/* The same, of the longer one: 100 only when both have the same bigrams. */
int similarity_whole(const char *a, const char *b);
