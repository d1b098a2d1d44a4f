#pragma once
/*
 * encoded_word - words of other scripts in header fields (RFC 2047), and parameters (RFC 2231).
 *
 * Takes what programs send: characters that are cut in two between words,
 * blanks within a word, words that touch other text, stand in quotes, lack their
 * padding or name no charset that is known.  (libetpan decodes each word
 * for itself, which loses characters that are cut.)
 */

/* value (unfolded) as UTF-8 on one line.  Belongs to owner. */
char *encoded_word_text(void *owner, const char *value);
/* A parameter of a value, 'attachment; filename*0*=utf-8''t%C3%ADde; filename*1=.pdf', in whichever way it is written, as UTF-8; NULL without it.
 * Belongs to owner. */
char *encoded_word_parameter(void *owner, const char *value, const char *name);
