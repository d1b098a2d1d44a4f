/* Exports in JSON: read as a whole, and then recognised by what is in them. */
#include "feeds/import/import_kind.h"
#include "gateway/base/text/text.h"
#include <string.h>

bool import_json_is(const struct import_head *head)
{
	const char *p = head->data + (text_starts(head->data, "\xEF\xBB\xBF") ? 3 : 0);
	return p[strspn(p, " \t\r\n")] == '{';
}

static bool open_outbox(struct import *im, json_t *root, struct error *err) { return import_outbox_open(im, root, NULL, err); }

static const struct {
	const char *name;
	bool (*is)(const json_t *root);
	bool (*open)(struct import *im, json_t *root, struct error *err);
} kinds[] = {
	{ "a Ghost export", import_ghost_is, import_ghost_open },
	{ "an outbox", import_outbox_is, open_outbox },
};

bool import_json_open(struct import *im, struct error *err)
{
	json_error_t why;
	json_t *root = json_load_file(im->path, JSON_ALLOW_NUL, &why);
	for (size_t i = 0; root && i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].is(root)) {
			im->kind = kinds[i].name;
			import_keep_json(im, root);
			return kinds[i].open(im, root, err);
		}
	json_decref(root);
	/* It may be a JSON Feed.  What is no JSON goes the same way: the feed parser reports it. */
	im->kind = "a feed";
	return import_feed_open(im, err);
}
