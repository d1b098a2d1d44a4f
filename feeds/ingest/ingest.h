#pragma once
/*
 * ingest - what every step from a source into the archive shares: the context, and what a step reports.
 *
 *   source due -> fetch -> parse -> clean HTML -> archive (insert, revise)
 *
 * The steps: ingest_source.h fetches a source, ingest_push.h reads what a hub
 * pushed, backfill.h reads older pages, and all of them store through
 * ingest_store.h.
 */
#include "feeds/fetch/hosts.h"
#include "feeds/source/source.h"
#include "gateway/base/config/config.h"
#include "gateway/base/http/http.h"

struct full_texts;
struct import_media;
struct ingest_parsed;
struct ingest_ready;

/* What a role or a command needs to ingest. */
struct ingest {
	struct db *db;
	const struct config *config;
	struct http_client *client;          /* NULL: nothing is fetched */
	struct hosts *hosts;
	char *holder;                        /* this process, for claims */
	struct http_client *page_client;     /* for pages of full texts that are waited for one by one; NULL until the first one */
	const struct full_texts *prefetched; /* the articles of the source that is stored now (full_text_prefetch.h), or NULL */
	const struct ingest_ready *ready;    /* the entries of the feed that is stored now, when they are made ready already (ingest_ready.h), or NULL */
	const struct ingest_parsed *parsed;  /* what a helper has made of the document that is settled now (ingest_ready.h), or NULL */
	const struct import_media *media;    /* the pictures in the export that is stored now (feeds/import/import_media.h), or NULL */
	const char *language;                /* of the response that is stored now, for entries whose feed names none; or NULL */
	struct http_response *discovered;    /* the feed, when ingest_discover has fetched it already, and its URL */
	const char *discovered_url;
};

struct ingest_result {
	bool unchanged;          /* 304, or the same bytes: nothing was read */
	bool first;              /* it was the first import, which announces nothing */
	bool held;               /* nothing was stored: the owner decides */
	size_t flood;            /* held for so many new posts within an hour; 0: for another reason */
	size_t entries, fresh, revised;
	size_t gone;             /* withdrawn because the source says so */
	size_t put_off;          /* texts that change too often, and are looked at again later (gateway/archive/store/archive_history.h) */
};

/* A context with an HTTP client and a rate limit per host.  NULL with err when there is no client. */
struct ingest *ingest_new(void *owner, struct db *db, const struct config *config, struct error *err);
