#pragma once
/*
 * plain_wrap - lines of plain text: wrapped, indented, with one blank line between paragraphs.
 *
 * For plain.c.  A blank line is written only when more text follows, so texts
 * neither begin nor end with one.
 */
#include <stdio.h>

struct plain_wrap;

struct plain_wrap *plain_wrap_new(void *owner, FILE *out, int width);
/* A paragraph: wrapped at spaces (and between CJK characters), a line feed is a new line.  Nothing for blank text. */
void plain_wrap_text(struct plain_wrap *w, const char *text);
/* Writes lines without wrapping them. */
void plain_wrap_lines(struct plain_wrap *w, const char *text);
/* A rule made of sign, as wide as words are on the screen, but never wider than a line. */
void plain_wrap_rule(struct plain_wrap *w, char sign, const char *words);
/* Puts a blank line before the next text. */
void plain_wrap_gap(struct plain_wrap *w);
/* Cancels the blank line before the next text. */
void plain_wrap_tight(struct plain_wrap *w);
/* Indents until plain_wrap_outdent: the next line begins with first, later ones with rest (NULL: as many spaces). */
void plain_wrap_indent(struct plain_wrap *w, const char *first, const char *rest);
void plain_wrap_outdent(struct plain_wrap *w);
