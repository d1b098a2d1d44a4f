#pragma once
/*
 * trial - when a role may claim rows, and which.
 *
 * When a process ends without a word, any of the rows that it held may be the
 * reason.  They are suspects: claimed again only while the process holds
 * nothing else, few at a time and at last alone, so that the next end tells
 * more than the last.  Usual rows and suspects take turns, so neither keeps the
 * others waiting.
 */
#include <stdbool.h>

/* So many suspects are tried together after the first crash; after the second, each alone. */
#define TRIAL_GROUP 16

enum trial_turn {
	TRIAL_USUAL,    /* claim rows without crashes */
	TRIAL_WAIT,     /* claim nothing until all that is held has its outcome */
	TRIAL_SUSPECTS  /* claim some suspects */
};

struct trial {
	bool suspects_next, running;
};

/* Before each claim.  suspects: some are due; holding: the process holds rows. */
enum trial_turn trial_turn(struct trial *t, bool suspects, bool holding);
