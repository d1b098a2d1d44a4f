#pragma once
/*
 * exchange - one request to our server and its answer, as the routes of a door see it.
 *
 * The server fills in the request, a door writes the answer, the server sends
 * it.  Knows nothing of sockets, connections or the HTTP library.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/base/http/http.h"
#include "gateway/base/memory/document.h"

/* No request to us needs a larger body, but for what hubs push; the web role reads no further and answers 413 itself. */
#define EXCHANGE_MAX_BODY (1u << 20)

struct exchange {
	void *owner; /* frees all of this exchange once the answer is sent */
	struct db *db;
	const struct publication *publication; /* whose host was asked; NULL: none of ours */
	const char *former;  /* the URL of publication that was asked for, when it has moved away from there; else NULL */

	const char *method;  /* capital letters: "GET" */
	const char *path;    /* begins with "/", percent-encoded as it came */
	const char *query;   /* without "?", or NULL */
	const struct http_header *headers; /* in their order; ends with a name of NULL */
	const void *body;
	size_t body_size;
	const char *remote;  /* network address of who asks, "" when unknown */
	bool gzip;           /* the answer may come compressed */

	bool may_wait;       /* its door may leave the answer to its commit (door.h), and sets waits then */
	bool waits;

	int status;          /* of the answer; 0: nobody answered yet */
	struct http_header *reply; /* headers of the answer, reply_count of them */
	size_t reply_count;
	struct document *page;     /* body of the answer */
	unsigned shows;            /* what the answer shows, if it is the same for all who ask alike: it may be kept until that changes; else 0 */
	bool uses_parameters;      /* the answer depends on those of the query that its door names (door.h); one that does not is kept only without them */

	const char *mark;    /* stands in the answer wherever the signed-in reader is named; the server puts reader there */
	const char *reader;  /* how they are named, as HTML; NULL: nobody is signed in */
	const char *stamp;   /* stands where a form has its stamp (stamp.h), once in an answer; the server puts that there each time it is sent */
	const char *kind;    /* what kind of reader they are, which is the form (door.h) of their pages; NULL as "" */
};

/* What an answer may show. */
enum { EXCHANGE_ARCHIVE = 1, EXCHANGE_PUBLICATION = 2, EXCHANGE_PEOPLE = 4, EXCHANGE_ALL = 7 };

/* The URL of x->publication that was asked for. */
const char *exchange_site(const struct exchange *x);
/* The first request header of that name, whatever its case; NULL when absent. */
const char *exchange_header(const struct exchange *x, const char *name);
/* Starts the answer: its status and, unless NULL, its Content-Type.  What was answered before is forgotten. */
FILE *exchange_answer(struct exchange *x, int status, const char *content_type);
/* Adds a header to the answer; value is copied. */
void exchange_reply(struct exchange *x, const char *name, const char *value);
/* A header of the answer, or NULL. */
const char *exchange_replied(const struct exchange *x, const char *name);
