#pragma once
/*
 * source - where posts come from: a feed's URL or a file, and how its fetches went.
 */
#include "gateway/archive/publication.h"

enum source_state { SOURCE_ACTIVE, SOURCE_PAUSED, SOURCE_GONE, SOURCE_HELD };

struct source {
	int64_t id, publication;
	const char *url, *title;
	enum source_state state;
	const char *etag, *last_modified, *body_hash;
	int64_t imported, next_fetch, last_fetch;
	int last_status, failures;
	const char *last_error;
	bool approved;       /* the next fetch may bring any number of new posts */
};

/* Adds it; for lease_ms nobody else fetches it.  ERROR_EXISTS when the publication has it already (*id is then that one). */
bool source_add(struct db *db, int64_t publication, const char *url, int64_t lease_ms, int64_t *id, struct error *err);
struct source *source_get(void *owner, struct db *db, int64_t id, struct error *err);
/* All of a publication's, or of all (0); array of owner's, its length is talloc_array_length. */
bool source_list(void *owner, struct db *db, int64_t publication, struct source ***all, struct error *err);
/* Claims one that is due for lease_ms; *source is NULL when none is. */
bool source_claim(void *owner, struct db *db, int64_t lease_ms, struct source **source, struct error *err);
/* When the next is due, in ms from now: 0 when one is, -1 when none will be. */
bool source_next_due(struct db *db, int64_t *ms, struct error *err);
/* Makes it due now. */
bool source_poll(struct db *db, int64_t id, struct error *err);
/* Lets a held source go on: what looked new is announced, or with quiet only archived.  ERROR_NOT_FOUND when it is not held. */
bool source_approve(struct db *db, int64_t id, bool quiet, struct error *err);
/* Its entries stay in the archive. */
bool source_remove(struct db *db, int64_t id, struct error *err);
/* Writes back every field of source but id, publication and (unless it changed) url. */
bool source_record(struct db *db, const struct source *source, struct error *err);
const char *source_state_name(enum source_state state);
