#pragma once
/*
 * text - small questions about strings of UTF-8.
 *
 * Results belong to owner.  Nothing here knows markup: see escape.h.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A copy without white space (ASCII and U+00A0) at both ends. */
char *text_trim(void *owner, const char *s);
/* Is c a blank, a control character, or one that takes no room (U+200B, U+FEFF, a variation selector)?  Nobody sees that it is there. */
bool text_unseen(uint32_t c);
/* Is c a letter or a digit of any script, or a mark that belongs to one? */
bool text_in_word(uint32_t c);
/* What somebody typed or pasted: a copy without such characters at both ends. */
char *text_typed(void *owner, const char *s);
/* "075 144", "٠٧٥-١٤٤" -> "075144": the digits of any script, however they are set apart; NULL when there is anything else in it. */
char *text_digits(void *owner, const char *s);
/* Trimmed, and every run of white space made one space. */
char *text_squeeze(void *owner, const char *s);
/* A copy with A-Z made small; other bytes stay. */
char *text_lower(void *owner, const char *s);
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
/* For comparing whatever the case: each character folded as Unicode says, where that is one character again. */
char *text_fold(void *owner, const char *s);
/* Equal but for the case of A-Z; NULL equals only NULL. */
bool text_same(const char *a, const char *b);
bool text_is_ascii(const char *s);
/* For tables in memory: FNV-1a. */
uint64_t text_hash(const char *s);
/* True for NULL, "" and white space alone. */
bool text_blank(const char *s);
/* Are these size bytes well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong)? */
bool text_utf8(const char *s, size_t size);
/* The code point at *s, which moves on; U+FFFD for a bad byte; 0 at the end. */
uint32_t text_next(const char **s);
/* Characters, not bytes. */
size_t text_length(const char *s);
/* At most max characters, cut at a word when possible, with "…" where something was cut; no mark is divided from its
 * letter. */
char *text_cut(void *owner, const char *s, size_t max);
/* Words as a reader counts them: runs without white space that hold a letter or digit.  Where a script puts no space between
 * words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), two characters, or four letters, are a word. */
size_t text_words(const char *s);
/* The offset after that many words, at a place where a text may be cut; that of the end when there are no more. */
size_t text_after_words(const char *s, size_t words);
/* "Café au lait!" -> "cafe-au-lait", "日本語 blog" -> "日本語-blog": small letters and digits of any script (Latin, Greek and Cyrillic ones as
 * a-z) and dashes, at most 80 bytes; "" when nothing is left. */
char *text_slug(void *owner, const char *s);
/*
 * What two spellings of one tag have in common, and its address: "Tide  Tables" -> "tide-tables", "Café" -> "café", "C#" -> "c#".  Small letters and
 * digits of any script as they are, in one Unicode form, words joined by dashes; of other signs those that tell tags apart, and pictures.  At most
 * 200 bytes; "" when nothing is left.  Percent-encode it in a path.
 */
char *text_tag(void *owner, const char *s);
/* s with every occurrence of what replaced. */
char *text_replace(void *owner, const char *s, const char *what, const char *with);
