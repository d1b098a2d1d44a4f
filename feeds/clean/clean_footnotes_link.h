#pragma once
/*
 * clean_footnotes_link - gives gathered footnotes the form that the archive keeps, after clean_filter.
 */
#include "feeds/clean/clean_footnotes.h"
#include "feeds/clean/clean_tree.h"

/* Adds the heading, the ids, and the links between references and footnotes. */
void clean_footnotes_link(struct clean *c, struct clean_footnotes *footnotes);
