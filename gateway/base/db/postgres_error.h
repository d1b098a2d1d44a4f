#pragma once
/*
 * postgres_error - what libpq and the server complain of, as struct error; for the files of PostgreSQL.
 */
#include "gateway/base/text/error.h"

/* A SQLSTATE (PostgreSQL appendix A), or NULL, as what callers act on. */
enum error_kind postgres_kind(const char *state);
/* The first line of what the server or libpq said.  Returns false. */
bool postgres_complain(struct error *err, enum error_kind kind, const char *said);
