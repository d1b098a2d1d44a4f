#pragma once
/*
 * routes - the door of pages: which path is answered by which page, and what holds for all of them.
 */
#include "gateway/web/server/door.h"

/* Answers every path: one that is none of its routes with 404. */
extern const struct door pages_door;
/* What the workers of the role web share: the door takes it from role->shared. */
void *pages_share(void);
