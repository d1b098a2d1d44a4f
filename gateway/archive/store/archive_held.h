#pragma once
/*
 * archive_held - entries that wait for the owner's approval before any door shows them.
 *
 * archive_store stores them (archive_post.hold), and their source may still
 * revise them.  Approval makes an entry live as if it were new; rejection
 * keeps its row, so that no fetch stores it again.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/base/db/db.h"

struct held {
	int64_t id, publication, published;
	const char *title;  /* or the opening words of its text */
	const char *link;   /* at its source, or NULL */
	size_t words;
};

/* The held entries of a publication, or of all (0), oldest first; the array belongs to owner, talloc_array_length is the count. */
bool archive_held(void *owner, struct db *db, int64_t publication, struct held **all, struct error *err);
/*
 * Makes a held or rejected entry live; it is news, unless quiet.  Its date stays the source's; but when it was
 * fresh when it came and waited long, the date moves by that time, so that it is not old when it is sent.  ERROR_NOT_FOUND: it
 * does not wait.
 */
bool archive_approve(struct db *db, int64_t entry, bool quiet, struct error *err);
/* ERROR_NOT_FOUND: it does not wait. */
bool archive_reject(struct db *db, int64_t entry, struct error *err);
