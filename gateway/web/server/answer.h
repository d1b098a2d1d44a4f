#pragma once
/*
 * answer - what was answered, on its way to the HTTP library; and the same answer again for others who ask alike.
 */
#include "gateway/web/server/exchange.h"
#include <microhttpd.h>

struct answer;

/* Of x, which has a status.  Belongs to owner and leans on nothing of x. */
struct answer *answer_of(void *owner, const struct exchange *x);
/* Bytes that it holds. */
size_t answer_size(const struct answer *a);
/* Queues it for whoever asks in x: with their name in it, or as 304 when they have it already. */
enum MHD_Result answer_send(const struct answer *a, struct MHD_Connection *c, const struct exchange *x);
