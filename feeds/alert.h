#pragma once
/*
 * alert - what the owner is told of a source, in words a person understands, each once.
 */
#include "feeds/source.h"

/* It has failed for a day: told by the first fetch after that day; previous is when the fetch before was. */
bool alert_failing(struct db *db, const struct source *source, int64_t previous, struct error *err);
/* Its server said 410. */
bool alert_gone(struct db *db, const struct source *source, struct error *err);
/* It moved to where another source of the publication is already. */
bool alert_merged(struct db *db, const struct source *source, const char *where, struct error *err);
