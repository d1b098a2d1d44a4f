#pragma once
/*
 * posted - which inboxes have an issue, or are about to get it, so that a shared inbox gets one POST, whichever worker has its rows.
 *
 * In memory that the workers of the role share, for some thousand.  Other
 * machines do not see it, and what is forgotten is posted again: the receiver
 * knows the activity by its id.
 */
#include <stdbool.h>
#include <stdint.h>

struct posted;
enum posted_state {
	POSTED_MINE,    /* nobody has sent it: the caller is to, and then calls posted_end */
	POSTED_SOON,    /* another worker is sending it: ask again later */
	POSTED_ALREADY
};

/* Shared with processes that are forked later; lives as long as they. */
struct posted *posted_new(void);
/* Forgets what worker, from 0, was sending when it died; to be called when it starts again. */
void posted_forget(struct posted *posted, int worker);
bool posted_has(const struct posted *posted, int64_t issue, const char *inbox);
enum posted_state posted_begin(struct posted *posted, int worker, int64_t issue, const char *inbox);
void posted_end(struct posted *posted, int worker, int64_t issue, const char *inbox, bool delivered);
