#pragma once
/*
 * clean_embed_link - the link that stands where the source has an embed.
 */
#include "feeds/clean/clean_tree.h"

/* Replaces an embed by a link to its page: its poster, or its title, or words. */
void clean_embed_link(struct clean *c, struct html_node *media);
/* Makes a block that is nothing but the address of a film an embed, as the source's own program would. */
void clean_embed_address(struct clean *c, struct html_node *block);
