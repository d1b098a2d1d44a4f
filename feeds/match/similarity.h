#pragma once
/*
 * likeness - how much of one text is in another.
 *
 * For posts that come under a new id: an edited text keeps most of its pairs
 * of words, another one under the same title does not.  Markup and addresses
 * do not count.  What comes after the first thousands of words is not read.
 */

/* Two texts of HTML (NULL is ""), in percent of the shorter one that the longer one has too; 100 when one has no words. */
int similarity_overlap(const char *a, const char *b);
/* The same, of the longer one: 100 only for one text twice. */
int similarity_whole(const char *a, const char *b);
