#pragma once
/*
 * alert - what the owner is told of a source, in words a person understands, each once.
 */
#include "feeds/source/source.h"

/* It has failed for a day: told by the first fetch after that day; previous is when the fetch before was. */
bool alert_failing(struct db *db, const struct source *source, int64_t previous, struct error *err);
/* Its server said 410. */
bool alert_gone(struct db *db, const struct source *source, struct error *err);
/* It moved to where another source of the publication is already. */
bool alert_merged(struct db *db, const struct source *source, const char *where, struct error *err);

/* Entries of one fetch that wait for approval. */
struct alert_waiting {
	void *owner;         /* of titles */
	const char *name;    /* what the feed calls itself, or NULL */
	const char **titles; /* of the first few */
	size_t title_count, count;
};
/* title belongs to waiting->owner. */
void alert_add_waiting(struct alert_waiting *waiting, const char *title);
bool alert_held_entries(struct db *db, const struct source *source, const struct alert_waiting *waiting, struct error *err);
/* Most of what it shows looks new at once, so none of it was stored. */
bool alert_held(struct db *db, const struct source *source, size_t fresh, size_t entries, struct error *err);
/* So many of its entries are missing at once that none of them was withdrawn; shown are left. */
bool alert_vanished(struct db *db, const struct source *source, size_t missing, size_t shown, struct error *err);
