#pragma once
/*
 * fetch - one request for a source, and what its answer means.
 *
 * Validators go out byte for byte as they came.  Status is judged before a
 * body is looked at: an error page is no feed.  Fields of the source's row
 * change here (validators, status, where it moved); the row is written by
 * whoever called.
 */
#include "feeds/fetch/schedule.h"
#include "feeds/source/source.h"
#include "gateway/base/http/http.h"

enum fetch_outcome {
	FETCH_DOCUMENT,  /* the body is to be read */
	FETCH_UNCHANGED, /* 304, or the same bytes as last time */
	FETCH_FAILED,    /* err says why, in words */
	FETCH_GONE       /* 410: the source's state is SOURCE_GONE; err as well */
};

/* What we ask for, as the value of Accept. */
extern const char fetch_accept[];
/* Queues the request; the response's tag is source.  whole: without validators, for a feed and not for 304. */
bool fetch_start(struct http_client *client, struct source *source, bool whole, struct error *err);
/* What an answer means; *retry_after is in ms, -1 when it does not say. */
enum fetch_outcome fetch_interpret(struct source *source, const struct http_response *response, int64_t *retry_after, struct error *err);
/* Is this the body that was read last?  If not, *hash (source's) is to be kept once it has been read. */
bool fetch_is_same_body(const struct source *source, const struct buf *body, char **hash);
/* When the answers say that the source has moved for good, and have said so for long enough: at least three times, over at least
 * settled ms, and fetch_may_move.  The new URL belongs to source; NULL otherwise. */
const char *fetch_moved_for_good(const struct source *source, int64_t now, int64_t settled);
/* May a server's word lead from one URL to another with these settings?  The owner's headers may hold a key to the first: no
 * other origin is to get them unless the owner says so. */
bool fetch_may_move(const struct source_settings *settings, const char *from, const char *to);
/* How long caches may keep the answer (Cache-Control: max-age, else Expires), in ms; 0: not said. */
int64_t fetch_max_age(const struct http_response *response, int64_t now);
/* What is said of a status that brings no feed. */
const char *fetch_status_text(int status);
