#pragma once
/*
 * receive - what the inboxes stored, dealt with: who signed it, may they say so, what follows from it.
 *
 * Keys that are not known, or do not fit any more, are fetched; requests of
 * one key wait for one fetch and are dealt with in the order in which they
 * came.  Part of the role federate, which owns the transport.
 */
#include "gateway/base/db/db.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct receiver;
/* One fetch: the tag of its request on the transport. */
struct pending_fetch;

struct receiver *receiver_new(void *owner, struct db *db, struct signed_transport *transport);
/* Claims what is due and deals with all that needs no fetch; *worked says whether there was anything. */
bool receiver_step(struct receiver *r, bool *worked, struct error *err);
/* Takes the answer to a fetch. */
bool receiver_take(struct receiver *r, struct pending_fetch *errand, const struct http_response *response, struct error *err);
/* Is this tag one of the receiver's? */
bool receiver_owns(const struct receiver *r, const void *tag);
/* Gives back all that still waits for a fetch. */
bool receiver_release(struct receiver *r, struct error *err);
