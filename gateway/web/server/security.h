#pragma once
/*
 * security - the headers that tell browsers what our pages never do.
 */
#include "gateway/web/server/exchange.h"

/* Adds them to x's answer, but for those that the answer has already. */
void security_headers(struct exchange *x);
