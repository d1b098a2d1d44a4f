#pragma once
/*
 * html_balance - HTML source rewritten so that its tags nest, before gumbo parses it.
 *
 * Gumbo's time grows with the square of the nesting, and repeating unclosed
 * formatting over many blocks makes trees far larger than their source.  So
 * this linear pass writes every end tag that HTML5 implies, opens formatting
 * again where HTML5 would, and leaves out tags beyond HTML_MAX_DEPTH and
 * HTML_MAX_TAGS (their text stays).  What it writes is read by gumbo exactly
 * as it was meant here: names, attributes and comments are in a plain form,
 * and no element switches gumbo to other rules.
 */
#include <stddef.h>

#define HTML_MAX_TAGS 200000u

/* Foreign elements (svg, math, select, template, noscript …) come out as NAME HTML_BALANCE_MARK, which to gumbo is an
 * element like span; a mark cannot come in, as no name of a token holds one. */
#define HTML_BALANCE_MARK '!'

/* The balanced form of source; belongs to owner. */
char *html_balance(void *owner, const char *source, size_t size, size_t *balanced_size);
