#pragma once
/*
 * plain - an entry's clean HTML as text for people who read text.
 *
 * Paragraphs are wrapped, headings underlined, code indented by four, quotes
 * begin with "> ", pictures are [image: alt].  A short URL follows the
 * text of its link as <https://…>; a long one gets a number and is listed at
 * the end.  Footnotes keep their numbers: [1].
 */
#include <stdio.h>

/* Writes html (feeds/clean/clean.h) at most width columns wide; URLs, code and long words may be wider.  Ends with one
 * line feed; writes nothing for blank html. */
void plain_write(FILE *out, const char *html, int width);
/* Only the words, on one line: no references to footnotes, no URLs, no pictures.  Belongs to owner. */
char *plain_line(void *owner, const char *html);
/* The same for a node and all below it. */
struct html_node;
char *plain_line_of(void *owner, const struct html_node *node);
/* The number of words (text.h) in that line. */
size_t plain_words(const struct html_node *node);
