#pragma once
/*
 * wire - structs as bytes, for another process of the same binary.
 *
 * Tables say which fields a struct has; one writer and one reader walk them,
 * so that a new field is a line.  The reader trusts nothing: counts are held
 * against the bytes that are left, numbers against their range, text against
 * UTF-8.  Strings are not copied but lie in the bytes that were read.
 */
#include "gateway/base/memory/buf.h"
#include <stdint.h>

enum wire_type {
	WIRE_NUMBER,  /* an integer, enum or bool of size bytes, from least to most */
	WIRE_TEXT,    /* a string of UTF-8, or NULL */
	WIRE_RAW,     /* a string of any encoding, or NULL */
	WIRE_BYTES,   /* bytes, whose number is at count_at */
	WIRE_STRUCT,  /* a struct within the struct */
	WIRE_POINTER, /* the address of a struct, or NULL */
	WIRE_ARRAY,   /* the address of structs, as many as is at count_at */
	WIRE_POINTERS /* the address of addresses of structs, none of them NULL, as many as is at count_at */
};

struct wire_struct;

struct wire_field {
	enum wire_type type;
	size_t at, size;             /* offset and size in the struct */
	size_t count_at;             /* offset of the size_t that counts the elements */
	const struct wire_struct *of;
	int64_t least, most;         /* of the number; of the elements at most so many, 0: any number */
	bool required;               /* NULL is an error */
	bool counted;                /* an earlier field with the same count_at has set the count, and this one must have as many */
};

struct wire_struct {
	size_t size;
	const struct wire_field *fields;
	size_t count;
};

#define WIRE_FIELD_(T, S, F, ...) { .type = (T), .at = offsetof(S, F), .size = sizeof((S *)0)->F, __VA_ARGS__ }
/* The range of a field is that of its type. */
#define WIRE_OF_NUMBER(S, F) \
	WIRE_FIELD_(WIRE_NUMBER, S, F, .least = _Generic(((S *)0)->F, int: INT32_MIN, int64_t: INT64_MIN, default: 0), \
	            .most = _Generic(((S *)0)->F, bool: 1, uint8_t: UINT8_MAX, int: INT32_MAX, uint32_t: UINT32_MAX, default: INT64_MAX))
#define WIRE_OF_ENUM(S, F, LAST) WIRE_FIELD_(WIRE_NUMBER, S, F, .least = 0, .most = (LAST))
#define WIRE_OF_TEXT(S, F) WIRE_FIELD_(WIRE_TEXT, S, F, .required = false)
#define WIRE_OF_TEXT_ALWAYS(S, F) WIRE_FIELD_(WIRE_TEXT, S, F, .required = true)
#define WIRE_OF_RAW(S, F) WIRE_FIELD_(WIRE_RAW, S, F, .required = false)
#define WIRE_OF_BYTES(S, F, COUNT) WIRE_FIELD_(WIRE_BYTES, S, F, .count_at = offsetof(S, COUNT))
#define WIRE_OF_STRUCT(S, F, OF) WIRE_FIELD_(WIRE_STRUCT, S, F, .of = &(OF))
#define WIRE_OF_POINTER(S, F, OF) WIRE_FIELD_(WIRE_POINTER, S, F, .of = &(OF))
#define WIRE_OF_POINTER_ALWAYS(S, F, OF) WIRE_FIELD_(WIRE_POINTER, S, F, .of = &(OF), .required = true)
#define WIRE_OF_ARRAY(S, F, COUNT, OF) WIRE_FIELD_(WIRE_ARRAY, S, F, .count_at = offsetof(S, COUNT), .of = &(OF))
#define WIRE_OF_ARRAY_UP_TO(S, F, COUNT, OF, MOST) WIRE_FIELD_(WIRE_ARRAY, S, F, .count_at = offsetof(S, COUNT), .of = &(OF), .most = (MOST))
#define WIRE_OF_POINTERS_UP_TO(S, F, COUNT, OF, MOST) WIRE_FIELD_(WIRE_POINTERS, S, F, .count_at = offsetof(S, COUNT), .of = &(OF), .most = (MOST))
#define WIRE_OF_POINTERS_COUNTED(S, F, COUNT, OF) WIRE_FIELD_(WIRE_POINTERS, S, F, .count_at = offsetof(S, COUNT), .of = &(OF), .counted = true)
#define WIRE_OF(S, FIELDS) { sizeof(S), (FIELDS), sizeof(FIELDS) / sizeof *(FIELDS) }
/* One string of an array of strings. */
extern const struct wire_struct wire_text;

/* Appends the struct at from; false when out would exceed its maximum. */
bool wire_write(struct buf *out, const struct wire_struct *type, const void *from);
/* Reads size bytes at data, all of them, to a zeroed struct at to.  What it points to belongs to owner, strings to whoever owns data.
 * False for bytes that wire_write does not write. */
bool wire_read(void *owner, const struct wire_struct *type, void *to, const char *data, size_t size);
