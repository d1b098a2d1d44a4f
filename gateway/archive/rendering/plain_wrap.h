#pragma once
/*
 * plain_fill - lines of plain text: wrapped, indented, with one blank line between paragraphs.
 *
 * For plain.c.  A gap that is asked for is written only when more text comes,
 * so texts neither begin nor end with blank lines.
 */
#include <stdio.h>

struct plain_fill;

struct plain_fill *plain_fill_new(void *owner, FILE *out, int width);
/* A paragraph: wrapped at spaces (and between CJK characters), a line feed is a new line.  Nothing for blank text. */
void plain_fill_text(struct plain_fill *f, const char *text);
/* Lines as they are. */
void plain_fill_lines(struct plain_fill *f, const char *text);
/* A line of sign as wide as words were, at most a line. */
void plain_fill_rule(struct plain_fill *f, char sign, const char *words);
/* A blank line before the next text. */
void plain_fill_gap(struct plain_fill *f);
/* No blank line before the next text, whatever was asked for. */
void plain_fill_tight(struct plain_fill *f);
/* Until plain_fill_outdent: the next line begins with first, later ones with rest (NULL: as many spaces). */
void plain_fill_indent(struct plain_fill *f, const char *first, const char *rest);
void plain_fill_outdent(struct plain_fill *f);
