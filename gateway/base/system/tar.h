#pragma once
/*
 * tar - a tar file, written and read member by member.
 *
 * Of regular files only, in the POSIX format that every tar opens.  Each
 * member's SHA-256 is known when it has been written or read to its end.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"
#include <stdint.h>

struct tar_writer;
/* Writes to fd, which stays the caller's; name is what messages call it. */
struct tar_writer *tar_create(void *owner, int fd, const char *name, struct error *err);
/* A member with these bytes, or with those of the file at path, and mode 0600.  *hash (or NULL) belongs to the writer. */
bool tar_add(struct tar_writer *w, const char *member, const void *data, size_t size, char **hash, struct error *err);
bool tar_add_file(struct tar_writer *w, const char *member, const char *path, char **hash, struct error *err);
/* Writes the end, without which a tar is not whole.  Frees w, always. */
bool tar_finish(struct tar_writer *w, struct error *err);

struct tar_reader;
/* "-" is standard input. */
struct tar_reader *tar_open(void *owner, const char *path, struct error *err);
/* The next member, or a *name of NULL at the end; it belongs to the reader, until the next call. */
bool tar_next(struct tar_reader *r, const char **name, struct error *err);
/* The member's bytes, at most max, NUL behind them; NULL with err.  *hash belongs to owner. */
struct buf *tar_read(void *owner, struct tar_reader *r, size_t max, char **hash, struct error *err);
/* Writes the member over what the file at path holds. */
bool tar_extract(void *owner, struct tar_reader *r, const char *path, char **hash, struct error *err);
