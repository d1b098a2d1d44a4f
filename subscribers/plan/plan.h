#pragma once
/*
 * plan - from news in the archive to rows in the ledger, in bounded chunks.
 *
 * New entry -> issue -> audience -> rows.  The audience of an entry is every
 * address confirmed before the issue was made; a revision or a withdrawal
 * goes to the actors that got the entry (mail cannot be taken back).  A
 * notice becomes a letter to the owner of the publication.  While a restored
 * instance is held (hold.h), nothing is planned.
 */
#include "gateway/base/role/role.h"

/* One bounded step of planning, in one transaction; *worked is false when there was nothing to do. */
bool plan_step(struct db *db, bool *worked, struct error *err);
/* The role plan: does steps while there is work, and deletes what has expired. */
role_run plan_run;
