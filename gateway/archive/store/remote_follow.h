#pragma once
/*
 * remote_follow - a reader who wants to follow from their own server: rows, from the form until the browser goes on there.
 *
 * A page stores what was typed, the role federate asks the reader's server for
 * its page, and the page that waits for that reads the row by a token that only
 * the reader's browser has.  Rows live for some minutes; how many there may be
 * is limited per network, per host and for the instance.
 */
#include "gateway/base/address/handle.h"
#include "gateway/base/db/db.h"

enum remote_follow_state {
	REMOTE_FOLLOW_WAITING,    /* its server is being asked */
	REMOTE_FOLLOW_FOUND,      /* url is the page */
	REMOTE_FOLLOW_NO_PAGE,    /* its server has none, or none that may be trusted */
	REMOTE_FOLLOW_NO_ACCOUNT, /* its server does not know the account */
	REMOTE_FOLLOW_SILENT,     /* its server does not answer */
	REMOTE_FOLLOW_STATES
};

struct remote_follow {
	int64_t id, publication;
	const char *resource; /* what WebFinger is asked for */
	const char *host;     /* who is asked */
	enum remote_follow_state state;
	const char *url;      /* NULL: not found */
	bool own;             /* url is on host, or where that sent us */
};

/* How long the page waits for an answer; a row that waits longer counts as REMOTE_FOLLOW_SILENT. */
#define REMOTE_FOLLOW_PATIENCE INT64_C(15000)

/* Can the server of who be asked about typed?  Not about a bare host. */
bool remote_follow_can_ask(const struct handle *who, const char *typed);
/*
 * Stores it; *token, owner's, is for the reader's cookie.  remote is their network address.  *wait is 0, or how many ms they must wait
 * because too many came; then nothing was stored and *token is NULL.
 */
bool remote_follow_add(void *owner, struct db *db, int64_t publication, const struct handle *who, const char *typed, const char *remote, char **token,
                       int64_t *wait, struct error *err);
/* The one of this token; belongs to owner, NULL with ERROR_NOT_FOUND. */
struct remote_follow *remote_follow_get(void *owner, struct db *db, int64_t publication, const char *token, struct error *err);

/* Is there one to claim?  Only reads. */
bool remote_follow_waits(struct db *db, bool *waits, struct error *err);
/* Claims up to limit for so long; an array of owner's.  A try is counted; who is not answered after two is left to its end. */
bool remote_follow_claim(void *owner, struct db *db, int64_t limit, int64_t lease_ms, struct remote_follow ***all, struct error *err);
/* What became of f, by its id: state, url, own. */
bool remote_follow_record(struct db *db, const struct remote_follow *f, struct error *err);
/* Deletes those of more than ten minutes ago. */
bool remote_follow_sweep(struct db *db, int64_t now, struct error *err);
