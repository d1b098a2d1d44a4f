#pragma once
/*
 * picture_backlog - looks through the entries that are in the archive already for pictures to keep: once the owner has changed which these are, and
 * once the program knows of pictures.
 */
#include "gateway/base/db/db.h"

/* All entries of a publication are to be looked through, from the newest on. */
bool picture_backlog_begin(struct db *db, int64_t publication, struct error *err);
/* Looks through some, in a short transaction; *worked is false when there are none. */
bool picture_backlog_step(struct db *db, bool *worked, struct error *err);
