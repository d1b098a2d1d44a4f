#pragma once
/*
 * stamp - when a form was shown, signed: tells one that somebody looked at from one that a program sends at once.
 *
 * A hint and no proof: forms on other pages have none, and a program may wait.  It names nobody, and works in any browser.
 */
#include <stdbool.h>
#include <stdint.h>

/* Of every stamp. */
enum { STAMP_SIZE = 32 };

/* For a form that is sent at now, in ms; good for that second.  STAMP_SIZE characters that need no escape. */
char *stamp_make(void *owner, const char *secret, int64_t now);
/* Is it a stamp of ours, at least two seconds old and at most two days?  NULL is none. */
bool stamp_is_ripe(const char *secret, const char *stamp, int64_t now);
