#pragma once
/*
 * fedi_html - an entry's clean HTML as fediverse servers accept it.
 *
 * Servers sanitise HTML strictly: some wrap every element that they do not
 * know in a paragraph.  So this writes only p, br, a, ul, ol, li,
 * blockquote, pre, code, strong and em: headings become strong paragraphs,
 * references to footnotes [1], tables lines of text, pictures a link with
 * their alternative text (object.h also attaches them).
 */
#include <stdio.h>

/* Writes html (feeds/clean/clean.h). */
void fedi_html_write(FILE *out, const char *html);
