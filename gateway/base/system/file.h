#pragma once
/*
 * file - reading a file with a cap, writing one whole or not at all.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"

/* The bytes of path ("-" is standard input), at most max; NULL with err when it cannot be read or is larger. */
struct buf *file_read(void *owner, const char *path, size_t max, struct error *err);
/* The first line of a file that holds a secret, which is nowhere else in memory then.  The same errors. */
char *file_read_secret(void *owner, const char *path, size_t max, struct error *err);
/* Writes beside path, syncs, renames: path is the old file or the new one, never half.  mode as for chmod(2). */
bool file_write(const char *path, const void *data, size_t size, unsigned mode, struct error *err);
/* The same for what is written piece by piece: begins a file beside path, which only its owner may read; a descriptor, -1 with err.
 * *part, its name, belongs to owner. */
int file_begin(void *owner, const char *path, char **part, struct error *err);
/* Ends it: when fine it becomes path, else it goes away and err is the caller's.  Closes fd. */
bool file_end(int fd, const char *part, const char *path, bool fine, struct error *err);
/* Makes the directory and its parents; one that exists is fine. */
bool file_make_directory(const char *path, unsigned mode, struct error *err);
