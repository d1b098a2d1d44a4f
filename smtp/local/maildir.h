#pragma once
/*
 * maildir - letters captured in files: tmp, then new (the maildir(5) of qmail).
 *
 * A message of the same name replaces the one that is there, so that a
 * repeated delivery leaves one file.
 */
#include "gateway/base/memory/buf.h"
#include "gateway/base/text/error.h"
#include <stdint.h>

/* Makes path with tmp, new and cur; existing files are kept. */
bool maildir_make(const char *path, struct error *err);
/* Stores a message under name (no slash, no leading dot), on disk when it returns true. */
bool maildir_store(const char *path, const char *name, const char *data, size_t size, struct error *err);

struct maildir_entry {
	const char *name; /* of the file */
	int64_t time;     /* ms */
};
/* The messages in new and cur, newest first, at most limit; the array belongs to owner, talloc_array_length is the count. */
bool maildir_list(void *owner, const char *path, size_t limit, struct maildir_entry **all, struct error *err);
/* One message; ERROR_NOT_FOUND also for a name that is not one of a file in the Maildir. */
struct buf *maildir_read(void *owner, const char *path, const char *name, size_t max, struct error *err);
