#pragma once
/*
 * servers - the mail servers of the configuration: which of them gets the next message.
 *
 * Each has a pool of connections, a weight and perhaps a rate.  Among those that keep up, weights decide; a server that is down (its pool says for
 * how long), that refuses us, that has reached its rate, or that has not answered for a second while all its connections are busy is left
 * behind, and does not get later what it missed meanwhile.  One whose address is new to receivers has so many letters a day (warm_up.h).
 */
#include "gateway/base/role/role.h"
#include "smtp/client/client.h"
#include "smtp/receiver/finder.h"

struct servers;
/* A connection of a server whose last outcome was taken. */
struct seat;

/* How the server is reached; helo and connections are the caller's to set. */
void servers_options(const struct config *config, const struct config_server *server, struct smtp_options *options);
/* This worker's part of each.  helo is our name.  ERROR_INVALID for a server that cannot work, with its name. */
struct servers *servers_new(void *owner, const struct role *role, const char *helo, struct error *err);
/* What decides which server may have a message. */
struct servers_wish {
	const char *avoid;         /* better not the one of this name, NULL: any; when it is the only one that works, it will do */
	const struct route *route; /* where the recipient's mail goes; NULL: only relays will do */
	bool urgent;               /* not held back by a warm-up */
};
/* Is there a server for such a message? */
bool servers_have_room(struct servers *s, const struct servers_wish *wish);
void servers_send(struct servers *s, const struct smtp_message *message, const struct servers_wish *wish);
/* For how many ms no server may have another message that is not urgent, because all have had theirs for today; or 0. */
int64_t servers_rest(const struct servers *s);
/* As those of client.h, for all of them. */
int servers_tend(struct servers *s);
int servers_busy(const struct servers *s);
/* *seat is where it came from: gets no other message until servers_settle. */
bool servers_next(struct servers *s, int timeout_ms, int wake_fd, struct smtp_outcome *outcome, struct seat **seat);
void servers_settle(struct seat *seat);
/* That of its server, or NULL when there is only one; the servers own it. */
const char *servers_name(const struct servers *s, const struct seat *seat);
