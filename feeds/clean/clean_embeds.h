#pragma once
/*
 * clean_embeds - the pages and pictures behind embeds (iframes, AMP elements, players of scripts, bare addresses of films).
 *
 * Known by their URLs alone; sends no request.
 */
#include "feeds/clean/clean_tree.h"

struct clean_embed {
	const char *page;   /* where the same can be seen or heard without embedding */
	const char *poster; /* URL of its preview picture; NULL when unknown */
	const char *kind;   /* "Video", "Audio" or "Embedded" */
};

/* The embed with the absolute http(s) URL url; the strings belong to owner. */
struct clean_embed clean_embed_of(void *owner, const char *url);
/* Is url the address of a film or a player whose page is known? */
bool clean_embed_is_known(const char *url);
/* The page of what the script with that URL would show in its place (a gist), or NULL.  Belongs to owner. */
char *clean_embed_of_script(void *owner, const char *url);
/* Renames an element of AMP, or of a script that loads embeds late, to the HTML element that it stands for. */
void clean_embed_rename(struct html_node *node);
/* Is media WordPress's iframe for a post that the blockquote before it already quotes? */
bool clean_embed_repeats(const struct html_node *media);
