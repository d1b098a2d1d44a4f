#pragma once
/*
 * notice - a message to the owner of a publication: a source fails, posts wait for approval.
 *
 * The text needs no knowledge of the program; the role plan makes a letter
 * of it.  Each row is sent once: the caller of notice_post must know whether
 * the same was posted before.
 */
#include "gateway/base/db/db.h"

struct notice {
	int64_t id, publication;
	int64_t source;      /* which it is about, or 0 */
	const char *subject; /* plain text; line ends become spaces */
	const char *text;    /* plain text; an empty line separates paragraphs */
	int64_t created;
};

/* Needs publication, source, subject and text. */
bool notice_post(struct db *db, const struct notice *notice, struct error *err);
/* Belongs to owner; NULL with ERROR_NOT_FOUND. */
struct notice *notice_get(void *owner, struct db *db, int64_t id, struct error *err);
/* Inside a transaction: the oldest notice that is not planned yet, which is then marked as planned; *notice is NULL when there is
 * none.  Belongs to owner. */
bool notice_take(void *owner, struct db *db, struct notice **notice, struct error *err);
