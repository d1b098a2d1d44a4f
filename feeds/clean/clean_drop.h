#pragma once
/*
 * clean_drop - elements that are not meant to be read: scripts, forms, hidden text, boilerplate of blog software.
 */
#include "feeds/clean/clean_tree.h"

/* Removes them with their content. */
void clean_drop(struct clean *c);
