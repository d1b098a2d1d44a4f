#pragma once
/*
 * error - what went wrong, for the person who reads the log.
 *
 * A function that can fail returns bool (or a pointer) and takes
 * `struct error *err` last.  On false (or NULL), err says why; on success it
 * is untouched.  The kind is what a caller acts on.  Texts: lower case, no
 * full stop, the subject in quotes, and what to do about it.
 */
#include <stdbool.h>

enum error_kind {
	ERROR_TEMPORARY = 1, /* may work later: try again */
	ERROR_PERMANENT,     /* will not work, whatever is tried */
	ERROR_NOT_FOUND,     /* the thing named does not exist */
	ERROR_EXISTS,        /* it exists already */
	ERROR_INVALID        /* what was given makes no sense */
};

struct error {
	enum error_kind kind;
	char text[512];
};

/* The text is cut to the size of err->text, and made valid UTF-8.  Always returns false, for `return error_set(...)`. */
bool error_set(struct error *err, enum error_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Puts context in front: "feed 12: " + what err already says.  Returns false. */
bool error_prefix(struct error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
