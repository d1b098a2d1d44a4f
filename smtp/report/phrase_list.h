#pragma once
/*
 * phrase_list - the table behind phrases.h: the first phrase of the first group that is found counts.
 */
#include "smtp/report/phrases.h"

struct phrase_group {
	enum topic topic;
	const char *status;       /* only with this status, or NULL */
	const char *const *words; /* folded, until NULL; NULL ends the table */
};
extern const struct phrase_group phrase_groups[];
