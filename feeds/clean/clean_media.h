#pragma once
/*
 * clean_media - pictures, embeds and formulas in a form that needs no script.
 */
#include "feeds/clean/clean_tree.h"

/* Gives lazy-loaded pictures their URL, and replaces emoji pictures by characters, embeds by links and formulas by text. */
void clean_media(struct clean *c);
