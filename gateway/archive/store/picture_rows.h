#pragma once
/*
 * picture_rows - the rows of pictures: which entry shows which, and the bytes of those that are kept.
 *
 * Rows in the database, not files beside it: so they are in every backup and
 * copy, and on all machines that share a database.  Where nothing else is said, a
 * transaction is the caller's.
 */
#include "gateway/archive/picture/picture.h"
#include "gateway/archive/picture/picture_policy.h"
#include "gateway/base/db/db.h"

/* A letter waits for the preview of a film so long, until its first try. */
#define PICTURE_WAIT_MS 60000

/* What the text of an entry shows. */
struct picture_use {
	int64_t entry, publication;
	const char *const *addresses; /* picture_addresses */
	size_t count;
	const struct picture *own;    /* those that came within the text */
	size_t own_count;
	int64_t most;                 /* bytes that all pictures of the database may take; 0: PICTURE_TOTAL */
	bool again;                   /* those that could not be had are tried again */
};
#define PICTURE_TOTAL (INT64_C(1) << 30)

/* Brings the rows of an entry in line with it: what it shows no more goes, what is new is due, what came within it is kept. */
bool picture_rows_set(struct db *db, const struct picture_use *use, struct error *err);
/* Keeps a picture; *id is 0 when there is no room for it. */
bool picture_rows_keep(struct db *db, const struct picture *picture, int64_t most, int64_t *id, struct error *err);
/* Writes entry.pictures anew, and raises the version of what pages show. */
bool picture_rows_publish(struct db *db, int64_t entry, struct error *err);
/* In a transaction of its own: removes what no live or waiting entry shows, and no publication as its own; *count pictures. */
bool picture_rows_sweep(struct db *db, int64_t *count, struct error *err);

/* The bytes of a picture that a live entry of the publication shows, or it itself, copied for owner; NULL with ERROR_NOT_FOUND. */
struct picture *picture_rows_get(void *owner, struct db *db, int64_t publication, const char *hash, struct error *err);
