#pragma once
/*
 * repair_tags - start and end tags, with their attributes.
 */
#include "feeds/text/repair_scan.h"

/* At the "<" of a start or end tag: copies it so that all tags are balanced. */
void repair_tag(struct repair *r);
