#pragma once
/*
 * list_address - the addresses at which a publication takes mail: "tides@lists.example", "tides+subscribe@lists.example", ...
 *
 * The part before the '+' is the publication's handle; mail programs and people know the words behind it from other list
 * software.  "confirm" and some others may have a token behind a dash, "tides+unsubscribe-12.Xb…@lists.example": it names the
 * reader and shows that a letter to them was read.
 */
#include "gateway/archive/store/publication.h"

enum list_command {
	LIST_POST, /* no word: the publication itself */
	LIST_OWNER,
	LIST_HELP,
	LIST_SUBSCRIBE,
	LIST_UNSUBSCRIBE,
	LIST_CONFIRM,
	LIST_PREFERENCES,
	LIST_EACH,
	LIST_DAILY,
	LIST_WEEKLY,
	LIST_MONTHLY,
	LIST_PUBLISH,
	LIST_REPLY, /* as LIST_POST; the token names the letter that is answered */
	LIST_NO_COMMAND /* a word that is none of these */
};

/* domain as in inbound { }; token may be NULL.  Belongs to owner. */
char *list_address(void *owner, const struct publication *p, const char *domain, enum list_command command, const char *token);

struct list_address {
	const char *handle, *domain; /* as written */
	enum list_command command;
	const char *token;           /* "" without one */
};
/* Reads any address; false for what has no '@'.  The strings belong to owner. */
bool list_address_read(void *owner, const char *address, struct list_address *read);
