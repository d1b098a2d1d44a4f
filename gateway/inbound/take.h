#pragma once
/*
 * take - what a message that came to us does: a report counts, a command is done, a reply goes to the owner, or waits beside those of
 * the fediverse.
 *
 * All of it, and the end of the row, is one transaction, so that nothing is done twice.
 */
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/config/config.h"

/* *what: for the log, what came of it; belongs to owner.  The row is gone, or put off; after an error it still is the caller's. */
bool take_mail(void *owner, struct db *db, const struct config *config, const struct mail_in *m, const char **what, struct error *err);
