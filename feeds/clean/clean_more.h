#pragma once
/*
 * clean_more - the "read more" marker, at which the author divides a post.
 */
#include "feeds/clean/clean_tree.h"

/* Makes the first marker, in any of its forms, the comment <!--more-->; all other comments are dropped. */
void clean_more(struct clean *c);
