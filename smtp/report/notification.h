#pragma once
/*
 * notification - what Amazon SES says by way of SNS: JSON instead of a report.
 */
#include "smtp/report/report.h"

/* Appends the reports of a notification to r; false when text is none.  Strings belong to r. */
bool notification_read(struct reports *r, const char *text);
