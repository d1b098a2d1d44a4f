#pragma once
/*
 * doctor - will letters land?
 *
 * Looks at what receivers look at: SPF, DKIM, DMARC, names and addresses in DNS, the mail server, the public URL, the letters
 * themselves.  Each check says what it saw, and what the owner can do.  Sends no letter and changes nothing.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/base/config/config.h"

enum doctor_level { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_WRONG };

struct doctor_finding {
	const char *check;        /* "spf", "dkim rsa", … */
	enum doctor_level level;
	const char *seen;
	const char *fix;          /* what to do, in words, with the record to publish; NULL when OK */
};

struct doctor_report {
	struct doctor_finding *findings;
	size_t count;
	size_t unanswered;        /* questions that DNS gave no answer to: what is found wrong may only be that */
};

struct doctor_wish {
	const char *to; /* the mail server is asked whether it takes letters to this address; NULL: to the owner */
	bool quick;     /* only what DNS says */
};

/* Belongs to owner.  False findings are no error; NULL when nothing could be examined at all. */
struct doctor_report *doctor_examine(void *owner, struct db *db, const struct config *config, const struct publication *p, const struct doctor_wish *wish,
                                     struct error *err);
/* The finding that matters most, the first of its level; NULL for an empty report. */
const struct doctor_finding *doctor_worst(const struct doctor_report *report);
/* "ok", "warning", "wrong" */
const char *doctor_level_name(enum doctor_level level);
