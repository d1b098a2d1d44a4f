#pragma once
/*
 * json_write - JSON onto a stream, fast.
 *
 * Jansson's own writer goes through a string character by character, which
 * for a feed takes as long as reading it.
 */
#include <jansson.h>
#include <stdio.h>

/* value on lines of its own, each level one space further in; depth: the level that it stands at. */
void json_write(FILE *out, const json_t *value, size_t depth);
/* s, which is UTF-8, in quotes. */
void json_write_string(FILE *out, const char *s, size_t size);
