#pragma once
/*
 * preference - what a reader chose: how often, from when on, which topics and language, as text only; and what the publication
 * does for those who chose nothing.
 *
 * A change loses no post and repeats none.  Every post has a number within its publication.  A reader of digests has had
 * what is up to the number in `digested`; a reader of single posts has a row of the ledger for each, and `digested` says only where to look
 * no further back.  Who goes back from digests to single posts, or comes back from a pause, is owed a digest of what came meanwhile:
 * `due` says when, and until then nothing else is planned for them (subscribers/plan/digest.h).
 */
#include "subscribers/people/rhythm.h"
#include "subscribers/people/subscriber.h"

/* Ids in address.schedule that name no row. */
enum { SCHEDULE_DEFAULT = 0, SCHEDULE_EACH = -1 };

struct topic {
	const char *slug; /* of a tag */
	bool wanted;      /* only posts with one of these; else none with this */
};

struct preferences {
	bool chosen;            /* has a rhythm of their own; else rhythm is the publication's */
	struct rhythm rhythm;
	int64_t paused_until;   /* 0: not paused */
	bool text_only;
	const char *language;   /* "de": only posts in it; "": all */
	struct topic *topics;   /* talloc_array_length is their number */
};

/* A topic in the preferences of somebody; what a page may send has an end. */
enum { TOPICS_MAX = 100 };
/* A pause ends at last. */
#define PAUSE_MAX (366 * CLOCK_DAY)

/* Belongs to owner. */
struct preferences *preferences_get(void *owner, struct db *db, const struct publication *p, int64_t address, struct error *err);
/* Replaces all of them, at the moment now.  ERROR_INVALID: a pause longer than PAUSE_MAX, too many topics. */
bool preferences_set(struct db *db, int64_t address, const struct preferences *with, int64_t now, struct error *err);

/* Slugs of the tags that a reader may choose among: those of the most posts, at most limit; talloc_array_length() many. */
bool preferences_offered(void *owner, struct db *db, int64_t publication, int64_t limit, char ***slugs, struct error *err);
/* Languages of the newest `looked_at` posts, as struct preferences has them. */
bool preferences_languages(void *owner, struct db *db, int64_t publication, int64_t looked_at, char ***tags, struct error *err);

/* What readers get who chose nothing.  RHYTHM_EACH when nobody said. */
bool preferences_default(void *owner, struct db *db, int64_t publication, struct rhythm *r, struct error *err);
/* Sets it, in several transactions: what it does first is right without the rest. */
bool preferences_set_default(struct db *db, int64_t publication, const struct rhythm *r, struct error *err);
