#pragma once
/*
 * buf - bytes from outside, with a maximum size.
 *
 * Whatever arrives from a network or a file goes into one of these, so that
 * no peer decides how much memory we use.  data is always NUL-terminated
 * (the NUL is not counted in size), but may hold NULs of its own.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t size;
	size_t max;  /* size never exceeds this */
	size_t room; /* bytes allocated for data, less the NUL */
};

/* A larger max than 255 MiB counts as 255 MiB. */
struct buf *buf_new(void *owner, size_t max);
/* Appends; false when the maximum would be exceeded, and then nothing was added. */
bool buf_add(struct buf *b, const void *data, size_t size);
/* Removes the first n bytes, or all when there are fewer. */
void buf_drop(struct buf *b, size_t n);
void buf_clear(struct buf *b);
