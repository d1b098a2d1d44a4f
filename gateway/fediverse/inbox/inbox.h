#pragma once
/*
 * inbox - where other servers post.
 *
 * What can be told at once is told at once: a wrong method, size or type, a
 * request that is not signed or whose signature cannot be right, JSON that is
 * no activity.  All else is stored and answered with 202, because senders
 * wait only seconds and some never come again; receive.h deals with it.
 */
#include "gateway/web/server/exchange.h"

/* Answers a request to an inbox of x's publication: its own, or the shared one. */
void inbox_receive(struct exchange *x, bool shared);
