#pragma once
/*
 * fedi_html - an entry's clean HTML as fediverse servers keep it.
 *
 * Servers drop or break much of HTML: some put a paragraph round every
 * element that they do not know.  So this writes only p, br, a, ul, ol, li,
 * blockquote, pre, code, strong and em: headings become strong paragraphs,
 * marks of notes [1], tables lines of text, pictures a line with their
 * description (they travel as attachments too).
 */
#include <stdio.h>

/* Writes html (feeds/clean/clean.h). */
void fedi_html_write(FILE *out, const char *html);
