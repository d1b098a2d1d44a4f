#pragma once
/*
 * letter_mirror - a letter for languages that are written from right to left.
 *
 * Mail programs know no logical properties, so the sides in its inline styles are exchanged.
 */

/* html as letter_html.h and the templates write it, with left and right exchanged in the borders, paddings and margins of its style
 * attributes, and its cells aligned to the right.  Text, and what is aligned on purpose, stays.  Belongs to owner. */
char *letter_mirror(void *owner, const char *html);
