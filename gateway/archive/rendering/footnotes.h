#pragma once
/*
 * footnotes - the footnotes of clean HTML (feeds/clean/clean.h says what they look like).
 */
#include "gateway/base/html/html.h"

/* Is node the section that holds the footnotes? */
bool footnotes_is_section(const struct html_node *node);
/* Is node the link in the text that refers to a footnote (role doc-noteref)? */
bool footnotes_is_reference(const struct html_node *node);
/* Is node the link from a footnote back to the text (role doc-backlink)? */
bool footnotes_is_backlink(const struct html_node *node);
/* The number of footnotes below root. */
size_t footnotes_count(const struct html_node *root);
void footnotes_drop_references(struct html_node *root);
/* Removes the space before them, too. */
void footnotes_drop_backlinks(struct html_node *root);
