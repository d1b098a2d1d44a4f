#pragma once
/*
 * notes - the footnotes of clean HTML (feeds/clean/clean.h says what they look like).
 */
#include "gateway/base/html/html.h"

/* The section that holds them? */
bool notes_is_section(const struct html_node *node);
/* The link in the text that stands for one? */
bool notes_is_mark(const struct html_node *node);
/* The link from a note back to its mark? */
bool notes_is_back(const struct html_node *node);
/* How many there are. */
size_t notes_count(const struct html_node *root);
void notes_drop_marks(struct html_node *root);
/* With the space before them. */
void notes_drop_backs(struct html_node *root);
