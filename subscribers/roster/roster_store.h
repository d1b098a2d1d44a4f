#pragma once
/*
 * roster_store - the new people of a list, many at a time.
 *
 * For the files of this room, inside one transaction.  What is added is
 * stored at the latest by roster_store_flush: until then no statement finds
 * it.  A server gets the rows of some hundred people in a few journeys.
 */
#include "subscribers/roster/roster.h"

struct roster_person {
	const struct roster_row *row;
	enum address_state state;
	int64_t created, confirmed, ended;
	const struct roster_consent *consents;
	size_t consent_count;
};

struct roster_store {
	struct db *db;
	int64_t publication, import;
	void *scratch;        /* strings of what was added must live as long */
	const char *tag;      /* for all of them; or NULL */
	int64_t consent;      /* the first one that was stored: whoever is confirmed by this import gets no issue that was there before; 0: none yet */
	int64_t made, confirmed[2];
	struct roster_person *people;
	size_t count;
};

bool roster_store_add(struct roster_store *s, const struct roster_person *who, struct error *err);
bool roster_store_flush(struct roster_store *s, struct error *err);
