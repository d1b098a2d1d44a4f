#pragma once
/*
 * bundle - the files in a zip or a tar, compressed or not, one after another (libarchive).
 *
 * Nothing is written to disk.  A bundle with too many files, with too much
 * data, or with path traversal in a name is refused.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"

#define BUNDLE_MEMBERS 200000
/* Total of all files that are read. */
#define BUNDLE_MAX_SIZE (INT64_C(2) << 30)

struct bundle;

/* Is it one, judged by the first bytes of the file? */
bool bundle_is(const char *data, size_t size);
struct bundle *bundle_open(void *owner, const char *path, struct error *err);
/* The name of the next file, NULL at the end; valid until the next call. */
bool bundle_next(struct bundle *b, const char **name, struct error *err);
/* The next bytes of that file, *got of them; 0 at its end. */
bool bundle_some(struct bundle *b, char *data, size_t room, size_t *got, struct error *err);
/* The content of that file.  ERROR_INVALID when it has more than max bytes. */
struct buf *bundle_read(void *owner, struct bundle *b, size_t max, struct error *err);
