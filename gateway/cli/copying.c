#include "gateway/cli/copying.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/memory/mem.h"
#include "gateway/cli/progress.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct db *copying_open(void *owner, const char *where, struct error *err)
{
	struct publication **all;
	size_t count = 0;
	const char *path = db_path(where);
	char *shown = db_shown(owner, where);
	if (path && access(path, R_OK) != 0) {
		error_set(err, ERROR_NOT_FOUND, "cannot read the database '%s': %s", path, strerror(errno));
		return NULL;
	}
	struct db *db = archive_open(owner, where, err);
	if (!db || !publication_all(db, db, &all, &count, err))
		error_prefix(err, "'%s': ", shown);
	else if (!count)
		error_set(err, ERROR_INVALID, "the database '%s' holds no publication; is that the right one?", shown);
	else
		return db;
	talloc_free(db);
	return NULL;
}

static bool copy(void *owner, struct db *from, struct db *to, struct db_copy_table **tables, struct error *err)
{
	struct db_copy *c = archive_copy(owner, from, to, err);
	if (!c)
		return false;
	struct progress *p = progress_new(c);
	while (!progress_stopped() && db_copy_next(c))
		progress_show(p, c->total ? (double)c->done / (double)c->total : 0, "%s '%s', %.0f rows a second", c->verifying ? "verifying" : "copying", c->table,
		              progress_rate(p, c->done));
	progress_end(p);
	*tables = c->tables;
	return db_copy_finish(c, err);
}

static bool is_there(const char *path)
{
	struct stat st;
	return path && stat(path, &st) == 0 && st.st_size > 0;
}

static void remove_file(const char *path)
{
	static const char *const behind[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
		char *name = mem_printf(NULL, "%s%s", path, behind[i]);
		unlink(name);
		talloc_free(name);
	}
}

bool copying_run(void *owner, struct db *from, const char *where, struct db_copy_table **tables, struct error *err)
{
	const char *path = db_path(where);
	char *shown = db_shown(owner, where);
	bool ours = path && !is_there(path);
	struct db *to = db_open(owner, where, err);
	bool fine = to && copy(owner, from, to, tables, err);
	talloc_free(to);
	if (!fine && ours)
		remove_file(path);
	return fine || error_prefix(err, "cannot copy to '%s': ", shown);
}
