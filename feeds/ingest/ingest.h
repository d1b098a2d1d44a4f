#pragma once
/*
 * ingest - the way of a post from its source into the archive.
 *
 *   source due -> fetch -> parse -> clean HTML -> archive (insert, revise)
 *
 * The first import of a source announces nothing.  An established source
 * that shows many new posts at once (its ids changed, most likely) is held
 * until the owner says so.
 */
#include "feeds/parse/feed.h"
#include "feeds/source/source.h"
#include "gateway/base/http/http.h"
#include "gateway/base/role/role.h"

struct ingest_result {
	bool unchanged;          /* 304, or the same bytes: nothing was read */
	bool first;              /* it was the first import, which announces nothing */
	bool held;               /* nothing was stored: the owner must say so */
	size_t entries, fresh, revised;
	size_t put_off;          /* texts that change too often, to be looked at again (gateway/archive/store/archive_history.h) */
};

enum ingest_manner {
	INGEST_POLL,    /* a whole feed, as its source shows it now: what is new is news, unless it is the first import */
	INGEST_PUSH,    /* some of its entries, brought to us: news too */
	INGEST_ARCHIVE  /* older pages or an export: nothing in it is news, and what is there already stays as it is */
};

/* The articles of some pages, by their links. */
struct full_texts {
	const char **links;
	char **articles;         /* clean; NULL where a page gave none */
	size_t count;
};

/* What a role or a command needs to ingest. */
struct ingest {
	struct db *db;
	const struct config *config;
	struct http_client *client;
	struct hosts *hosts;
	struct http_client *pages;  /* of full texts: a client of its own, which waits for its answers; NULL until one is wanted */
	const struct full_texts *ready; /* of the source that is stored now: they were fetched ahead; or NULL */
	struct http_response *seen; /* what ingest_discover fetched, if that is the feed itself; and its URL */
	const char *seen_url;
};

struct ingest *ingest_new(void *owner, struct db *db, const struct config *config, struct error *err);
/*
 * The feed behind what a person typed: the URL of a feed, of a page that names one, or the path of a file (which
 * becomes a file:// URL), asked for with settings' headers and proxy.  Belongs to owner; NULL with err that says what was found there instead,
 * or that the feed is at another origin, which is not to get those headers.  The feed itself
 * is kept for the first ingest_source, as no host likes to be asked twice in a row.
 */
char *ingest_discover(void *owner, struct ingest *in, const char *typed, const struct source_settings *settings, struct error *err);
/* Fetches source, which is claimed, now and stores what is new; its row is written either way.  False: what failed is in err and in the row. */
bool ingest_source(struct ingest *in, struct source *source, struct ingest_result *result, struct error *err);
/* Stores a parsed feed's entries; source's learned fields may change, its row is the caller's to write. */
bool ingest_store(struct ingest *in, struct source *source, const struct feed *feed, enum ingest_manner manner, struct ingest_result *result,
                  struct error *err);
/* The pages whose full texts ingest_store would want of feed.  Belongs to owner; NULL with err. */
struct full_texts *ingest_pages(void *owner, struct ingest *in, const struct source *source, const struct feed *feed, struct error *err);
role_run ingest_run;

/* Queues the request for a source; now and then without validators, for some servers do not count a deletion as a change. */
bool ingest_start(struct ingest *in, struct source *source, struct error *err);

/* The steps of a fetch, for who waits for several at once.  A source that was never answered has a response of NULL. */
bool ingest_is_file(const struct source *source);
/* Reads a file source, or what came for another, and stores what is new; fills the fields of the row, which is yet to be recorded. */
bool ingest_settle(struct ingest *in, struct source *source, const struct http_response *response, struct ingest_result *result, struct error *err);
/* Writes the row, with what its owner must be told.  previous: its last_fetch before this one. */
bool ingest_record(struct ingest *in, const struct source *source, int64_t previous, struct error *err);
