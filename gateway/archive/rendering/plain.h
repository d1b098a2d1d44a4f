#pragma once
/*
 * plain - an entry's clean HTML as text for people who read text.
 *
 * Paragraphs are wrapped, headings underlined, code indented by four, quotes
 * begin with "> ", pictures are [image: alt].  A short link stands behind its
 * words as <https://…>; a long one gets a number and is listed at the end.
 * Notes keep their numbers, [1], and hang behind them.
 */
#include <stdio.h>

/* Writes html (feeds/clean/clean.h) at most width columns wide, but for addresses, code and words longer than that.
 * Ends with one line feed; nothing for blank html. */
void plain_write(FILE *out, const char *html, int width);
/* The words alone, on one line: no marks of notes, no addresses, no pictures.  Belongs to owner. */
char *plain_line(void *owner, const char *html);
/* The same for a part of a tree. */
struct html_node;
char *plain_line_of(void *owner, const struct html_node *node);
/* How many words (text.h) that line has. */
size_t plain_words(const struct html_node *node);
