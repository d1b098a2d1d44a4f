#pragma once
/*
 * copying - a whole database copied by a command, with its progress shown.
 */
#include "gateway/archive/store/archive.h"

/* The database that where names, when there is one and it holds a publication: a misspelt name makes no file. */
struct db *copying_open(void *owner, const char *where, struct error *err);
/* Copies from to the database that where names, which must be empty; a file is made, and goes away again when that fails or is
 * stopped by Ctrl-C.  *tables is what was copied, owner's. */
bool copying_run(void *owner, struct db *from, const char *where, struct db_copy_table **tables, struct error *err);
