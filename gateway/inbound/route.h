#pragma once
/*
 * route - which addresses are ours, and what each is for.
 */
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/config/config.h"

/*
 * Sets publication, kind and source of *m by its recipient.  ERROR_NOT_FOUND: there is no such address here.  A return path is one only
 * with a genuine token, or without any, as feedback loops have it.
 */
bool route_mail(struct db *db, const struct config *config, struct mail_in *m, struct error *err);
/* Stores what was routed (mail_in_put), and makes its source due.  Inside a transaction. */
bool route_store(struct db *db, const struct mail_in *m, struct error *err);
