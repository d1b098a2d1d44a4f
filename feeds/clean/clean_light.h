#pragma once
/*
 * clean_light - sanitises HTML and changes nothing else, for programs that want to see what the source wrote.
 *
 * As safe as clean_html, by the same allow-list and some more that is harmless
 * (classes, sizes, colours, SVG pictures, MathML formulas), but with the
 * source's own elements, and nothing is added or moved.
 */
#include <stddef.h>

/* The light form of html, which is from the URL base; with NULL relative links stay relative.  Belongs to owner. */
char *clean_light(void *owner, const char *html, size_t size, const char *base);
