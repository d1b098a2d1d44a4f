#pragma once
/*
 * deliver - the role mail: claims rows of the ledger, sends letters, records the outcomes.
 *
 * A connection gets its next message only after the outcome of the previous
 * one is on disk; outcomes of all connections share commits.
 */
#include "gateway/base/role/role.h"

role_run mail_run;
/* What its workers share: the pace of each receiver. */
void *mail_share(void);
