#pragma once
/*
 * repair_json - makes JSON out of what was meant for it.
 *
 * For documents that a strict parser refuses: line ends and other control
 * characters in strings, escapes that there are none of, halves of
 * characters, commas too many or too few, names without quotes, comments,
 * NaN, an end in the middle.  What is JSON comes out as it is.
 */
#include "feeds/text/repair.h"

/* text is UTF-8; the result is a talloc object of owner's, whose text a parser may still refuse when it is no JSON at all. */
struct repaired *repair_json(void *owner, const char *text, size_t size);
