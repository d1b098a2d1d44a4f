#pragma once
/*
 * config_source - the text of pennypost.conf, made fit for libconfuse.
 *
 * libconfuse loses count of the lines at every comment and takes the end of
 * the file for the end of whatever is open.  So comments are blanked, and
 * what is not closed is found, before it sees the text.
 */
#include "gateway/base/text/error.h"

/* Makes every comment spaces, in place.  False with what is not closed, and *line where it began. */
bool config_source_prepare(char *text, int *line, struct error *err);
