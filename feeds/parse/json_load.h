#pragma once
/*
 * json_load - jansson's parser for documents from outside.
 *
 * A value takes up to eighty times the bytes that it is written in ("{},"),
 * so how many there are is counted before any of them is made.
 */
#include <jansson.h>

/* An empty object weighs four, an empty array two, every other value one. */
#define JSON_LOAD_WEIGHT 2000000

/* NULL with why: it is no JSON, or weighs more. */
json_t *json_load_text(const char *text, size_t size, json_error_t *why);
