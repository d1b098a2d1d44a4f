#pragma once
/*
 * people_fold - addresses of a database from before they were compared folded.
 *
 * SQL cannot fold the letters of all scripts, so what the schema adds is
 * filled in here, once, by whoever opens the database first.  Addresses
 * that turn out to be one person's become one: the suppressed one if there is one, else the one
 * that was confirmed or left last.  Its state stays, the consents, proofs, sessions and
 * deliveries of the others become its own, and links that name them lead to it.
 */
#include "gateway/base/db/db.h"

/* Nothing when there is nothing to do, which costs a look at an empty index. */
bool people_fold(struct db *db, struct error *err);
