#pragma once
/*
 * websub - subscriptions to hubs: their rows, and what a hub may say to us.
 *
 * A source that names a hub gets one row (W3C WebSub).  The role ingest asks
 * the hub (websub_ask.h) and reads what was pushed (websub_push.h); the role
 * web answers the hub's questions and keeps what it pushes.  The two meet
 * here, in the database.  Whoever holds the token of a callback is the hub,
 * or as good as it; a push counts only with the secret's signature.
 */
#include "feeds/parse/feed.h"
#include "feeds/source/source.h"
#include "gateway/base/config/config.h"
#include "gateway/base/http/http.h"

enum websub_state {
	WEBSUB_WANTED,  /* asked for, or to be */
	WEBSUB_ACTIVE,  /* verified: it pushes until lease_end */
	WEBSUB_DENIED,  /* refused: asked again much later, or the next hub is */
	WEBSUB_LEAVING, /* nobody wants it any more, and the hub is being told */
	WEBSUB_ENDED    /* its callback answers 410 for a while, then the row goes */
};
enum websub_mode { WEBSUB_NOTHING, WEBSUB_SUBSCRIBE, WEBSUB_UNSUBSCRIBE };

struct websub {
	int64_t id, publication;
	int64_t source;        /* 0: none any more */
	const char *hubs;      /* a line each */
	const char *hub, *topic, *base, *token, *secret;
	enum websub_state state;
	enum websub_mode pending;
	int64_t pending_until;
	int64_t lease_end, next_try;
	int tries;
	bool proven;
	int64_t pushes, last_push, forged;
	const char *words;     /* why it does not work, or NULL */
};

/* A source's; NULL with ERROR_NOT_FOUND. */
struct websub *websub_of(void *owner, struct db *db, int64_t source, struct error *err);
/* The row behind a callback's path; NULL with ERROR_NOT_FOUND. */
struct websub *websub_by_token(void *owner, struct db *db, const char *token, struct error *err);
struct websub *websub_by_id(void *owner, struct db *db, int64_t id, struct error *err);
/* Up to limit rows whose hub is to be asked, the most overdue first; length is talloc_array_length. */
bool websub_due(void *owner, struct db *db, int64_t limit, struct websub ***all, struct error *err);
/* When the next is, in ms from now: 0 when one is, -1 when none will be. */
bool websub_next_due(struct db *db, int64_t *ms, struct error *err);
/* Writes every field but id, publication and the counts of pushes, if the row is as it was read: *mine is false when
 * somebody else wrote it meanwhile, and nothing was written. */
bool websub_record(struct db *db, const struct websub *before, const struct websub *now, bool *mine, struct error *err);
bool websub_delete(struct db *db, int64_t id, struct error *err);

/* The callback: PUBLICATION/websub/TOKEN. */
char *websub_callback(void *owner, const struct publication *p, const struct websub *w);
/* May a hub out there be able to reach it? */
bool websub_reachable(const struct publication *p, const struct config *config);
/* How it goes, in words for the owner. */
char *websub_describe(void *owner, const struct websub *w);

/* Gives w a new token and a new secret, which no hub knows yet. */
void websub_renew_keys(struct websub *w);
