#pragma once
/*
 * write_parts - what the writers of RSS and Atom share.
 */
#include "feeds/write/write.h"

char *write_entry_url(void *owner, const struct publication *p, const struct entry *e);
/* The content as HTML; if it is cut, with a link to the rest at its end. */
char *write_entry_html(void *owner, const struct publication *p, const struct entry *e, bool cut);
/* Writes <name>text</name> and a line end. */
void write_element(FILE *out, const char *indent, const char *name, const char *text);
