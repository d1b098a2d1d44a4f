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
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/role/role.h"

/*
 * One bounded step of planning, in one transaction; *worked is false when there was nothing to do.  News, a notice or an issue that cannot be
 * planned for a reason of its own is a step too: the third time it is quarantined, and what is behind it goes on.
 */
bool plan_step(struct db *db, bool *worked, struct error *err);
/* What is planned, as quarantine.h takes it.  None of it is claimed: a step is one transaction. */
extern const struct quarantine_kind plan_news, plan_notices, plan_issues;
/* The role plan: does steps while there is work, and deletes what has expired. */
role_run plan_run;
