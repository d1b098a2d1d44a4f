#pragma once
/*
 * repair_mojibake - references that are the bytes of UTF-8, not its characters.
 *
 * "&acirc;&euro;&trade;" and "&#226;&#128;&#153;" are U+2019: a program has
 * read the bytes of UTF-8 as windows-1252 and written each as a reference.
 */
#include "feeds/text/repair_scan.h"

/* At s is a reference to first.  When it and those behind it are the bytes of one character, writes the character and
 * returns where the last one ends; else NULL. */
const char *repair_mojibake(struct repair *r, uint32_t first, const char *s, const char *end);
