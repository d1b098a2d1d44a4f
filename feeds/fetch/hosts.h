#pragma once
/*
 * hosts - whose turn it is: the pause between two requests to one host.
 *
 * Five hundred feeds of one service are five hundred requests to it, and
 * each gets a time of its own.  A host that asked us to wait is asked
 * nothing before.  Kept in memory: after a restart it is learnt anew.
 */
#include <stdint.h>

struct hosts;

/* pause: ms between two requests to one host.  networks (CIDR texts that may be fetched from, ends with NULL; may be NULL): a host
 * that is named by an address in there, or localhost, is the owner's own and needs no pause. */
struct hosts *hosts_new(void *owner, int64_t pause, const char *const *networks);
/* now when url's host may be asked now, which then counts as asked; or the later time to come back at, each asker another. */
int64_t hosts_turn(struct hosts *hosts, const char *url, int64_t now);
/* Nothing is to be asked of url's host before then. */
void hosts_hold(struct hosts *hosts, const char *url, int64_t until);
