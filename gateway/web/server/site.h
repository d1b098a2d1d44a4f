#pragma once
/*
 * site - the publications that were asked for lately, and the versions of what their pages show.
 *
 * Spares each request two queries: they are only asked again when something
 * was committed.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/archive/store/tally.h"

struct sites;
struct site {
	const struct publication *publication; /* NULL: no publication has that host */
	const char *former; /* its URL with that host, when it is no longer there; else NULL */
	struct tally_versions versions;
	bool gone; /* no longer: it was removed */
};

struct sites *sites_new(void *owner, struct db *db);
/* The publication of a Host header, with versions that are as new as the last commit.  NULL with err when the database does not answer.
 * Belongs to s, until the next call. */
const struct site *site_of(struct sites *s, const char *host, struct error *err);
