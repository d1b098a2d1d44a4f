#pragma once
/*
 * progress - how far a long command has come, on standard error.
 *
 * On a terminal it is one line that is written over, elsewhere a line now and
 * then, at most one a second.  Ctrl-C asks such a command to end at its next
 * safe place; the second Ctrl-C ends it at once.
 */
#include <stdbool.h>
#include <stdint.h>

struct progress;

/* Watches for Ctrl-C and SIGTERM from now on. */
struct progress *progress_new(void *owner);
/* Shows words, and before them a bar when share (0 to 1) is known; less than 0: it is not. */
void progress_show(struct progress *p, double share, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Leaves the line clean for what is printed next. */
void progress_end(struct progress *p);
/* How many a second since the beginning. */
double progress_rate(const struct progress *p, int64_t count);
/* Was the command asked to end? */
bool progress_stopped(void);
/* Waits, but not beyond such a request. */
void progress_pause(int64_t ms);
