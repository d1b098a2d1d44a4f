#pragma once
/*
 * notice - what the owner of a publication must be told: a source that fails, posts that wait for approval.
 *
 * Whoever finds out writes a row, in words that need no knowledge of the
 * program; the role plan makes a letter of it.  A row is told once: who
 * posts must know whether it was said before.
 */
#include "gateway/base/db/db.h"

struct notice {
	int64_t id, publication;
	int64_t source;      /* it is about; 0: none */
	const char *subject; /* plain text; line ends become spaces */
	const char *text;    /* plain text; an empty line parts paragraphs */
	int64_t created;
};

/* Needs publication, source, subject and text. */
bool notice_post(struct db *db, const struct notice *notice, struct error *err);
/* Belongs to owner; NULL with ERROR_NOT_FOUND. */
struct notice *notice_get(void *owner, struct db *db, int64_t id, struct error *err);
/* Inside a transaction: takes the oldest that was not taken; *notice is NULL when there is none.  Belongs to owner. */
bool notice_take(void *owner, struct db *db, struct notice **notice, struct error *err);
