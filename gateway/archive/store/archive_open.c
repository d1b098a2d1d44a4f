/* Opening, upgrading and copying the whole database. */
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/people_fold.h"
#include "gateway/archive/store/tag_move.h"
#include "gateway/base/db/db_keep.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/log.h"
#include <stdlib.h>
#include <string.h>

#define SCHEMA "gateway/archive/schema/"

static bool wants_copy(void)
{
	const char *said = getenv("PENNYPOST_UPGRADE_COPY");
	return !said || strcmp(said, "no") != 0;
}

/* What is upgraded can go back. */
static bool keep(struct db *db, const char *where, const char *first, struct error *err)
{
	char *copy;
	if (db_is_server(where) || !wants_copy()) {
		log_warning("upgrading the database, and no copy is kept: pg_dump or 'pennypost backup' makes one before", log_text("from", first));
		return true;
	}
	if (!db_keep(db, db, SCHEMA, first, &copy, err))
		return error_prefix(err, "this version must change the database, and cannot keep a copy of it as it was; make room beside it, or set "
		                         "PENNYPOST_UPGRADE_COPY=no when there is a backup: ");
	if (copy)
		log_info("upgrading the database, which is kept as it was", log_text("copy", copy));
	return true;
}

/* One that is up to date is only read: to look whether anything is missing must not wait for a writer. */
static bool upgrade(struct db *db, const char *where, struct error *err)
{
	const char *first;
	bool fresh;
	if (!db_missing(db, SCHEMA, &first, &fresh, err))
		return false;
	return !first || ((fresh || keep(db, where, first, err)) && db_migrate(db, SCHEMA, err));
}

struct db *archive_open(void *owner, const char *where, struct error *err)
{
	struct db *db = db_open(owner, where, err);
	if (db && upgrade(db, where, err) && tag_move(db, err) && people_fold(db, err))
		return db;
	talloc_free(db);
	return NULL;
}

struct db *archive_open_copy(void *owner, const char *where, struct error *err)
{
	struct db *db = db_open(owner, where, err);
	if (db && db_migrate(db, SCHEMA, err) && tag_move(db, err) && people_fold(db, err))
		return db;
	talloc_free(db);
	return NULL;
}

struct db_copy *archive_copy(void *owner, struct db *from, struct db *to, struct error *err)
{
	return db_copy_begin(owner, &(struct db_copy_ends){ .from = from, .to = to, .schema = SCHEMA, .root = "publication" }, err);
}
