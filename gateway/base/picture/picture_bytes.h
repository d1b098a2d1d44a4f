#pragma once
/*
 * picture_bytes - the bytes of a picture and the numbers in them.  Included by the files of this room only.
 */
#include "gateway/base/picture/picture_head.h"
#include <string.h>

struct picture_bytes {
	const unsigned char *data;
	size_t size;
};

/* A number of n bytes at offset at; 0 when it is not all there. */
static inline unsigned picture_big(const struct picture_bytes *b, size_t at, size_t n)
{
	unsigned value = 0;
	for (size_t i = 0; at <= b->size && n <= b->size - at && i < n; i++)
		value = value << 8 | b->data[at + i];
	return value;
}

static inline unsigned picture_little(const struct picture_bytes *b, size_t at, size_t n)
{
	unsigned value = 0;
	for (size_t i = n; at <= b->size && n <= b->size - at && i-- > 0;)
		value = value << 8 | b->data[at + i];
	return value;
}

static inline bool picture_bytes_are(const struct picture_bytes *b, size_t at, const char *what, size_t n)
{
	return at <= b->size && n <= b->size - at && memcmp(b->data + at, what, n) == 0;
}

/* False when a side is 0 or longer than 65535. */
static inline bool picture_bytes_size(struct picture_head *head, enum picture_type type, unsigned width, unsigned height)
{
	if (width < 1 || height < 1 || width > 65535 || height > 65535)
		return false;
	*head = (struct picture_head){ type, (int)width, (int)height };
	return true;
}
