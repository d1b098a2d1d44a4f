#pragma once
/*
 * repair_reference - reads character references and HTML's named entities; writes nothing.
 */
#include <stdbool.h>
#include <stdint.h>

/* Reads the digits at *p and moves *p behind them.  The value stops growing above 10FFFF. */
uint32_t repair_number(const char **p, const char *end, bool hex);
/* The code point of the reference at s, with *after behind it; 0 when there is no complete one. */
uint32_t repair_reference(const char *s, const char *end, const char **after);
/* The character of the surrogate pair (RFC 2781 section 2.1) of high and the reference at *s, which is moved behind it; 0
 * when the two are no pair. */
uint32_t repair_surrogate_pair(uint32_t high, const char **s, const char *end);
