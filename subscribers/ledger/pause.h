#pragma once
/*
 * pause - a publication sends no letters to its readers until its owner says so.
 *
 * For when mail servers refuse the publication itself: each further letter
 * would make its reputation worse.  Open rows are then due in the year 9998,
 * and so are those that are planned meanwhile.  Letters that a person waits
 * for, and those to the owner, go out as always.
 */
#include "gateway/base/db/db.h"

/* When rows of a paused publication are due: 9998-12-31T23:59:59Z. */
#define PAUSE_UNTIL INT64_C(253370764799000)

/* In SQL: when a row for the address a, which would be due at now, is due. */
#define PAUSE_DUE(now) "CASE WHEN a.kind = 0 AND EXISTS (SELECT 1 FROM pause p WHERE p.publication = a.publication) THEN 253370764799000 ELSE " now " END"

/* words: what a server said.  *begun is false when it was paused before. */
bool pause_begin(struct db *db, int64_t publication, const char *words, bool *begun, struct error *err);
/* The hosts of the publications that are paused; array and strings belong to owner, talloc_array_length is the count. */
bool pause_hosts(void *owner, struct db *db, char ***hosts, struct error *err);
/* Its rows are due now; *letters is how many.  ERROR_NOT_FOUND: it was not paused. */
bool pause_end(struct db *db, int64_t publication, int64_t *letters, struct error *err);
