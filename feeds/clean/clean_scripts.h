#pragma once
/*
 * clean_scripts - what a script would show: its content without the script.
 */
#include "feeds/clean/clean_tree.h"

/* A script that stands for content (a gist, a formula) becomes a link, or the formula. */
void clean_scripts_script(struct clean *c, struct html_node *script);
/*
 * What is written for readers without scripts: a picture replaces the lazy-loaded one beside it, a link or an embed (by now a link,
 * see clean_media.h) stays, unless it repeats what is beside it.  Requests to switch scripts on go.
 */
void clean_scripts_noscript(struct html_node *noscript);
