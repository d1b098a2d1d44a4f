#pragma once
/*
 * deliver - delivers rows of the ledger to the inboxes of other servers.
 *
 * Rows of one issue whose followers have the same shared inbox go in one POST;
 * a notice goes to the follower's own inbox.  A new request starts only after
 * the outcome of a former one is on disk, so a crash loses no more outcomes
 * than requests may run at once.  lanes.h says which host has its turn; what
 * waits for hosts that hang has a most, above which it is deferred.  Part of the role federate, which owns the
 * transport.
 */
#include "gateway/base/role/role.h"
#include "gateway/base/role/trial.h"
#include "gateway/fediverse/outbox/posted.h"
#include "gateway/fediverse/remote/circuit_breaker.h"
#include "gateway/fediverse/remote/signed_transport.h"

struct deliverer;
/* A POST to an inbox, or the GET of an actor before it; the tag of its request on the transport. */
struct deliver_request;

/* breaker and posted are those of all workers. */
struct deliverer *deliverer_new(void *owner, const struct role *role, struct signed_transport *transport, struct circuit_breaker *breaker,
                                struct posted *posted);
/* Claims rows, as turn says, when few requests are open, and starts requests; *worked: rows were claimed. */
bool deliverer_step(struct deliverer *d, enum trial_turn turn, bool *worked, struct error *err);
/* Are rows claimed whose outcome is not on disk? */
bool deliverer_holds(const struct deliverer *d);
/* Takes the answer to a request; its outcome stays in memory until deliverer_record. */
bool deliverer_take(struct deliverer *d, struct deliver_request *request, const struct http_response *response, struct error *err);
/* Writes the outcomes since the last call into the ledger; when this returns true, they are on disk. */
bool deliverer_record(struct deliverer *d, struct error *err);
/* Are there rows whose inbox another worker is posting to? */
bool deliverer_waits(const struct deliverer *d);
/* Is this the tag of one of the deliverer's requests? */
bool deliverer_owns(const struct deliverer *d, const void *tag);
/* Gives back the rows without an outcome. */
bool deliverer_release(struct deliverer *d, struct error *err);
