#pragma once
/*
 * isolation - what a role gives up before it begins: secrets that it does not need, and rights that none needs.
 */
#include "gateway/serve/roles.h"

/* Before isolate_role, of a role that sends letters: starts the process that starts sendmail, which the role itself may not; -1 when letters go elsewhere, or
 * with the reason in the log. */
int isolate_sendmail(const struct config *config);
/* In the role's process, before it opens anything and has threads; says in the log what it gave up. */
void isolate_role(const struct role_kind *kind, struct config *config);
