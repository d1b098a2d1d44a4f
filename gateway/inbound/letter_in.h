#pragma once
/*
 * letter_in - a message of a person to a publication, as far as it must be understood: who wrote it, what it says, and whether a
 * program wrote it, which nobody may answer (RFC 3834).
 */
#include "gateway/archive/mail/mail_in.h"

struct letter_in {
	const char *from;      /* address of its author, normalised; NULL when it has none that can be answered */
	const char *name;      /* of its author, or "" */
	const char *subject;   /* decoded, on one line */
	const char *text;      /* plain text, of at most PART_SIZE_MAX bytes (smtp/report/part.h) */
	const char *automatic; /* NULL: a person wrote it; else how that shows that it was a program, for people */
};

/* Belongs to owner. */
struct letter_in *letter_in_read(void *owner, const struct mail_in *m);
