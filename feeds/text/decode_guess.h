#pragma once
/*
 * decode_guess - in which encoding bytes are that say nothing of it.
 *
 * The statistics are uchardet's.  It always has an opinion, and tells nobody
 * how firm it is; so what it names has to prove itself by how the text reads.
 */
#include <stdbool.h>
#include <stddef.h>

/* A name for iconv(3), or NULL when it knows none or windows-1252 does as well. */
const char *decode_guess(const unsigned char *data, size_t size);
/* Does the text read as words, and better than what windows-1252 makes of the same bytes?  Both are UTF-8; short ones
 * prove nothing. */
bool decode_guess_holds(const char *text, const char *as_windows1252);
