#pragma once
/*
 * archive_held - entries that wait for the owner's word before any door shows them.
 *
 * archive_store puts them here (archive_post.hold), where their source may
 * still revise them.  Approval makes an entry live as if it had just come;
 * rejection keeps its row, so that no fetch brings it back.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/base/db/db.h"

struct held {
	int64_t id, publication, published;
	const char *title;  /* or the opening words of its text */
	const char *link;   /* at its source, or NULL */
	size_t words;
};

/* What waits in a publication, or in all (0), oldest first; array of owner's, its length is talloc_array_length. */
bool archive_held(void *owner, struct db *db, int64_t publication, struct held **all, struct error *err);
/*
 * Makes a held or rejected entry live; it is news, unless quiet.  Its date stays the source's; but when it was fresh as it came
 * and had to wait, it moves by as long as it waited, so that it is not old as soon as it is sent.  ERROR_NOT_FOUND: it does not wait.
 */
bool archive_approve(struct db *db, int64_t entry, bool quiet, struct error *err);
/* ERROR_NOT_FOUND: it does not wait. */
bool archive_reject(struct db *db, int64_t entry, struct error *err);
