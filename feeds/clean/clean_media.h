#pragma once
/*
 * clean_media - pictures, embeds and formulas in a form that needs no script.
 */
#include "feeds/clean/clean_tree.h"

/* Gives lazy-loaded pictures their URL, and replaces emoji pictures by characters, embeds by links,
 * formulas, drawings and boxes of tasks by text; what scripts would show stays (clean_scripts.h). */
void clean_media(struct clean *c);
