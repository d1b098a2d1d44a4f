#pragma once
/*
 * dialect - what a dialect of feeds is: a test whether a document is in it, and a reader.
 *
 * Each is one file.  The table of them is in recognise.c.
 */
#include "feeds/parse/feed.h"
#include <libxml/tree.h>

struct feed_input {
	const char *text; /* decoded, otherwise as it came; NUL-terminated */
	size_t size;
	const char *url;  /* where it came from, or NULL */
	xmlNode *root;    /* NULL until the document has been parsed as XML */
};

struct dialect {
	bool (*is)(const struct feed_input *in);
	/* Fills feed->format, feed->record and, by feed_add_record, feed->records. */
	bool (*read)(struct feed *feed, const struct feed_input *in, struct error *err);
};

extern const struct dialect rss_dialect, cdf_dialect, atom_dialect, json_feed_dialect, hfeed_dialect, activitystreams_dialect;
