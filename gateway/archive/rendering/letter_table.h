#pragma once
/*
 * letter_table - tables in letters, for letter_html.c.
 *
 * A phone shows four columns at most: a wider table becomes one paragraph
 * for each row, with the column's heading before each value.
 */
#include "gateway/base/html/html.h"

#define LETTER_TABLE_COLUMNS 4

void letter_table_write(FILE *out, const struct html_node *table);
/* letter_html.c's: what stands in parent, as a letter shows it. */
void letter_inside(FILE *out, const struct html_node *parent);
