#pragma once
/*
 * clean_nesting - elements that are in others which must not hold them.
 *
 * A parser of HTML keeps <b><p>…</p></b>, but an element of phrases may hold
 * no blocks: validators refuse it, and readers of mail and feeds show it in
 * different ways.  It is put inside of the blocks instead.  Headings hold
 * words only.
 */
#include "feeds/clean/clean_tree.h"

/* After clean_filter, which gives elements their final names. */
void clean_nesting(struct clean *c);
