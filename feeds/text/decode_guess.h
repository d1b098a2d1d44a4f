#pragma once
/*
 * decode_guess - guesses the encoding of bytes that have no label.
 *
 * The statistics are uchardet's.  It always reports an encoding and no
 * confidence, so the decoded text has to pass decode_guess_holds.
 */
#include <stdbool.h>
#include <stddef.h>

/* A name for iconv(3), or NULL when there is none or windows-1252 is as good. */
const char *decode_guess(const unsigned char *data, size_t size);
/* Is text, which is data decoded as guessed, more plausible than the same bytes decoded as windows-1252?  Both are UTF-8.
 * False for a text with too few characters beyond ASCII. */
bool decode_guess_holds(const char *text, const char *as_windows1252);
