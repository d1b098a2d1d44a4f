#include "feeds/parse/feed.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"

struct record *feed_add_record(struct feed *feed)
{
	if (feed->count == FEED_MAX_ENTRIES) {
		feed->broken = true;
		feed->wrong = "more entries than are read";
		return NULL;
	}
	struct record *r = record_new(feed, RECORD_ITEM);
	*mem_push(feed, feed->records, feed->count) = r;
	return r;
}

const char *feed_base(const struct feed *feed, size_t i) { return feed->records[i]->base; }
