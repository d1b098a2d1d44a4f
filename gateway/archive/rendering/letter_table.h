#pragma once
/*
 * letter_table - tables in mail, for letter_html.c.
 *
 * A phone shows four columns at most: a wider table becomes one paragraph
 * for each row, with the column's heading before each value.  Knows nothing
 * of the other elements: the caller says how the content of a cell is
 * written.
 */
#include "gateway/base/html/html.h"

#define LETTER_TABLE_COLUMNS 4

/* Writes table; inside writes the content of a caption or a cell as a letter shows it. */
void letter_table_write(FILE *out, const struct html_node *table, void (*inside)(FILE *out, const struct html_node *parent));
