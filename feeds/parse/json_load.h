#pragma once
/*
 * json_load - jansson's parser for untrusted documents, with a limit on memory.
 *
 * A value can take eighty times the memory of its text ("{},"), so the values
 * are counted before the document is parsed.
 */
#include <jansson.h>

/* The limit: an object counts as four, an array as two, every other value as one. */
#define JSON_LOAD_WEIGHT 2000000

/* NULL with why when it is not JSON, or is above the limit. */
json_t *json_load_text(const char *text, size_t size, json_error_t *why);
