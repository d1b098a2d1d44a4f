#pragma once
/*
 * clean_filter - the step of clean_html that makes the result safe.
 */
#include "feeds/clean/clean_tree.h"

/* Leaves only the elements, attributes, values and comments of the allow-list (clean_rules.h).  The only step that safety
 * depends on: what the steps before it leave or insert goes through it too. */
void clean_filter(struct clean *c);
