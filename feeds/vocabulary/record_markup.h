#pragma once
/*
 * record_markup - whether what a feed calls plain text is HTML in fact.
 */
#include <stdbool.h>

/* Is s HTML?  True when it has a character reference, an end tag, <br>, or a void element with attributes, and no tag that
 * HTML does not have: "How should <selectedoption> work?" is text, and so is "The <br> tag" for its blanks on both sides. */
bool record_looks_like_html(const char *s);
/* Is all of s blocks of HTML, each with its end tag, and no text outside of them?  This holds for no text about tags. */
bool record_is_blocks(const char *s);
/* s on one line without its markup when it is HTML; else s itself. */
const char *record_plain(void *owner, const char *s);
/* s without the markers of a CDATA section that was escaped as if it were text: "<![CDATA[Hello]]>".  s is changed; the
 * result is a part of it. */
char *record_unwrap(char *s);
