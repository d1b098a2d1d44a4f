/* Exports that are a zip or a tar: told by the names in them.  There is one kind. */
#include "feeds/import_packed.h"
#include "feeds/bundle.h"
#include "feeds/import_kind.h"
#include "gateway/base/mem.h"
#include <string.h>

bool import_packed_is(const struct import_head *head) { return bundle_is(head->data, head->size); }

/* Is path, in whatever folder, the file name? */
static bool named(const char *path, const char *name)
{
	size_t n = strlen(path), m = strlen(name);
	return n >= m && strcmp(path + n - m, name) == 0 && (n == m || path[n - m - 1] == '/');
}

bool import_packed_open(struct import *im, struct error *err)
{
	const char *name;
	struct bundle *bundle = bundle_open(im, im->path, err);
	if (!bundle)
		return false;
	bool fine;
	while ((fine = bundle_next(bundle, &name, err)) && name && !named(name, "posts.csv"))
		continue;
	bool found = name != NULL;
	struct buf *table = fine && found ? bundle_read(im, bundle, IMPORT_TABLE_SIZE, err) : NULL;
	talloc_free(bundle);
	if (fine && !found)
		return error_set(err, ERROR_INVALID, "'%s' has no posts.csv, so it is not Substack's; if it holds another export, unpack it first", im->path);
	im->kind = "a Substack export";
	return table && import_substack_open(im, table, err);
}
