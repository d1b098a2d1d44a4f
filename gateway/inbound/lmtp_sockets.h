#pragma once
/*
 * lmtp_sockets - the connections of the LMTP server: sockets on one side, dialogues (smtp/server/lmtp.h) on the other.
 *
 * Nothing in it waits: one epoll loop has all of them.  There are at most CONNECTIONS_MAX; more wait in the
 * socket's queue.  Who is silent for five minutes, or takes ten for a message, is sent away.
 */
#include "gateway/base/role/role.h"

enum { CONNECTIONS_MAX = 16 };

struct lmtp_sockets;

struct lmtp_sockets *lmtp_sockets_new(void *owner, struct role *role, struct error *err);
/* Waits for timeout_ms at most and does what came; *stored: a message was kept. */
bool lmtp_sockets_turn(struct lmtp_sockets *all, int timeout_ms, bool *stored, struct error *err);
/* Tells all that we stop. */
void lmtp_sockets_end(struct lmtp_sockets *all);
