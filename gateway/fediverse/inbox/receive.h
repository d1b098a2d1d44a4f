#pragma once
/*
 * receive - processes the stored inbox items: verifies the signature, checks the actor, applies the side effects.
 *
 * Keys that are unknown, or do not match any more, are fetched (fetches.h);
 * items whose sender was known when they came never wait for those.  What is
 * verified takes effect together (batch.h).  Part of the role federate, which owns the transport.
 */
#include "gateway/base/role/trial.h"
#include "gateway/fediverse/inbox/fetches.h"

struct receiver;

/* breaker is that of all workers. */
struct receiver *receiver_new(void *owner, const struct role *role, struct signed_transport *transport, struct circuit_breaker *breaker);
/* Claims items that are due, as turn says, and processes those that need no fetch; *worked: there were some.  Items that the database
 * could not record are processed again by the next call. */
bool receiver_step(struct receiver *r, enum trial_turn turn, bool *worked, struct error *err);
/* Are items claimed that have no outcome yet? */
bool receiver_holds(const struct receiver *r);
/* Takes the answer to a fetch; the requests that waited for it take effect with receiver_apply. */
bool receiver_take(struct receiver *r, struct pending_fetch *fetch, const struct http_response *response, struct error *err);
/* Applies what is verified; when this returns true, it is on disk. */
bool receiver_apply(struct receiver *r, struct error *err);
/* Is this the tag of one of the receiver's fetches? */
bool receiver_owns(const struct receiver *r, const void *tag);
/* Gives back the items that have no outcome yet. */
bool receiver_release(struct receiver *r, struct error *err);
