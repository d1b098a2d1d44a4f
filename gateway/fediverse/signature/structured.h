#pragma once
/*
 * structured - the parts of Structured Field Values (RFC 8941) that signatures use.
 *
 * Each function parses one item at *s and moves *s past it; NULL or false
 * means that the value is malformed.  Strings belong to owner.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next member of a dictionary: its key and the text of its value with parameters; a bare key has the value "?1".
 * False at the end (**s is NUL) and when it is malformed. */
bool structured_member(void *owner, const char **s, char **key, char **value);
/* A quoted string, unescaped. */
char *structured_string(void *owner, const char **s);
/* A byte sequence, :base64:, decoded. */
unsigned char *structured_bytes(void *owner, const char **s, size_t *size);
/* ";name=value": text is the value without quotes, raw the value as it was written. */
struct structured_param {
	const char *name, *text, *raw;
};
/* The next parameter; false when there is none (**s is not ';') or it is malformed (**s is ';'). */
bool structured_param(void *owner, const char **s, struct structured_param *param);
/* The first character of s that is not a space or a tab. */
const char *structured_skip_blanks(const char *s);
/* A time in Unix seconds as ms; 0 for anything else. */
int64_t structured_seconds(const char *text);
