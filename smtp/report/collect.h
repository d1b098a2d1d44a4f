#pragma once
/*
 * collect - the reports that the readers of this room add, and what they have in common: their class.
 */
#include "smtp/report/report.h"

/* A new report of this recipient; NULL beyond the maximum. */
struct report *collect_add(struct reports *r, const char *recipient);
/* Sets class, code and status of a report from its words and status; further: what else was said of it, or "". */
void collect_classify(struct reports *r, struct report *report, const char *further, bool delayed);
