#pragma once
/*
 * letter_html - an entry's clean HTML for mail programs.
 *
 * All styles are inline; nothing relies on a style sheet, on links within
 * the page or on elements newer than HTML 4.  The classes ink, soft, lk, code
 * and rule are for the style sheet of the template around this, which sets
 * dark colours in programs that support style sheets.
 */
#include <stdio.h>

/* The width of the body cell, and of the widest picture. */
#define LETTER_HTML_WIDTH 536

/* Writes html (feeds/clean/clean.h) as the content of the letter's body cell. */
void letter_html_write(FILE *out, const char *html);
