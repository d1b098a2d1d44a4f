#pragma once
/*
 * holder - the name of a process in the rows that it has claimed: "HOST:BOOT.PIDS:PID.START".
 *
 * A claim whose process has ended need not wait for the end of its lease.
 * Host, boot and PIDS (the namespace of pids) are part of the name because
 * only processes of this machine, since it was started, in this container,
 * can be looked for; START (in clock ticks, proc(5)) because a pid is used
 * again, in a container even at once.
 */
#include <stdbool.h>

/* This process.  Belongs to owner. */
char *holder_self(void *owner);
/* Has this process ended?  False for one of another machine or container: its leases end by time alone. */
bool holder_is_gone(const char *holder);
