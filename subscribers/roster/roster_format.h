#pragma once
/*
 * roster_format - the columns of each program that writes lists of people.
 *
 * For the files of this room.
 */
#include "gateway/base/text/csv.h"
#include "subscribers/roster/roster.h"

enum roster_column {
	ROSTER_MAIL, ROSTER_STATUS, ROSTER_ASKED, ROSTER_ASKED_IP, ROSTER_CONFIRMED, ROSTER_CONFIRMED_IP, ROSTER_CREATED, ROSTER_ENDED, ROSTER_WHY,
	ROSTER_TAGS, ROSTER_KIND, ROSTER_FOLLOW, ROSTER_CONSENTS, ROSTER_TIER, ROSTER_GIFT, ROSTER_PAID_UNTIL, ROSTER_COLUMNS
};

struct roster_word {
	const char *status;     /* in any case */
	enum roster_state state;
};

struct roster_format {
	const char *name, *label;
	const char *sign[5];    /* columns that no other list has; until NULL */
	struct {
		enum roster_column column;
		const char *name;
	} columns[20];          /* until a name of NULL; the first that is there counts */
	struct roster_word words[20]; /* what is in ROSTER_STATUS; what is not among them is as the last, whose status is NULL */
	struct {
		enum roster_column column;
		const char *word;       /* in any case; NULL: any but those that say no */
	} supporters[6];        /* who has one of these is a supporter, unless ROSTER_PAID_UNTIL is over; until a column of ROSTER_MAIL */
	const char *why;        /* with words: "unsubscribed", "cleaned"; NULL: the status itself */
	bool agreed;            /* ROSTER_ASKED is when the person asked, not when the row was made */
};

/* All, until a name of NULL. */
extern const struct roster_format roster_all[];
/* The one whose columns the row just read has; NULL when none.  named: only those of that name. */
const struct roster_format *roster_recognise(const struct csv *csv, const char *named);
/* Where its columns are. */
void roster_columns(const struct roster_format *f, const struct csv *csv, size_t places[ROSTER_COLUMNS]);
/* Fills row from the fields of csv; strings belong to owner. */
void roster_read(void *owner, const struct roster_format *f, const struct csv *csv, const size_t places[ROSTER_COLUMNS], struct roster_row *row);
/* The same for an object of our own export in JSON. */
void roster_read_json(void *owner, const char *line, struct roster_row *row);
