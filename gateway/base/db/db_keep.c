#include "gateway/base/db/db_keep.h"
#include "gateway/base/db/db_engine.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include <string.h>
#include <unistd.h>

/* Is path a sound database whose schema lacks first, and nothing before? */
static bool is_before(const char *path, const char *schema, const char *first, bool *same, struct error *err)
{
	const char *missing = NULL;
	bool fresh = true;
	struct db *db = db_open(NULL, path, err);
	bool fine = db && db_missing(db, schema, &missing, &fresh, err) && db_settle(db, err) && db_check(db, err);
	talloc_free(db);
	*same = fine && !fresh && missing && strcmp(missing, first) == 0;
	return fine;
}

static bool may_replace(const char *path, const char *schema, const char *first, struct error *err)
{
	struct error ignored;
	bool same;
	if (access(path, F_OK) != 0 || (is_before(path, schema, first, &same, &ignored) && same))
		return true;
	return error_set(err, ERROR_EXISTS, "'%s' is in the way, and is no copy of this version: move it away", path);
}

/* To path, which is empty.  *same: nobody has changed the schema before the copy was made. */
static bool copy_to(struct db *db, const char *path, const char *schema, const char *first, bool *same, struct error *err)
{
	return db->engine->copy_file(db->handle, path, err) && is_before(path, schema, first, same, err);
}

bool db_keep(void *owner, struct db *db, const char *schema, const char *first, char **copy, struct error *err)
{
	const char *file = db->engine->file ? db->engine->file(db->handle) : NULL;
	*copy = NULL;
	if (!file || !*file)
		return true;
	const char *slash = strrchr(first, '/'), *name = slash ? slash + 1 : first;
	char *path = mem_printf(owner, "%s.before-%.*s", file, (int)strspn(name, "0123456789"), name), *part;
	int fd = may_replace(path, schema, first, err) ? file_begin(owner, path, &part, err) : -1;
	if (fd < 0)
		return false;
	bool same = false, fine = copy_to(db, part, schema, first, &same, err);
	struct error ignored;
	bool kept = file_end(fd, part, path, fine && same, fine && same ? err : &ignored);
	if (kept)
		*copy = path;
	return fine && kept == same;
}
