#pragma once
/*
 * clean_players - what the addresses of embedded players stand for; for clean_media.
 *
 * Known by their addresses alone: nothing is asked for.
 */
#include "gateway/base/html/html.h"

struct clean_player {
	const char *page;   /* where a person can see or hear it */
	const char *poster; /* address of its still picture, NULL when that cannot be known */
	const char *kind;   /* "Video", "Audio" or "Embedded" */
};

/* Of the player at url, an absolute http(s) URL; strings belong to owner. */
struct clean_player clean_player_of(void *owner, const char *url);
/* Elements of AMP and of scripts that load players late become those that they stand for. */
void clean_player_rename(struct html_node *node);
/* Does it only say again, for scripts, what stands beside it as a quote? */
bool clean_player_repeats(const struct html_node *media);
