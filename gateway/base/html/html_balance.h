#pragma once
/*
 * html_balance - HTML source put in order, so that its tags nest.
 *
 * Gumbo's time grows with the square of the nesting, and repeating unclosed
 * formatting over many blocks makes trees far larger than their source.  So
 * this linear pass gives every end tag that HTML5 implies, opens formatting
 * again where HTML5 would, and leaves out tags beyond HTML_MAX_DEPTH and
 * HTML_MAX_TAGS (their text stays).  What it gives can be read in one way
 * only: names are in a plain form, and no element switches to other rules.
 */
#include "gateway/base/html/html_sink.h"

#define HTML_MAX_TAGS 200000u

/* Sends source to sink, until that stops. */
void html_balance(struct html_sink *sink, const char *source, size_t size);
