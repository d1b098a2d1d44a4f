#pragma once
/*
 * gate - decides what a viewer may read of an entry.
 *
 * Every door asks here: pages, feeds, letters, ActivityPub objects, meta
 * tags.  gate_show returns the entry as that viewer may see it; what they may
 * not see is absent, so a door cannot leak it.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

enum viewer_kind { VIEWER_ANYBODY, VIEWER_SUBSCRIBER, VIEWER_OWNER };
struct viewer {
	enum viewer_kind kind;
	int64_t publication; /* whose subscriber this is; a subscriber of another publication counts as VIEWER_ANYBODY */
	int64_t subscriber;
	const char *mail;    /* for "You read this as ..."; or NULL */
};
#define GATE_ANYBODY (&(const struct viewer){ VIEWER_ANYBODY, 0, 0, 0 })

enum gate_view { GATE_NOTHING, GATE_TEASER, GATE_FULL };

/* A publication's current policy. */
struct gate {
	int64_t publication;
	int64_t open_since; /* entries published before this are for subscribers */
};

/* Reads the policy; for "all but the newest N" it depends on the entries. */
bool gate_of(struct db *db, const struct publication *p, struct gate *gate, struct error *err);
/* GATE_NOTHING for withdrawn entries, whoever the viewer is. */
enum gate_view gate_view(const struct gate *gate, const struct entry *entry, const struct viewer *viewer);
/* Is the entry for subscribers only? */
bool gate_locked(const struct gate *gate, const struct entry *entry);
/*
 * The entry as viewer may read it, a copy that belongs to owner: for GATE_FULL the excerpt is of the whole text; for GATE_TEASER content is
 * the teaser, and summary, enclosures and pictures after the cut are removed; words and note_count stay those of the whole text.
 * NULL for GATE_NOTHING.  *view may be NULL.
 */
struct entry *gate_show(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer,
                        enum gate_view *view);
/* The title (entry_display_title) as viewer may read it. */
char *gate_title(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer);
