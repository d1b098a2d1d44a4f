#pragma once
/*
 * report_fields - the fields of delivery reports (RFC 3464, RFC 6533) and of feedback reports (RFC 5965).
 */
#include "smtp/report/report.h"

/* Appends a report for each group of fields that names a recipient, and takes the envelope id; classes are still to be set, but for
 * successes. */
void report_fields_status(struct reports *r, const char *text);
/* Appends the complaint. */
void report_fields_feedback(struct reports *r, const char *text);
/* Recipients that are no addresses are replaced by the one that failed says, or else by the alias; those without any go away. */
void report_fields_settle(struct reports *r, const char *failed);
/* All strings valid UTF-8. */
void report_fields_tidy(struct reports *r);
