#pragma once
/*
 * mbox - where the messages in an mbox file are.  Included by mail_folder.c only, whose header says how they are told apart.
 */
#include "feeds/mail/mail_folder.h"
#include <stddef.h>

/* Is the line a "From " with a time? */
bool mbox_is_separator(const char *line, size_t size);
/* Does a header field begin at s, or a second such line that some programs quote? */
bool mbox_is_field(const char *s);
/* Fills folder's items and quoted from its file. */
void mbox_index(struct mail_folder *folder);
/* Takes one ">" from each line ">From " of data, in place; returns the new size. */
size_t mbox_unquote(char *data, size_t size);
