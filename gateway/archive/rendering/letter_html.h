#pragma once
/*
 * letter_html - an entry's clean HTML as mail programs can show it.
 *
 * Every style stands in its element, nothing relies on a style sheet, on
 * links within the page or on elements younger than HTML 4.  Where a style
 * sheet is obeyed, the classes ink, soft, lk, code and rule (for dark
 * colours) belong to the letter around this, which is a template.
 */
#include <stdio.h>

/* The pictures of a letter are at most this wide. */
#define LETTER_HTML_WIDTH 536

/* Writes html (feeds/clean/clean.h) as what stands in the letter's body cell. */
void letter_html_write(FILE *out, const char *html);
