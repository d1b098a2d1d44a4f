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

enum viewer_kind { VIEWER_ANYBODY, VIEWER_SUBSCRIBER, VIEWER_SUPPORTER, VIEWER_OWNER };
struct viewer {
	enum viewer_kind kind;
	int64_t publication; /* whose subscriber this is; a subscriber of another publication counts as VIEWER_ANYBODY */
	int64_t subscriber;
	const char *mail;    /* for "You read this as ..."; or NULL */
};
#define GATE_ANYBODY (&(const struct viewer){ VIEWER_ANYBODY, 0, 0, 0 })

enum gate_view { GATE_NOTHING, GATE_TEASER, GATE_FULL };
/* Who may read all of an entry: everybody, or who is this at least. */
enum gate_for { GATE_FOR_ANYBODY, GATE_FOR_SUBSCRIBERS, GATE_FOR_SUPPORTERS };

/* A publication's current policy. */
struct gate {
	int64_t publication;
	int64_t open_since; /* entries published before this are for subscribers */
	const char *site;   /* the publication's URL, which is borrowed: where pictures are that we keep */
};

/* Reads the policy of p, which must live as long as gate; for "all but the newest N" it depends on the entries. */
bool gate_of(struct db *db, const struct publication *p, struct gate *gate, struct error *err);
/* GATE_NOTHING for withdrawn entries, whoever the viewer is; a letter that is in no archive is for readers, and a draft for its owner. */
enum gate_view gate_view(const struct gate *gate, const struct entry *entry, const struct viewer *viewer);
/* For whom all of the entry is. */
enum gate_for gate_for(const struct gate *gate, const struct entry *entry);
/* "free", "subscribers", "supporters". */
const char *gate_for_name(enum gate_for whom);
/* Is it not for everybody? */
bool gate_locked(const struct gate *gate, const struct entry *entry);
/* What a subscriber is to the gate. */
enum viewer_kind gate_reader(bool supporter);
/*
 * The entry as viewer may read it, a copy that belongs to owner: for GATE_FULL the excerpt is of the whole text; for GATE_TEASER cut is set, content is
 * the teaser, and summary, enclosures and pictures after the cut are removed; words and note_count stay those of the whole text.
 * Pictures that we keep are shown from here.  NULL for GATE_NOTHING.  *view may be NULL.
 */
struct entry *gate_show(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer,
                        enum gate_view *view);
/* The title (entry_display_title) as viewer may read it. */
char *gate_title(void *owner, const struct gate *gate, const struct entry *entry, const struct viewer *viewer);
