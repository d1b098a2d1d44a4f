#pragma once
/*
 * clean_light_style - the CSS declarations that clean_light allows.
 */

/* The declarations that only change how their own element looks; NULL when there are none.  Belongs to owner. */
char *clean_light_style(void *owner, const char *style);
