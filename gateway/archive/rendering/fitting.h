#pragma once
/*
 * fitting - the beginning of an entry that fits where there is a limit of bytes.
 *
 * What is measured is the rendering itself, so that the limit holds however
 * many bytes a renderer adds to an element.  Any element may be cut inside:
 * a table after a row, a paragraph after a word, code after a line.
 */
#include <stddef.h>
#include <stdio.h>

/*
 * The longest beginning of html (feeds/clean/clean.h) that write makes max bytes of, or fewer.  It ends with a whole block when
 * that costs no more than a quarter of it, else after a word and with "…"; never with a heading.  It is empty only when nothing of
 * html fits.  Belongs to owner.
 */
char *fitting(void *owner, const char *html, size_t max, void (*write)(FILE *out, const char *html));
