#pragma once
/*
 * repair_character - characters that may not stay in an XML document as they are.
 */
#include "feeds/text/repair_scan.h"

/* Is cp a Char of XML 1.0 section 2.2? */
bool repair_is_character(uint32_t cp);
/*
 * When the character at s (before end) is a control character, U+FFFE or U+FFFF, it is dropped; when it is one of U+0080 to
 * U+009F, the character of that windows-1252 byte is written instead.  Returns its length in bytes; 0 for any other
 * character, which the caller handles.
 */
size_t repair_character(struct repair *r, const char *s, const char *end);
