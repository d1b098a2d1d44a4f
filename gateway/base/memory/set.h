#pragma once
/*
 * set - a set of strings.
 */
#include <stdbool.h>

struct set;

struct set *set_new(void *owner);
/* The text is copied.  False when it was in already. */
bool set_add(struct set *set, const char *text);
bool set_has(const struct set *set, const char *text);
