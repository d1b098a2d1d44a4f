#pragma once
/*
 * command - what a reader, or a stranger, does by writing to an address of a publication.
 *
 * Whoever knows the token of an address has read a letter that was sent to the reader; without one, a command has at most a letter
 * sent, to the author of the message, within the limits that the form on the web has.  So a forged author achieves nothing.
 */
#include "gateway/archive/mail/list_address.h"
#include "gateway/inbound/letter_in.h"

struct command {
	const struct publication *p;
	const struct list_address *to;
	const struct letter_in *letter;
	const char *recipient;   /* as it was written, for the record of consent */
};

/* Is it meant even when a program wrote the message?  Mail programs and providers unsubscribe for their people, by the address in the letter. */
bool command_of_programs(const struct list_address *to);
/* Inside a transaction.  *what: for the log.  ERROR_NOT_FOUND, ERROR_INVALID, ERROR_EXISTS: it has no effect. */
bool command_run(struct db *db, const struct command *c, const char **what, struct error *err);
