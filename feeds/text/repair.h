#pragma once
/*
 * repair - makes the XML that feeds are published with well-formed.
 *
 * One pass over UTF-8, before libxml2, which stops at the first of these or
 * (in recover mode) silently drops text around them: control characters, a
 * bare "&" or "<", HTML's named entities, references to windows-1252 bytes
 * (&#128; to &#159;), text before the document, undeclared prefixes, a
 * document that ends in the middle of a tag.  The XML declaration and the
 * DOCTYPE are dropped: the encoding is already UTF-8, and no parser may see
 * a DTD.  Inside CDATA sections only control characters change; comments
 * and processing instructions are dropped.
 */
#include <stddef.h>

struct repaired {
	char *text;        /* UTF-8, NUL-terminated, no NUL inside */
	size_t size;
	const char *wrong; /* the first thing that was not well-formed; NULL: nothing */
};

/* text is UTF-8; the result is a talloc object of owner's.  It is at most about twice as long, plus 64 KiB. */
struct repaired *repair_xml(void *owner, const char *text, size_t size);
