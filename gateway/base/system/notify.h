#pragma once
/*
 * notify - the state of the service for systemd (the protocol of sd_notify(3), without its library).
 */

/* Sends state ("READY=1", "STOPPING=1", "RELOADING=1\nMONOTONIC_USEC=..."); nothing happens outside of systemd. */
void notify(const char *state);
/* "RELOADING=1" with the time stamp that systemd wants beside it. */
void notify_reloading(void);
