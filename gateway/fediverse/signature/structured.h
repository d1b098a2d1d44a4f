#pragma once
/*
 * structured - the parts of Structured Field Values (RFC 8941) that signatures use.
 *
 * Small cursors over a header's value: each takes what it names from *s and
 * moves *s past it, or returns NULL or false and the value is malformed.
 * Strings belong to owner.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The next member of a dictionary: its key and the text of its value, parameters included; a bare key has the value "?1".
 * False at the end and for what is malformed: the end is where **s is NUL. */
bool structured_member(void *owner, const char **s, char **key, char **value);
/* "text" between double quotes, without its escapes. */
char *structured_string(void *owner, const char **s);
/* :base64: as bytes. */
unsigned char *structured_bytes(void *owner, const char **s, size_t *size);
/* ";name=value": text is the value without quotes, raw the value as it must be written again. */
struct structured_param {
	const char *name, *text, *raw;
};
/* The next parameter; false when none follows (**s is not ';') or it is malformed (**s is ';'). */
bool structured_param(void *owner, const char **s, struct structured_param *param);
/* s moved past spaces and tabs. */
const char *structured_blank(const char *s);
/* A time in Unix seconds as ms; 0 for anything else. */
int64_t structured_seconds(const char *text);
