#pragma once
/*
 * fetch - one conditional request for a source, and what its response means.
 *
 * Validators are sent byte for byte as they were received.  The status decides
 * before the body is read: an error page is no feed.  Fields of the source
 * change here (validators, status, permanent redirects); the caller writes
 * the row.
 */
#include "feeds/fetch/schedule.h"
#include "feeds/source/source.h"
#include "gateway/base/http/http.h"

enum fetch_outcome {
	FETCH_DOCUMENT,  /* the body is to be parsed */
	FETCH_UNCHANGED, /* 304, or the same bytes as last time */
	FETCH_FAILED,    /* err says why */
	FETCH_GONE       /* 410: as FETCH_FAILED, and the source's state is SOURCE_GONE */
};

/* The value of Accept. */
extern const char fetch_accept[];
/* Queues the request; the response's tag is source.  unconditional: without validators, so that the answer is never 304. */
bool fetch_start(struct http_client *client, struct source *source, bool unconditional, struct error *err);
/* What a response means; *retry_after is in ms, -1 when it does not say. */
enum fetch_outcome fetch_interpret(struct source *source, const struct http_response *response, int64_t *retry_after, struct error *err);
/* Is this the same body as the last one?  If not, the caller keeps *hash (source's) as body_hash when the body has been stored. */
bool fetch_is_same_body(const struct source *source, const struct buf *body, char **hash);
/* The new URL of a source whose responses have had the same permanent redirect for long enough: at least three times, over at least
 * settled ms, and fetch_may_move allows it.  Belongs to source; NULL: it has not moved. */
const char *fetch_moved_for_good(const struct source *source, int64_t now, int64_t settled);
/* May a server's redirect or link change a source's URL with these settings?  The owner's headers may contain credentials for the old
 * URL, which no other origin gets unless the owner says so. */
bool fetch_may_move(const struct source_settings *settings, const char *from, const char *to);
/* How long caches may keep the answer (Cache-Control: max-age, else Expires), in ms; 0: not said. */
int64_t fetch_max_age(const struct http_response *response, int64_t now);
/* A text for the owner about a status that brings no feed. */
const char *fetch_status_text(int status);
/* The one language that the response is in (RFC 9110 section 8.5); NULL when it says none, several, or something else.  Borrowed. */
const char *fetch_language(const struct http_response *r);
