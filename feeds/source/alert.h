#pragma once
/*
 * alert - notices to the owner about a source.
 *
 * Each function stores one notice (gateway/archive/store/notice.h), which is
 * mailed.  The callers see to it that an event is told once.
 */
#include "feeds/source/source.h"

/* It has failed for a day.  Stored by the first fetch after that day; previous is the time of the fetch before. */
bool alert_failing(struct db *db, const struct source *source, int64_t previous, struct error *err);
/* Its server answered 410. */
bool alert_gone(struct db *db, const struct source *source, struct error *err);
/* It moved to a URL that is another source of the publication already. */
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
bool alert_waiting_entries(struct db *db, const struct source *source, const struct alert_waiting *waiting, struct error *err);
/* Most of its entries look new at once, so none was stored. */
bool alert_held_source(struct db *db, const struct source *source, size_t fresh, size_t entries, struct error *err);
/* It has brought so many new posts within an hour that they are held: a feed as a whole, an account's posts one by one. */
bool alert_flood(struct db *db, const struct source *source, size_t fresh, struct error *err);
/* Many of its entries are missing at once, so none was withdrawn.  shown: how many its feed still has. */
bool alert_vanished(struct db *db, const struct source *source, size_t missing, size_t shown, struct error *err);
