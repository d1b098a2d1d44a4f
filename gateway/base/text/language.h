#pragma once
/*
 * language - tags of languages (BCP 47): which are right, and which are written from right to left.
 */
#include <stdbool.h>

/* "en", "pt-BR", "zh-Hant-TW", "gsw": well-formed, and of two letters only what ISO 639-1 has.  "english", "en_US" and "zz" are none. */
bool language_known(const char *tag);
/* "rtl" or "ltr", for the attribute dir: a script subtag decides, else the script that the language is mostly written in. */
const char *language_direction(const char *tag);
/* The same of a text in UTF-8: that of most of its first letters; NULL when it has none that says so. */
const char *language_direction_of(const char *text);
