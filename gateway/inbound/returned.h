#pragma once
/*
 * returned - a message that came to a return path of ours: read, and applied to the delivery that it is about.
 *
 * Only the token of the return path or of the envelope id, or for complaints that of the Message-ID, shows that a message is
 * about a letter of ours; whatever else it says of recipients is not believed.
 */
#include "subscribers/bounce/bounce.h"
#include <stddef.h>

struct returned {
	bool ours;               /* it is about a letter that we sent */
	bool counts;             /* and says something of the address: effect and kind are set */
	enum bounce_effect effect;
	enum bounce_kind kind;
	const char *address, *words; /* of the letter; what came back; belong to owner */
	const char *why;         /* for people, when it changes nothing */
};

/* recipient: the address that it was sent to, when the mail server says so, or NULL.  A message that is foreign, forged or no report is no error. */
bool returned_take(void *owner, struct db *db, const char *message, size_t size, const char *recipient, struct returned *out, struct error *err);
