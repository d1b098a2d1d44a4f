#pragma once
/*
 * clean_shape - paragraphs and white space made uniform.
 */
#include "feeds/clean/clean_tree.h"

/* Puts text into paragraphs and removes empty elements. */
void clean_shape(struct clean *c);
