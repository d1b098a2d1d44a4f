#pragma once
/*
 * throttle - how many letters a receiver gets at once, and how fast: less when it says so, more while it takes them.
 *
 * As the large receivers publish it (Gmail's answer to 421 4.7.28, Yahoo's
 * to its TSS codes): after such an answer nothing for ten minutes, which
 * double when it happens again, then one connection, then one more at a time.
 * The rate at which it happened is halved, and grows again by and by.
 * Numbers only: knows no clock, no server and no other receivers.
 */
#include <stdbool.h>
#include <stdint.h>

struct throttle {
	int at_once, most;    /* letters under way: now, and whatever the receiver takes */
	int64_t spacing;      /* ms between two letters, 0: none */
	int64_t next;         /* when another letter may begin */
	int64_t until, pause; /* when the receiver may be tried again; for how long it was stopped the last time */
	int taken;            /* letters that it took since the last change */
	int64_t minute;       /* the minute that is counted */
	int begun, before;    /* letters begun in it, and in the one before */
};

/* For a receiver of whom nothing is known. */
void throttle_begin(struct throttle *p, int most);
/* In how many ms may a letter begin, while so many are under way?  0: now; -1: when one of them has ended. */
int64_t throttle_wait(const struct throttle *p, int64_t now, int under_way);
/* A letter begins. */
void throttle_begun(struct throttle *p, int64_t now);
/* The receiver took a letter, or refused it for a reason of the letter's own. */
void throttle_taken(struct throttle *p);
/* It wants fewer letters.  What was under way at that time, and is answered in the same way, is the same event. */
void throttle_slow_down(struct throttle *p, int64_t now);
