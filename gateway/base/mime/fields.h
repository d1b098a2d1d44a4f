#pragma once
/*
 * fields - header fields as strangers write them: "Name: value" lines.
 *
 * The same form is the head of a message, of a MIME part, and each group of
 * a delivery or feedback report (RFC 5322 section 2.2, RFC 3464 section 2.1).
 * Takes what RFC 5322 forbids but mail systems send: continuations that are
 * not indented after a ';', blanks before the colon, an mbox line in front,
 * a body that begins without an empty line.
 */
#include <stdbool.h>
#include <stddef.h>

/* Beyond these, fields and the rest of a value are dropped. */
enum { FIELDS_MAX = 1000, FIELDS_VALUE_MAX = 8192 };

struct field {
	const char *name, *value; /* unfolded, trimmed */
};
struct fields {
	struct field *all;
	size_t count;
};

/* A message as text: CR LF and CR as LF, a NUL as a blank.  Belongs to owner. */
char *fields_lines(void *owner, const char *message, size_t size);
/* Reads fields from s on, lines with LF; *rest is what follows the empty line, or the line that is none.  Belongs to owner. */
struct fields *fields_read(void *owner, const char *s, const char **rest);
/* The first value of that name, in whatever case; "" without one. */
const char *fields_get(const struct fields *f, const char *name);
/* The parameter of a value like 'text/plain; charset="utf-8"', without quotes; "" without one.  Belongs to owner. */
char *fields_parameter(void *owner, const char *value, const char *name);
