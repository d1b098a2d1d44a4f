#pragma once
/*
 * connections - the open connections of one worker of the role web: who is let in, how long each may take, who has to go.
 *
 * libmicrohttpd closes a connection that is silent.  It lets a peer send its
 * request a byte at a time for ever, and one that holds all connections keep
 * everybody else out.  So we accept, and keep a list: a connection has so many
 * seconds for each of its states, and when there is no room for a new one, the
 * oldest that waits goes.  Closing is shutdown(2): libmicrohttpd then sees the
 * end, and tells us by connections_notify.
 *
 * All workers accept from one socket, which the supervisor keeps open: what
 * waits in its queue is taken by whoever is free first, and is lost neither
 * when a worker dies nor on a reload.  A socket for each worker (SO_REUSEPORT)
 * would spread them no better, and leave new connections to a worker that is
 * busy or dead: of forty visitors, with one of two workers stopped, 25 waited
 * for it.  EPOLLEXCLUSIVE wakes one worker for a connection, not all.
 */
#include "gateway/base/text/error.h"
#include <microhttpd.h>

struct connections;
enum connection_state {
	CONNECTION_HEAD,   /* the head of the first request is to come */
	CONNECTION_BODY,   /* a request came, its body is to come */
	CONNECTION_ANSWER, /* an answer goes out */
	CONNECTION_IDLE,   /* the next request is to come */
	CONNECTION_CLOSING /* was shut down */
};

/*
 * From listen_fd, until connections_stop; stop_fd ends a wait, too.  Their number follows RLIMIT_NOFILE.  per_network: one network address (of IPv6: a /64) may hold a quarter of them; wrong
 * behind a proxy, where everybody has one address.  Peers on this machine are never limited so.
 */
struct connections *connections_new(void *owner, int listen_fd, int stop_fd, bool per_network, struct error *err);
/* How many libmicrohttpd must be able to hold. */
unsigned connections_most(const struct connections *all);
size_t connections_count(const struct connections *all);

/* For MHD_OPTION_NOTIFY_CONNECTION, with all as its closure. */
void connections_notify(void *all, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);
/* The connection is in this state from now on. */
void connections_are(struct connections *all, struct MHD_Connection *connection, enum connection_state state);

/* One turn: waits for the network, for timeout_ms at most (-1: as long as need be), lets a new connection in, lets daemon work, and closes
 * what is late. */
void connections_turn(struct connections *all, struct MHD_Daemon *daemon, int timeout_ms);
/* No new ones from now on; those that wait for a request are closed, at once or, when that may be under way, a moment later. */
void connections_stop(struct connections *all, struct MHD_Daemon *daemon);
