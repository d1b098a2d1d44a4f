#pragma once
/*
 * doors - the table of doors that the role web opens, in the order in which they are asked.
 */
#include "gateway/base/role/role.h"

role_run web_run;
/* What the processes of the role web share: role->shared. */
void *web_share(void);
