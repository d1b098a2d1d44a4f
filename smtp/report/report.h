#pragma once
/*
 * report - what comes back about a message: delivery reports, complaints, automatic replies.
 *
 * Reads delivery status notifications (RFC 3464, RFC 6533), feedback reports
 * (RFC 5965), automatic replies (RFC 3834), the reports that mail systems
 * write for people, and the notifications of Amazon SES.  Knows nothing of
 * lists: what a report means for a subscription is decided elsewhere, and so
 * is whether it speaks of a message of ours at all.
 *
 * Everything in it was written by a stranger: a report proves nothing before
 * message_id, envelope_id or the address that it came to have been checked.
 */
#include "smtp/report/verdict.h"
#include <stdbool.h>
#include <stddef.h>

/* What is larger is not read, and beyond so many recipients none. */
enum { REPORT_SIZE_MAX = 10 << 20, REPORT_RECIPIENTS_MAX = 200 };

struct report {
	const char *recipient;   /* "" when a complaint does not say whose it is */
	const char *alias;       /* the address that we sent to, when the report names another one that it was sent on to; else "" */
	enum report_class class;
	const char *status;      /* "5.1.1", or "" */
	int code;                /* 550, or 0 */
	const char *action;      /* "failed", "delayed", ... of the report, or "" */
	const char *feedback;    /* "abuse", "auth-failure", "not-spam", ... of a complaint, or "" */
	const char *words;       /* what the other server said, on one line */
};

struct reports {
	struct report *all;
	size_t count;
	const char *dialect;     /* how it was written, for people: "RFC 3464", "qmail" */
	const char *sent_to;     /* the addresses that it came to, as its head has them */
	const char *envelope_id; /* the ENVID that we gave it (RFC 3461), or "" */
	/* Of the message that it is about, "" where they were not returned. */
	const char *message_id, *return_path, *to, *subject;
};

/* All that the message (RFC 5322, size bytes of anything) reports; none is no error.  Strings are UTF-8.  Belongs to owner. */
struct reports *reports_read(void *owner, const char *message, size_t size);
