#pragma once
/*
 * reading - the link by which one reader opens one letter in a browser.
 *
 * Stateless, and no session: it names an address and an issue, and opens the
 * entry or the digest of that issue alone, on any device, for as long as the
 * address is subscribed and READING_LIFE at most.  It neither unsubscribes nor
 * signs in.
 */
#include "gateway/base/system/clock.h"
#include "subscribers/people/subscriber.h"

#define READING_LIFE (90 * CLOCK_DAY)

/* The token for the letter of an issue that was made at issued; the same each time, as a repeated letter must be.  Belongs to owner. */
char *reading_token(void *owner, const struct publication *p, int64_t address, int64_t issue, int64_t issued);
struct reading {
	int64_t issue;
	int64_t entry;  /* 0: the issue is a digest */
	bool supporter; /* its reader is one */
};
/* What a token opens now.  ERROR_NOT_FOUND: it is none of ours; ERROR_INVALID: it was, and the text says to its reader why not now. */
bool reading_of(struct db *db, const struct publication *p, const char *token, struct reading *reading, struct error *err);
