#pragma once
/*
 * sentence - where a sentence of running text ends.
 *
 * A good guess for most languages, not a grammar: after . ! ? and their
 * likes, with the quotes and brackets that close behind them, when white
 * space and no small letter follows; not after "Dr.", "z. B." or an initial.
 * When in doubt it is no end, so that a text is cut later rather than inside
 * a sentence.
 */
#include <stddef.h>

/* The offset just past the first end of a sentence at or after from; 0 when the text ends first.  The end of the text
 * itself counts when a sentence ends there. */
size_t sentence_end(const char *text, size_t from);
