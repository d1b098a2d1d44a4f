#pragma once
/*
 * plan - from news in the archive to rows in the ledger, in bounded chunks.
 *
 * New entry -> issue -> audience -> rows.  The audience of an entry is every
 * address confirmed before the issue was made, but for those who want digests (digest.h), a pause or other topics; a revision or a withdrawal
 * goes to the actors that got the entry (mail cannot be taken back).  A
 * notice becomes a letter to the owner of the publication, what somebody asked
 * for a letter to them (ask.h).  While a restored instance is held (hold.h),
 * nothing else is planned.
 */
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/role/role.h"

/*
 * One bounded step of planning, in one transaction; *worked is false when there was nothing to do.  A request, news, a notice or an issue that cannot be
 * planned for a reason of its own is a step too: the third time it is quarantined, and what is behind it goes on.
 */
bool plan_step(struct db *db, bool *worked, struct error *err);
/* Posts that the gate has locked or opened since they were sent become revisions, so that copies elsewhere follow: some of each publication. */
bool plan_relock(struct db *db, struct error *err);
/* What the publication says of itself has changed: its followers' servers are told. */
bool plan_profile(struct db *db, int64_t publication, struct error *err);
/* The same as plan_step at another time than now: for tests that live through a year. */
bool plan_step_at(struct db *db, int64_t now, bool *worked, struct error *err);
/* What is planned, as quarantine.h takes it.  None of it is claimed: a step is one transaction. */
extern const struct quarantine_kind plan_news, plan_notices, plan_issues;
/* The role plan: does steps while there is work, and deletes what has expired. */
role_run plan_run;
