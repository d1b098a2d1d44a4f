#pragma once
/*
 * bundle - the files in a zip or a tar, compressed or not, one after another (libarchive).
 *
 * Nothing is ever written to a disk.  A bundle of too many members, of too
 * much text, or with a name that leads out of it, is refused.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"

#define BUNDLE_MEMBERS 200000
/* Of all members together that are read. */
#define BUNDLE_MAX_SIZE (INT64_C(2) << 30)

struct bundle;

/* Do these first bytes of a file look like one? */
bool bundle_is(const char *data, size_t size);
struct bundle *bundle_open(void *owner, const char *path, struct error *err);
/* The name of the next file, NULL at the end; valid until the next call. */
bool bundle_next(struct bundle *b, const char **name, struct error *err);
/* Its bytes, at most max.  ERROR_INVALID when it has more. */
struct buf *bundle_read(void *owner, struct bundle *b, size_t max, struct error *err);
