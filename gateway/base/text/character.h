#pragma once
/*
 * character - single characters: from a byte of windows-1252, and into UTF-8.
 */
#include <stddef.h>
#include <stdint.h>

/* The code point of a windows-1252 byte; the five that are undefined are C1 controls, as in the WHATWG Encoding Standard. */
uint32_t character_windows1252(unsigned char byte);
/* Writes cp (at most 10FFFF, not a surrogate) as UTF-8 to to, which has room for 4 bytes; returns the number of bytes. */
size_t character_put(char *to, uint32_t cp);
