#pragma once
/*
 * decode_labels - the encodings that the labels of documents mean.
 *
 * Many labels name a subset of the encoding that the document really uses.
 * The aliases follow the WHATWG Encoding Standard, with some that only old
 * feeds use.
 */
#include <stdbool.h>

/* The name for iconv(3), or "utf-8" or "windows-1252", which are decoded without it; in lower case.  NULL for a label that
 * is no name, or of an encoding that is never decoded (UTF-7).  Belongs to owner. */
const char *decode_label(void *owner, const char *label);
/* Is it one of the names of US-ASCII? */
bool decode_label_is_ascii(const char *label);
