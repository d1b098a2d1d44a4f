#pragma once
/*
 * deliver - from rows of the ledger to other servers' inboxes.
 *
 * Rows of one issue whose followers share an inbox go in one POST; a notice
 * goes to the follower's own inbox.  No more requests are under way than
 * outcomes may be lost in a crash: each outcome is on disk before its place
 * is taken by the next.  Part of the role federate, which owns the transport.
 */
#include "gateway/base/db/db.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct deliverer;
/* One POST, or the fetch of an actor before it: the tag of its request on the transport. */
struct deliver_request;

struct deliverer *deliverer_new(void *owner, struct db *db, struct signed_transport *transport, int64_t lease_ms);
/* Claims rows when there is room and starts what may be started; *worked says whether there was anything. */
bool deliverer_step(struct deliverer *d, bool *worked, struct error *err);
/* Takes the answer to a request; its outcome is kept until deliverer_record. */
bool deliverer_take(struct deliverer *d, struct deliver_request *parcel, const struct http_response *response, struct error *err);
/* Puts the outcomes taken since the last call into the ledger, on disk when it returns true. */
bool deliverer_record(struct deliverer *d, struct error *err);
bool deliverer_owns(const struct deliverer *d, const void *tag);
/* Gives back the rows that were not sent. */
bool deliverer_release(struct deliverer *d, struct error *err);
