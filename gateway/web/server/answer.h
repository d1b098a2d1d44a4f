#pragma once
/*
 * answer - what was answered, on its way to the HTTP library; and the same answer again for others who ask alike.
 */
#include "gateway/web/server/exchange.h"
#include <microhttpd.h>

struct answer;

/* The bytes of all bodies that the HTTP library holds for those who read them, or that an answer keeps. */
struct answers {
	size_t bytes;
};
/* Of x, which has a status.  Belongs to owner and leans on nothing of x; its body counts in all, which outlives the HTTP library. */
struct answer *answer_of(void *owner, const struct exchange *x, struct answers *all);
/* Bytes that it holds. */
size_t answer_size(const struct answer *a);
/* Queues it for whoever asks in x: with their name in it and the stamp of its form, or as 304 when they have it already. */
enum MHD_Result answer_send(struct answer *a, struct MHD_Connection *c, const struct exchange *x);
