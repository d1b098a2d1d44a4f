#pragma once
/*
 * clean_style - the allow-list of CSS declarations in style attributes.
 */
#include <stdbool.h>

/* The allowed declarations, normalised; NULL when there are none.  Belongs to owner. */
char *clean_style(void *owner, const char *style);
/* Does style, which may be NULL, make its element invisible? */
bool clean_style_hides(const char *style);
/* The value of one property in lower case; NULL when it is not set, or style is NULL or too long.  Belongs to owner. */
char *clean_style_value(void *owner, const char *style, const char *property);
