#pragma once
/*
 * markdown - text whose author wrote Markdown, which nobody rendered.
 */
#include <stdbool.h>

/* Is the text Markdown?  What people also write in mails (a list, one heading, a star) is not enough: it must have a link, a picture, a
 * fence, emphasis around words, or marks of two kinds. */
bool markdown_is(const char *text);
/* The HTML of it (CommonMark), not cleaned; bare addresses are links too.  Belongs to owner. */
char *markdown_html(void *owner, const char *text);
