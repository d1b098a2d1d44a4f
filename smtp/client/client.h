#pragma once
/*
 * client - sends through an SMTP server: several connections, one process, no threads.
 *
 * RFC 5321 with PIPELINING (RFC 2920), STARTTLS (RFC 3207) or TLS from the
 * start, AUTH PLAIN, LOGIN (RFC 4954) and with a token (RFC 7628), SIZE, 8BITMIME, SMTPUTF8 and DSN
 * where offered.  Certificates are verified.  One recipient per message, so
 * that each has a return path of its own.  Temporary or permanent is decided
 * here, where the reply is read.
 *
 *   smtp_pool_send() while smtp_pool_room() > 0,
 *   smtp_pool_next() until it is false,
 *   commit these outcomes, and so on; or smtp_pool_hold() their connections until they are committed.
 *
 * A message whose connection cannot be opened waits for another one that is
 * open; it is deferred only when there is none.
 *
 * A connection is free again only after its outcome was taken: a caller that
 * commits outcomes before it sends repeats at most one message for each
 * connection, should it die.  The process must ignore SIGPIPE, as main does.
 */
#include "smtp/client/submission.h"

struct smtp_pool;

/* Does not connect yet.  ERROR_INVALID for options that cannot work. */
struct smtp_pool *smtp_pool_new(void *owner, const struct smtp_options *options, struct error *err);
/* How many messages smtp_pool_send accepts now.  After a failed connection 0 for a time, then 1 to try again. */
int smtp_pool_room(const struct smtp_pool *pool);
/*
 * To be called before messages are handed over, and whenever the time that it returned is over; all outcomes that were taken must be
 * committed, or their connections held.  Reads what the server said unasked, ends connections that were idle for long, and gives messages whose connection could
 * not be opened to others.  In how many ms it must be called again; -1 when no connection is open.
 */
int smtp_pool_tend(struct smtp_pool *pool);
/* How many messages are in progress. */
int smtp_pool_busy(const struct smtp_pool *pool);
/* Hands a message to a free connection; copied.  Only while there is room. */
void smtp_pool_send(struct smtp_pool *pool, const struct smtp_message *message);
/*
 * For a caller of several pools: once smtp_pool_next(pool, 0, -1, ...) was false, until when may it wait, in ms?  At most timeout_ms.
 * Earlier when the descriptor is readable, which stays the same as long as the pool lives.
 */
int smtp_pool_wait(struct smtp_pool *pool, int timeout_ms);
int smtp_pool_fd(const struct smtp_pool *pool);
/* The next outcome; false after timeout_ms, or once wake_fd is readable (-1: none). */
bool smtp_pool_next(struct smtp_pool *pool, int timeout_ms, int wake_fd, struct smtp_outcome *outcome);
/* The connection of an outcome gets no other message, as if it were busy, until it is held no more. */
void smtp_pool_hold(struct smtp_pool *pool, int connection, bool held);
