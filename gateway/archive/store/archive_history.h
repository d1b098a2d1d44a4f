#pragma once
/*
 * archive_history - what entries said before, and when another text is taken.
 *
 * Some sources show another text at every fetch: two by turns, an
 * advertisement, "3 hours ago".  The first such changes are taken as any
 * others; then an entry is left alone for a while, so that neither its
 * history nor those who follow it get one for each fetch.
 */
#include "gateway/base/db/db.h"

/*
 * Is the text with this hash taken now, in place of the one with hash current that came at revised?  Not when it was here
 * before, and so was the current one, and that came less than a day ago; nor when ten texts were replaced in a day and the
 * last less than an hour ago.
 */
bool archive_history_takes(struct db *db, int64_t entry, const char *current, int64_t revised, const char *hash, bool *takes, struct error *err);
/* Keeps what the entry says now, before it is replaced: each text once, the first of all and the nineteen latest. */
bool archive_history_keep(struct db *db, int64_t entry, struct error *err);
