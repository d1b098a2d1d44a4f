#pragma once
/*
 * ingest_store - stores the entries of a parsed feed in the archive.
 *
 * Each entry is matched with what the archive has (feeds/match/match.h),
 * checked against the source's rules, cleaned, and inserted or revised.  What
 * the feed takes back is withdrawn.  The first import of a source announces
 * nothing.  An established source that shows many new posts at once (most
 * likely its ids have changed) is held until the owner decides.
 */
#include "feeds/ingest/full_text_fetch.h"
#include "feeds/ingest/ingest_ready.h"

enum ingest_mode {
	INGEST_POLL,    /* a whole feed, as its source shows it now: new entries are news, unless it is the first import */
	INGEST_PUSH,    /* some entries, delivered by a hub or an inbox: new ones are news too */
	INGEST_MAIL,    /* a mail: new ones are news, but nothing that comes by mail changes what is known */
	INGEST_ARCHIVE  /* older pages or an export: nothing in it is news, and known entries do not change */
};

/*
 * Changes source's identity field after a poll; its row is the caller's to write.  The entries are stored in short transactions, each
 * after what takes time for it, unless in->ready has that already; when the process dies between two, the same document again adds what
 * is missing.  A caller that is in a transaction hands in in->ready, and no client: no full texts are fetched then.
 */
bool ingest_store(struct ingest *in, struct source *source, const struct feed *feed, enum ingest_mode mode, struct ingest_result *result,
                  struct error *err);
/* The pages whose full texts ingest_store would fetch for feed, without their articles.  Belongs to owner; NULL with err. */
struct full_texts *ingest_store_full_texts(void *owner, struct ingest *in, const struct source *source, const struct feed *feed, struct error *err);
