#pragma once
/*
 * lanes - when the next request may go to a host, so that hosts that hang hold up nobody else.
 *
 * Each lane has slots of its own: for hosts that answered the last time, for
 * hosts of which nothing is known, for hosts that did not answer the last time.
 * A request that has no answer after a second is late and gives its slot back,
 * so that even many hosts that hang at once stop their lane for a moment only.
 * There is a most to the late ones, too; those above it keep their slots.  In
 * the lane of the failed ones nobody becomes late: it is for trying again.
 * Kept in memory, for some thousand hosts.
 */
#include <stdbool.h>
#include <stdint.h>

enum lane { LANE_UNKNOWN, LANE_ANSWERED, LANE_FAILED, LANES };

/* How many requests may be open; the sum over all lanes of a transport is at most SIGNED_TRANSPORT_PARALLEL. */
struct lanes_limits {
	int slots[LANES];
	int late;
	int hurried_ms; /* how long a request to an unknown host may take while half of the late ones are there; 0: as long as ever */
};

struct lanes;

/* per_host: how many requests may be open to one host, at least 1. */
struct lanes *lanes_new(void *owner, const struct lanes_limits *limits, int per_host);
/* What the others call host: "social.example:8443" as a number. */
uint64_t lanes_host(const char *authority);
enum lane lanes_of(const struct lanes *lanes, uint64_t host);
/* How long a request to host that begins now may take, in ms. */
int lanes_timeout(const struct lanes *lanes, uint64_t host);
/* Takes back the slots of those that are late by now; called before a round of lanes_have_room. */
void lanes_tick(struct lanes *lanes);
/* May a request to host begin now? */
bool lanes_have_room(const struct lanes *lanes, uint64_t host);
/* The request who to host begins. */
void lanes_enter(struct lanes *lanes, uint64_t host, const void *who);
/* The request who has ended, and its host belongs to the lane now: LANE_ANSWERED after an answer, whatever it was. */
void lanes_leave(struct lanes *lanes, const void *who, enum lane now);
/* Are there as many late ones as may be, so that hosts that hang stop a lane? */
bool lanes_are_stuck(const struct lanes *lanes);
