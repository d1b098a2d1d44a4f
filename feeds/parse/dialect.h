#pragma once
/*
 * recognise - which dialect a document is in.
 *
 * One table; a dialect is one line there and one file.  Those that are not
 * XML are told by their text, before anything is repaired; XML by its root.
 */
#include "feeds/parse/feed.h"
#include <libxml/tree.h>

struct feed_input {
	const char *text; /* decoded, as it came; NUL-terminated */
	size_t size;
	const char *url;
	xmlNode *root;    /* NULL while it has not been read as XML */
};

struct dialect {
	const char *name;
	bool (*is)(const struct feed_input *in);
	/* Fills feed->format, feed->record and, by feed_add_record, feed->records. */
	bool (*read)(struct feed *feed, const struct feed_input *in, struct error *err);
};

/* NULL when nobody knows it. */
const struct dialect *recognise_dialect(const struct feed_input *in);
/* Words for what is no feed: "an HTML page", "empty", "an XML document of another kind ('opml')". Belongs to owner. */
char *recognise_other(void *owner, const struct feed_input *in);

/* A record for one more entry; NULL when the feed has as many as it may. */
struct record *feed_add_record(struct feed *feed);

bool rss_is(const struct feed_input *in);
bool rss_read(struct feed *feed, const struct feed_input *in, struct error *err);
bool cdf_is(const struct feed_input *in);
bool cdf_read(struct feed *feed, const struct feed_input *in, struct error *err);
bool atom_is(const struct feed_input *in);
bool atom_read(struct feed *feed, const struct feed_input *in, struct error *err);
bool json_feed_is(const struct feed_input *in);
bool json_feed_read(struct feed *feed, const struct feed_input *in, struct error *err);
bool hfeed_is(const struct feed_input *in);
bool hfeed_read(struct feed *feed, const struct feed_input *in, struct error *err);
bool activitystreams_is_document(const struct feed_input *in);
bool activitystreams_read_document(struct feed *feed, const struct feed_input *in, struct error *err);
