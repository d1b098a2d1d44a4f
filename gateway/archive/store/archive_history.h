#pragma once
/*
 * archive_history - earlier texts of entries, and when a changed text is stored.
 *
 * Some sources show another text at every fetch: two alternating ones, an
 * advertisement, "3 hours ago".  The first such changes are stored like any
 * others; then further ones are ignored for a while, so that neither the
 * history nor the followers get one for each fetch.
 */
#include "gateway/base/db/db.h"

/*
 * May the text with this hash replace the one with hash current, which was stored at revised?  Not when both were stored
 * before and the current one less than a day ago; nor when ten texts were replaced within a day and the last one less than
 * an hour ago.
 */
bool archive_history_takes(struct db *db, int64_t entry, const char *current, int64_t revised, const char *hash, bool *takes, struct error *err);
/* Saves the current text before it is replaced.  Each text is kept once; the first and the nineteen latest are kept. */
bool archive_history_keep(struct db *db, int64_t entry, struct error *err);
