#pragma once
/*
 * repair_json - makes the JSON that feeds are published with well-formed.
 *
 * For documents that a strict parser refuses: line ends and other control
 * characters in strings, unknown escapes, lone surrogates, missing and
 * superfluous commas, names without quotes, comments, NaN, a document that
 * ends too early.  Valid JSON is not changed.
 */
#include "feeds/text/repair.h"

/* text is UTF-8; the result is a talloc object of owner's.  A parser may still refuse its text when the input is not like
 * JSON at all. */
struct repaired *repair_json(void *owner, const char *text, size_t size);
