#pragma once
/*
 * roster_import - people from a list become subscribers, or do not.
 *
 * Who left here, is suppressed, or asked to be forgotten stays so, whatever a
 * list says; who unsubscribed or bounced where the list comes from is kept as
 * left or suppressed.  An address whose list does not say when the person
 * agreed is held: nothing is mailed to it until the owner approves the import.
 * Whom a list calls a supporter becomes one, unless they left or are suppressed here; nobody is one no longer because of a list.
 * The same list again changes nothing.
 */
#include "subscribers/roster/roster.h"

enum roster_outcome {
	ROSTER_NEW, ROSTER_NEW_HELD, ROSTER_NEW_ENDED, ROSTER_RAISED, ROSTER_ENDED_HERE, ROSTER_KNOWN, ROSTER_KNOWN_LEFT, ROSTER_KNOWN_SUPPRESSED,
	ROSTER_KNOWN_ERASED, ROSTER_NOT_CONFIRMED, ROSTER_NOT_MEMBER, ROSTER_DOUBLED, ROSTER_INVALID, ROSTER_OUTCOMES
};
/* What is told of each kind of row. */
extern const char *const roster_outcome_words[ROSTER_OUTCOMES];

struct roster_settings {
	const char *words; /* how all of them agreed, as the owner says; or NULL */
	const char *tag;   /* for all of them; or NULL */
	bool dry;          /* only count */
};

struct roster_import {
	struct db *db;
	int64_t publication;
	const struct roster *roster;
	struct roster_settings settings;
	int64_t id;        /* 0 until something was changed */
	int64_t counts[ROSTER_OUTCOMES], supporters; /* who have become supporters, or (dry) would */
	struct seen *seen;
	bool *doubled;     /* of rows that are stored in part, and how many are */
	size_t done;
};

/* roster must live as long. */
struct roster_import *roster_import_new(void *owner, struct db *db, int64_t publication, const struct roster *roster, const struct roster_settings *settings);
/* The next rows of the list, in as many transactions as they need.  After a failure the same rows, once more, go on where it stopped. */
bool roster_import_rows(struct roster_import *im, struct roster_row **rows, size_t count, struct error *err);

struct roster_record {
	int64_t id, created, made, held, there, approved, undone;
	int64_t changed; /* addresses that were there before, and are as it made them */
	const char *file, *format, *words;
};
/* All imports of a publication, by id; array belongs to owner, its length is talloc_array_length. */
bool roster_import_list(void *owner, struct db *db, int64_t publication, struct roster_record ***all, struct error *err);
/* One step of approving what an import holds: *changed addresses, 0 when none is left.  ERROR_NOT_FOUND, ERROR_INVALID: it was undone. */
bool roster_import_approve(struct db *db, int64_t publication, int64_t id, int64_t *changed, struct error *err);
/* One step of removing what an import has made, and of making again what was there before as it was; but for addresses that somebody has touched
 * since.  The same. */
bool roster_import_undo(struct db *db, int64_t publication, int64_t id, int64_t *changed, struct error *err);
