#pragma once
/*
 * unpack - documents that were compressed without a word of it: no Content-Encoding, or a file.
 */
#include <stddef.h>

/*
 * What data is when it is unpacked: gzip (RFC 1952), zlib (RFC 1950), or bare deflate (RFC 1951) that makes markup or JSON.  Of a stream
 * that is cut off, what was there.  NULL when data is nothing of this, or becomes larger than max.  Belongs to owner.
 */
char *unpack(void *owner, const void *data, size_t size, size_t max, size_t *unpacked);
