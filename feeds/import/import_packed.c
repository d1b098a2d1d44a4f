/* Exports that are a zip or a tar: recognised by the names of the files in them. */
#include "gateway/base/system/bundle.h"
#include "feeds/import/import_kind.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

/* The largest posts.csv that is read. */
#define TABLE_SIZE (64u << 20)

bool import_packed_is(const struct import_head *head) { return bundle_is(head->data, head->size); }

/* Is name the last part of path? */
static bool named(const char *path, const char *name)
{
	size_t n = strlen(path), m = strlen(name);
	return n >= m && strcmp(path + n - m, name) == 0 && (n == m || path[n - m - 1] == '/');
}

static bool open_substack(struct import *im, struct bundle *bundle, const char *name, struct error *err)
{
	(void)name;
	struct buf *table = bundle_read(im, bundle, TABLE_SIZE, err);
	im->kind = "a Substack export";
	return table && import_substack_open(im, table, err);
}

static bool open_outbox(struct import *im, struct bundle *bundle, const char *name, struct error *err)
{
	struct buf *data = bundle_read(im, bundle, (size_t)IMPORT_MAX_SIZE, err);
	if (!data)
		return false;
	json_t *root = json_loadb(data->data, data->size, JSON_ALLOW_NUL, NULL);
	talloc_free(data);
	if (!import_outbox_is(root)) {
		json_decref(root);
		return error_set(err, ERROR_INVALID, "the outbox.json in '%s' is no outbox", im->path);
	}
	im->kind = "an outbox";
	import_keep_json(im, root);
	return import_outbox_open(im, root, name, err);
}

static const struct {
	const char *name; /* of the file that the export is recognised by */
	bool (*open)(struct import *im, struct bundle *bundle, const char *name, struct error *err);
} kinds[] = {
	{ "posts.csv", open_substack },
	{ "outbox.json", open_outbox },
};

bool import_packed_open(struct import *im, struct error *err)
{
	const char *name;
	bool fine;
	struct bundle *bundle = bundle_open(im, im->path, err);
	if (!bundle)
		return false;
	while ((fine = bundle_next(bundle, &name, err)) && name)
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			if (named(name, kinds[i].name)) {
				fine = kinds[i].open(im, bundle, name, err);
				talloc_free(bundle);
				return fine;
			}
	talloc_free(bundle);
	return fine && error_set(err, ERROR_INVALID, "'%s' has neither a posts.csv (Substack) nor an outbox.json (fediverse); if it holds another export, unpack it first", im->path);
}
