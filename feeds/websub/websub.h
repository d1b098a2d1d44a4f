#pragma once
/*
 * websub - the rows of subscriptions to hubs (W3C WebSub).
 *
 * A source whose feed names a hub gets one row (websub_discover.h).  The role
 * ingest sends requests to hubs (websub_subscriber.h) and reads pushes
 * (feeds/ingest/ingest_push.h); the role web answers verifications
 * (websub_intent.h) and stores pushes (websub_push.h).  A request to a
 * callback counts as the hub's when it has the callback's token; a push must
 * also have a signature made with the secret.
 */
#include "feeds/source/source.h"
#include "gateway/base/config/config.h"

enum websub_state {
	WEBSUB_WANTED,  /* requested or to be requested, but not verified */
	WEBSUB_ACTIVE,  /* verified: the hub pushes until lease_end */
	WEBSUB_DENIED,  /* every hub refused; they are tried again much later */
	WEBSUB_LEAVING, /* no longer wanted: an unsubscription is requested */
	WEBSUB_ENDED    /* the callback answers 410 for a while, then the row is deleted */
};
/* A request that the hub has not verified yet. */
enum websub_mode { WEBSUB_NOTHING, WEBSUB_SUBSCRIBE, WEBSUB_UNSUBSCRIBE };

struct websub {
	int64_t id, publication;
	int64_t source;        /* 0: it was removed, or its feed names the hub no more */
	const char *hubs;      /* all that the feed names, one per line, the best first */
	const char *hub;       /* the one of them that is used */
	const char *topic;
	const char *base;      /* URL of the feed, for relative URLs in pushes */
	const char *site;      /* the publication's URL when the hub was asked last, "": never; the callback begins with it */
	const char *token;     /* in the callback's path */
	const char *secret;    /* for X-Hub-Signature */
	enum websub_state state;
	enum websub_mode pending;
	int64_t pending_until;
	int64_t lease_end, next_try;
	int tries;
	bool proven;           /* it has pushed, so polls may be rare */
	int64_t pushes, last_push;
	int64_t forged;        /* pushes with a bad signature */
	const char *last_error; /* why it does not work, or NULL */
};

/* The subscription of a source; NULL with ERROR_NOT_FOUND. */
struct websub *websub_of(void *owner, struct db *db, int64_t source, struct error *err);
/* The subscription with the token of a callback; NULL with ERROR_NOT_FOUND. */
struct websub *websub_by_token(void *owner, struct db *db, const char *token, struct error *err);
struct websub *websub_by_id(void *owner, struct db *db, int64_t id, struct error *err);
/* Up to limit rows whose hub is to get a request now, the most overdue first; length is talloc_array_length. */
bool websub_due(void *owner, struct db *db, int64_t limit, struct websub ***all, struct error *err);
/* When the next one is due, in ms from now: 0 when one is, -1 when none will be. */
bool websub_next_due(struct db *db, int64_t *ms, struct error *err);
/* Writes every field but id, publication and the counts of pushes, if the row is still as in before: *mine is false when another
 * process wrote it meanwhile, and nothing was written. */
bool websub_record(struct db *db, const struct websub *before, const struct websub *now, bool *mine, struct error *err);
bool websub_delete(struct db *db, int64_t id, struct error *err);

/* The URL of the callback: SITE/websub/TOKEN. */
char *websub_callback(void *owner, const struct websub *w);
/* Can a hub on the internet reach the publication's callbacks? */
bool websub_reachable(const struct publication *p, const struct config *config);
/* Its state, as text for the owner. */
char *websub_describe(void *owner, const struct websub *w);

/* Gives w a new token and a new secret, which no hub knows yet. */
void websub_renew_keys(struct websub *w);
