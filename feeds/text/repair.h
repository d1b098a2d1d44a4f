#pragma once
/*
 * repair - makes the XML that feeds really are into XML that a parser reads.
 *
 * One pass over UTF-8, before libxml2, which stops at the first of these or
 * (in recover mode) silently drops text around them: control characters, a
 * bare "&" or "<", HTML's named entities, references to windows-1252 bytes
 * (&#128; to &#159;), junk before the document, prefixes that nobody
 * declared, an end in the middle of a tag.  The declaration and the DOCTYPE
 * are dropped: their encoding has been dealt with, and no parser is to see a
 * DTD.  Inside CDATA sections and comments only control characters change.
 */
#include <stddef.h>

struct repaired {
	char *text;        /* UTF-8, NUL-terminated, no NUL inside */
	size_t size;
	const char *wrong; /* the first thing that was not well-formed; NULL: nothing */
};

/* text is UTF-8; the result is a talloc object of owner's.  It is at most about twice as long, plus 64 KiB. */
struct repaired *repair_xml(void *owner, const char *text, size_t size);
