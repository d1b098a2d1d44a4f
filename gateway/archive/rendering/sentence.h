#pragma once
/*
 * sentence - where a sentence of running text ends.
 *
 * A heuristic for most languages: after . ! ? and similar signs, and the
 * closing quotes and brackets after them, when white space and no small
 * letter follows; not after "Dr.", "z. B." or an initial.  A doubtful case is
 * no end, so that a text is cut later rather than inside a sentence.
 */
#include <stddef.h>

/* The offset just past the first end of a sentence at or after from; 0 when the text ends first.  The end of the text
 * itself counts when a sentence ends there. */
size_t sentence_end(const char *text, size_t from);
