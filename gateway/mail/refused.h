#pragma once
/*
 * refused - tells the owner that a mail server refuses the publication, and not its readers.
 */
#include "gateway/base/db/db.h"

/* The delivery was put off because of us; words are the server's.  A notice to the owner of its publication, once a day. */
bool refused_tell(struct db *db, int64_t delivery, const char *words, struct error *err);
