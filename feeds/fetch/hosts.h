#pragma once
/*
 * hosts - the rate limit of requests per host.
 *
 * Many feeds may be on one host, so each request to it gets a time of its
 * own, with a pause between two.  A host that answered with Retry-After gets
 * no request before that.  The state is in memory and is lost at a restart.
 */
#include <stdint.h>

struct hosts;

/* pause: ms between two requests to one host.  networks: CIDR texts, ends with NULL; may be NULL.  A host that is an address in one
 * of them, or localhost, is the owner's own and needs no pause. */
struct hosts *hosts_new(void *owner, int64_t pause, const char *const *networks);
/* now: the request may be sent now, and is counted.  A later time: the caller has to wait and ask again then; each caller gets another. */
int64_t hosts_turn(struct hosts *hosts, const char *url, int64_t now);
/* No request to url's host before until. */
void hosts_hold(struct hosts *hosts, const char *url, int64_t until);
