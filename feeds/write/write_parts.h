#pragma once
/*
 * write_parts - what the writers of RSS and Atom share.
 */
#include "feeds/write/write.h"

char *write_entry_url(void *owner, const struct publication *p, const struct entry *e);
/* Its HTML; behind an opening a link to the rest. */
char *write_entry_html(void *owner, const struct publication *p, const struct entry *e, bool cut);
/* <name>text</name> on a line. */
void write_element(FILE *out, const char *indent, const char *name, const char *text);
