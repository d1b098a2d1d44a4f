#pragma once
/*
 * inbox - answers POSTs to an inbox.
 *
 * Refuses at once what needs no request of our own: a wrong method, size or
 * type, a missing or invalid signature, a body that is not an activity.
 * What would have no effect is answered and forgotten.  Everything else is stored and answered with 202, because senders wait only
 * for seconds and some never retry; receive.h processes it.
 */
#include "gateway/web/server/exchange.h"

/* What is kept between requests: the senders' keys, and how much each network sent whose sender is not known. */
struct inbox;
struct inbox *inbox_new(void *owner);
/* Answers a request to the own or the shared inbox of x's publication.  What is to be stored waits for inbox_commit, when x may wait. */
void inbox_receive(struct exchange *x, struct inbox *inbox, bool shared);
/* Stores what waits, in one transaction, and answers it.  What cannot be stored takes nothing with it. */
void inbox_commit(struct inbox *inbox);
