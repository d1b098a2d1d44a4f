#pragma once
/*
 * roster - lists of people that other programs have written, row by row.
 *
 * A list is recognised by the names of its columns (roster_format.c has them
 * all), and read in pieces, whatever its size: tables with commas, semicolons or tabs, in
 * UTF-8, UTF-16 or the code page of Windows, and zips of them.  What becomes
 * of the people is decided in roster_import.h.
 */
#include "subscribers/people/subscriber.h"

/* What the list says of a person.  The last two stand in our own exports only. */
enum roster_state { ROSTER_SUBSCRIBED, ROSTER_UNCONFIRMED, ROSTER_LEFT, ROSTER_SUPPRESSED, ROSTER_NO_MEMBER, ROSTER_HELD, ROSTER_CONTACT };

struct roster_consent {
	enum consent_event event;
	int64_t time;
	const char *remote, *wording;
};

struct roster_row {
	const char *file;      /* the one within a zip, or "" */
	size_t line;
	const char *wrong;     /* nobody is in this row, and why; NULL: somebody is */
	enum address_kind kind;
	const char *value;     /* normalised */
	const char *folded;    /* address_fold of it */
	bool erased;           /* folded is the hash of one who was erased (erasure.h), and there is no value */
	enum roster_state state;
	const char *reason;    /* of ROSTER_LEFT and ROSTER_SUPPRESSED; or NULL */
	bool agreed;           /* the list says when the person agreed */
	int64_t created, confirmed, ended; /* or 0 */
	struct roster_consent *consents;
	size_t consent_count;
	const char **tags;     /* as they were written */
	size_t tag_count;
	const char *follow;    /* kind actor */
	enum subscriber_tier tier; /* a supporter is who pays, or is given it, where the list comes from */
};

struct roster {
	const char *path;
	const char *name;      /* of the file, without its folders */
	const char *format;    /* "mailchimp"; after the first row */
	const char *label;     /* "Mailchimp" */
	bool own;              /* an export of Pennypost: its consents are whole */
	double progress;       /* how much of it was read, 0 to 1; less than 0: not known */
};

/* path "-": standard input.  format: the name of one, or NULL: by the columns.  ERROR_INVALID names what is wrong, and the formats. */
struct roster *roster_open(void *owner, const char *path, const char *format, struct error *err);
/* The next row, which belongs to owner; *row is NULL at the end. */
bool roster_next(void *owner, struct roster *r, struct roster_row **row, struct error *err);
/* "mailchimp, substack, ..." */
extern const char roster_formats[];
