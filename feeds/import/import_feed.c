/* Any file that is a feed: read as a whole, in one batch. */
#include "feeds/import/import_kind.h"
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"

static bool read_feed(struct import *im, struct feed **feed, struct error *err)
{
	*feed = NULL;
	if (im->progress > 0)
		return true;
	struct buf *data = file_read(im, im->path, FEED_MAX_SIZE, err);
	*feed = data ? feed_parse(im, data->data, data->size, NULL, im->settings.site, err) : NULL;
	talloc_free(data);
	if (!*feed)
		return error_prefix(err, "'%s': ", im->path);
	im->wrong = mem_dup_or_null(im, (*feed)->wrong);
	im->progress = 1;
	return true;
}

bool import_feed_open(struct import *im, struct error *err)
{
	(void)err;
	im->read = read_feed;
	return true;
}
