#pragma once
/*
 * html_balance - repairs HTML source so that its tags nest.
 *
 * Gumbo's time grows with the square of the nesting, and repeating unclosed
 * formatting over many blocks makes trees far larger than their source.  So
 * this linear pass gives every end tag that HTML5 implies, reopens formatting
 * where HTML5 would, and leaves out tags beyond HTML_MAX_DEPTH (their text
 * stays).  After HTML_MAX_TAGS it closes what is open, and the rest is text.
 * Its output is unambiguous: names are in a plain form, and no element
 * switches the parser to other rules.
 */
#include "gateway/base/html/html_sink.h"

#define HTML_MAX_TAGS 50000u

/* Sends the tags and texts of source to sink, until sink->stopped. */
void html_balance(struct html_sink *sink, const char *source, size_t size);
