#pragma once
/*
 * isolation - what a role gives up before it begins: secrets that it does not need, and rights that none needs.
 */
#include "gateway/serve/roles.h"

/* In the role's process, before it opens anything and has threads; says in the log what it gave up. */
void isolate_role(const struct role_kind *kind, struct config *config);
