#pragma once
/*
 * door - how the HTTP server reaches what answers its requests.
 *
 * The server asks the doors of a table one after the other; gateway/serve/doors.c
 * has the table, and is the only place that knows more than one of them.
 */
#include "gateway/base/role/role.h"
#include "gateway/web/server/exchange.h"

struct door {
	/* Makes what the door keeps between requests, as an object of owner's; NULL with err.  A door without it keeps nothing. */
	void *(*open)(void *owner, const struct role *role, struct error *err);
	/* Answers x, or leaves it as it was and returns false. x->publication is never NULL here. */
	bool (*answer)(void *state, struct exchange *x);
	/* Stores together what the requests bring that wait (exchange.h), and answers them: one commit is for all that come in one turn of the
	 * server.  Always called before the server waits for more.  May be NULL. */
	void (*commit)(void *state);
	/* How many bytes the body of a request for path may have, if more than EXCHANGE_MAX_BODY; may be NULL. */
	size_t (*room)(void *state, const char *path);
	/* Which of several answers of one path the request will get (another form of the document, another kind of reader), as a word for the
	 * cache; "": the usual one, NULL: one that must not be kept.  Names x->reader, if there is one.  May be NULL. */
	const char *(*form)(void *state, struct exchange *x);
	/* Names of the query's parameters that answers may depend on, ending with NULL; may be NULL. */
	const char *const *parameters;
};
