#pragma once
/*
 * seen - which addresses a list has shown already: eight bytes for each.
 *
 * Two of a million addresses may be taken for one, once in 30 million lists: enough for counting, not for deciding.
 */
#include <stdbool.h>

struct seen;

struct seen *seen_new(void *owner);
/* True when text was there before. */
bool seen_before(struct seen *seen, const char *text);
