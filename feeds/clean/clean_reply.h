#pragma once
/*
 * clean_reply - what somebody writes to a publication, as HTML to keep: clean, and no longer than a reply may be.
 */

/* Characters of plain text that are kept. */
enum { CLEAN_REPLY_CUT = 16000 };

/* html, from the URL base (or NULL), clean; one that is too long as a paragraph of its first words.  Belongs to owner, "" when nothing is left. */
char *clean_reply_html(void *owner, const char *html, const char *base);
/* The same of plain text: escaped, its lines apart. */
char *clean_reply_text(void *owner, const char *text);
