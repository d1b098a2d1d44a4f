#pragma once
/*
 * plain_address - addresses of the web in plain text.
 */
#include <stddef.h>

/* The length of the address at s, which starts at a word; 0 for none.  What ends a sentence does not belong to it, nor a bracket that
 * was opened before it. */
size_t plain_address(const char *s);
