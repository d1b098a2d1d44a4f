#pragma once
/*
 * db_keep - a copy of an SQLite file before its schema changes.
 */
#include "gateway/base/db/db.h"

/*
 * Copies the file of db, which lacks the schema file first (of db_missing), to FILE.before-NNN, NNN being the number that first begins
 * with.  *copy is its name, owner's; NULL when another process has changed the schema meanwhile, or when db is no file.  A copy
 * of the same version that is there is replaced, any other file is not.
 */
bool db_keep(void *owner, struct db *db, const char *schema, const char *first, char **copy, struct error *err);
