#pragma once
/*
 * repair_text - character data and attribute values.
 */
#include "feeds/text/repair_scan.h"

/* Writes the text or attribute value [s, end): references are repaired, markup characters escaped, control characters
 * dropped. */
void repair_text(struct repair *r, const char *s, const char *end);
