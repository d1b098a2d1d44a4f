#pragma once
/*
 * warm_up - how many letters a day a mail server may send whose address is new to receivers.
 *
 * So many on the first day, and more by some percent after each day on which
 * it has sent: a newsletter that comes once a week gives receivers less to
 * judge by than one that comes daily.  The count is in the database, so that
 * all workers and machines share it.  Days are those of UTC.
 */
#include "gateway/base/db/db.h"

struct warm_up {
	int first;   /* letters on the first day; 0: no limit */
	int growth;  /* percent, each day */
};

/* How many on a day before which it has sent on so many others. */
int64_t warm_up_allowed(const struct warm_up *w, int64_t days);
/* Takes up to want letters out of what the server may still send on the day of now; *got is 0 when that is used up.  Letters that people wait for
 * are counted and never refused: urgent. */
bool warm_up_reserve(struct db *db, const char *server, const struct warm_up *w, int64_t now, int64_t want, bool urgent, int64_t *got, struct error *err);
/* So many that were reserved are not sent after all. */
bool warm_up_return(struct db *db, const char *server, int64_t now, int64_t letters, struct error *err);
