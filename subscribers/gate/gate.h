#pragma once
/*
 * gate - the one decision of what a viewer may read of an entry.
 *
 * Every door asks here: pages, feeds, letters, ActivityPub objects, meta
 * tags.  gate_show gives the entry as that viewer may see it, and what they
 * may not is absent from it, so a door cannot leak what it does not have.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

enum viewer_kind { VIEWER_ANYBODY, VIEWER_SUBSCRIBER, VIEWER_OWNER };
struct viewer {
	enum viewer_kind kind;
	int64_t publication; /* whose subscriber this is; a subscriber of another one is anybody */
	int64_t subscriber;
	const char *mail;    /* for "You read this as ..."; or NULL */
};
#define GATE_ANYBODY (&(const struct viewer){ VIEWER_ANYBODY, 0, 0, 0 })

enum gate_view { GATE_NOTHING, GATE_TEASER, GATE_FULL };

/* A publication's policy as it stands now. */
struct gate {
	int64_t publication;
	int64_t open_since; /* entries published before this are for subscribers */
};

/* Reads the policy; the entries around may matter to it (the newest N). */
bool gate_of(struct db *db, const struct publication *p, struct gate *gate, struct error *err);
/* The decision.  Withdrawn entries: nothing, for everybody. */
enum gate_view gate_view(const struct gate *gate, const struct entry *entry, const struct viewer *viewer);
/* Is it for subscribers (whoever asks)? */
bool gate_locked(const struct gate *gate, const struct entry *entry);
/*
 * The entry as viewer may read it, a copy that belongs to owner: for GATE_TEASER content is the teaser, and
 * summary, enclosures and pictures from past the cut are gone; words and note_count keep what the whole has.
 * NULL for GATE_NOTHING.  *view may be NULL.
 */
struct entry *gate_show(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer,
                        enum gate_view *view);
