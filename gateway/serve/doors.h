#pragma once
/*
 * doors - the table of doors that the role web opens, in the order in which they are asked.
 */
#include "gateway/base/role/role.h"

role_run web_run;
