#pragma once
/*
 * roster_export - all people of a publication, as a table or as JSON, from which roster.h makes the same again.
 *
 * A cell that a spreadsheet could take for a formula has an apostrophe before
 * it, and so has one that begins with an apostrophe.  In JSON each person is
 * one line.
 */
#include "subscribers/people/subscriber.h"
#include <stdio.h>

/* What is written is of one moment.  A failure of out is the caller's to find. */
bool roster_export(FILE *out, struct db *db, int64_t publication, bool json, struct error *err);
/* All that is known of one person, as JSON: their addresses, consents, tags, what was sent to them, where they are signed in.  Belongs to owner. */
char *roster_person(void *owner, struct db *db, const struct publication *p, int64_t subscriber, struct error *err);
