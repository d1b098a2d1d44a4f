#pragma once
/*
 * listing - what list and show print: for a person, for a script, as JSON.
 *
 * Onto a terminal, columns below their names.  Into a pipe or a file, one record a line with tabs between and no names, which is
 * what cut and awk want and stays as it is.  With --json one array of objects (list) or one object (show); numbers are numbers,
 * times RFC 3339, and what is not known is null.
 *
 * A row is as many calls as there are columns, in their order.
 */
#include "gateway/base/text/error.h"
#include <stdint.h>
#include <stdio.h>

struct listing;

/* The names of the columns as in JSON ("next_try"), until NULL; they must live as long.  out is a terminal, or not. */
struct listing *listing_new(void *owner, FILE *out, const char *const *columns, bool json);
/* text as one line, "-" for NULL. */
void listing_text(struct listing *l, const char *text);
void listing_number(struct listing *l, int64_t number);
/* A number that says what it counts where no heading does: "113 words". */
void listing_count(struct listing *l, int64_t number, const char *unit);
/* Milliseconds; 0 is no time. */
void listing_time(struct listing *l, int64_t ms);
/* "yes" or "no", true or false. */
void listing_flag(struct listing *l, bool flag);
/* After the last row; frees l. */
void listing_end(struct listing *l);

/* One object: name by name.  A name has blanks, which are '_' in JSON. */
struct listing *listing_show(void *owner, FILE *out, bool json);
void listing_name(struct listing *l, const char *name);
