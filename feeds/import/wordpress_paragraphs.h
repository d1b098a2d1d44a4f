#pragma once
/*
 * wordpress_paragraphs - the paragraphs that WordPress makes of text without <p> (its wpautop).
 */
#include <stdio.h>

/* Writes html so that text outside of blocks is in paragraphs, parted at blank lines, and other line ends are <br>. */
void wordpress_paragraphs(FILE *out, const char *html);
