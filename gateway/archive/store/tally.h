#pragma once
/*
 * tally - numbers that are kept instead of counted, and the versions of what pages show.
 *
 * To count rows for each page would make pages the slower the larger the
 * archive is.  So whoever changes rows changes the number of them in the same
 * transaction.  A version is a number that only grows: what was made of the
 * rows is as good as new while it stands still.
 */
#include "gateway/base/db/db.h"

enum tally {
	TALLY_POSTS,       /* live entries */
	TALLY_YEAR,        /* of one year; the name is the year, "2026" */
	TALLY_TAG,         /* with one tag; the name is its slug */
	TALLY_MAIL,        /* confirmed addresses: TALLY_MAIL + enum address_kind */
	TALLY_ACTORS,
	TALLY_ARCHIVE,     /* version: anything that a door shows of entries */
	TALLY_PUBLICATION, /* version: its name, its gate */
	TALLY_CLOSED       /* live entries that are for supporters */
};

/* Adds n, which may be negative, to a number; name is "" for kinds without one. */
bool tally_add(struct db *db, int64_t publication, enum tally kind, const char *name, int64_t n, struct error *err);
/* 0 when nothing was ever added. */
bool tally_get(struct db *db, int64_t publication, enum tally kind, const char *name, int64_t *n, struct error *err);
/* When it last changed, or 0. */
bool tally_changed(struct db *db, int64_t publication, enum tally kind, int64_t *when, struct error *err);

/* The numbers on which what is kept of pages depends; another value of one of them is a change. */
struct tally_versions {
	int64_t archive, publication, people;
};
bool tally_versions(struct db *db, int64_t publication, struct tally_versions *versions, struct error *err);

/*
 * Inside a transaction, around a change of an entry: tally_entry(-1) before it, tally_entry(1) after it.  Counts the entry, if it is live,
 * with its year and its tags, and puts it into the lists of its tags or takes it out of them.  The second one raises the version.
 */
bool tally_entry(struct db *db, int64_t entry, int n, struct error *err);
/* Both around one UPDATE of the entry whose id is the first of args, in a transaction of its own; *changed is the number of rows. */
bool tally_around(struct db *db, int64_t entry, const char *sql, const struct db_value *args, int64_t *changed, struct error *err);
