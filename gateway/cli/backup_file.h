#pragma once
/*
 * backup_file - what lies in the file of 'pennypost backup'.
 *
 * A tar of the configuration, the files that it names, the database as an
 * SQLite file whatever the engine, and last manifest.json, which tells what
 * each is and its SHA-256: a file without it is not whole.
 */
#include "gateway/base/system/tar.h"

#define BACKUP_CONFIGURATION "pennypost.conf"
#define BACKUP_DATABASE "pennypost.db"
#define BACKUP_MANIFEST "manifest.json"

struct backup_member {
	const char *name; /* in the tar */
	const char *path; /* where it was, absolute, or relative to the configuration's directory; NULL for the database */
	const char *hash; /* SHA-256 in hex */
};
struct backup_manifest {
	int64_t made;
	const char *configuration; /* its path */
	struct backup_member *members;
	size_t count;
};

/* Belongs to owner. */
char *backup_manifest_write(void *owner, const struct backup_manifest *manifest);
/* NULL with err when it is none, or one of a newer program.  Belongs to owner. */
struct backup_manifest *backup_manifest_read(void *owner, const char *text, size_t size, struct error *err);

/* The name of an empty file beside path (NULL: in TMPDIR, or /var/tmp) for a database, which goes away with owner; NULL with err. */
char *backup_scratch(void *owner, const char *path, struct error *err);
