#pragma once
/*
 * verdict - what a refusal says of an address: is it dead, or is something else the matter?
 *
 * One classifier for all reports, however they are written: the words first,
 * for the codes that go with them are often wrong, then the enhanced status
 * code (RFC 3463), then the reply code.  In doubt an address is not dead.
 */
#include <stdbool.h>

enum report_class {
	REPORT_DEAD,      /* the address does not or no longer exist */
	REPORT_FULL,      /* mailbox or quota full */
	REPORT_TEMPORARY, /* later it may work */
	REPORT_POLICY,    /* refused because of us: authentication, PTR, blocklists, rate */
	REPORT_CONTENT,   /* refused because of this message: spam, virus, size, syntax */
	REPORT_REJECTED,  /* refused for a reason that says nothing of the address */
	REPORT_COMPLAINT, /* a reader's complaint, or another feedback report */
	REPORT_AUTOREPLY, /* of a person or a program that got the message */
	REPORT_DELIVERED
};

/* The command of the dialogue that was refused.  After DATA the recipient had been accepted before. */
enum verdict_stage { VERDICT_UNKNOWN, VERDICT_CONNECTION, VERDICT_SENDER, VERDICT_RECIPIENT, VERDICT_DATA };

struct evidence {
	const char *words;  /* the other server's, or those of the one that reports */
	const char *status; /* "5.1.1", or "" */
	int code;           /* 550, or 0 */
	enum verdict_stage stage;
	bool delayed;       /* it is still tried */
};

/* One of the classes from DEAD to REJECTED.  *sure: words or a status of their own have said it. */
enum report_class verdict_of(const struct evidence *evidence, bool *sure);
/* The stage that words name: "in reply to RCPT TO command", ">>> DATA". */
enum verdict_stage verdict_stage(const char *words);
/* The reply code that words begin with or quote, or 0; status, of size bytes, gets the enhanced code or "". */
int verdict_codes(const char *words, char *status, int size);
/* Where in words a negative reply begins: the code that follows no letter; NULL without one. */
const char *verdict_reply(const char *words);
/* "dead" */
const char *verdict_name(enum report_class class);
