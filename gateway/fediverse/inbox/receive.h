#pragma once
/*
 * receive - processes the stored inbox items: verifies the signature, checks the actor, applies the side effects.
 *
 * Keys that are unknown, or do not match any more, are fetched; all requests
 * with one key wait for one fetch and are processed in the order in which they
 * came.  Part of the role federate, which owns the transport.
 */
#include "gateway/base/db/db.h"
#include "gateway/base/role/trial.h"
#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct receiver;
/* A fetch of a key or a post; the tag of its request on the transport. */
struct pending_fetch;

struct receiver *receiver_new(void *owner, struct db *db, struct signed_transport *transport, struct circuit_breaker *breaker);
/* Claims items that are due, as turn says, and processes those that need no fetch; *worked: there were some.  Items that the database
 * could not record are processed again by the next call. */
bool receiver_step(struct receiver *r, enum trial_turn turn, bool *worked, struct error *err);
/* Are items claimed that have no outcome yet? */
bool receiver_holds(const struct receiver *r);
/* Takes the answer to a fetch and processes the requests that waited for it. */
bool receiver_take(struct receiver *r, struct pending_fetch *fetch, const struct http_response *response, struct error *err);
/* Is this the tag of one of the receiver's fetches? */
bool receiver_owns(const struct receiver *r, const void *tag);
/* Gives back the items that have no outcome yet. */
bool receiver_release(struct receiver *r, struct error *err);
