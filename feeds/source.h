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
};

/* ERROR_EXISTS when the publication has it already (*id is then that one). */
bool source_add(struct db *db, int64_t publication, const char *url, int64_t *id, struct error *err);
struct source *source_get(void *owner, struct db *db, int64_t id, struct error *err);
/* All of a publication's, or of all (0); array of owner's, its length is talloc_array_length. */
bool source_list(void *owner, struct db *db, int64_t publication, struct source ***all, struct error *err);
/* Claims one that is due for lease_ms; *source is NULL when none is. */
bool source_claim(void *owner, struct db *db, int64_t lease_ms, struct source **source, struct error *err);
/* Makes it due now. */
bool source_poll(struct db *db, int64_t id, struct error *err);
/* Writes back every field of source but id, publication and (unless it changed) url. */
bool source_record(struct db *db, const struct source *source, struct error *err);
const char *source_state_name(enum source_state state);
