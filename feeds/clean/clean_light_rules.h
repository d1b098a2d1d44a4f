#pragma once
/*
 * clean_light_rules - what stays in the lighter form beyond what the archive keeps; for the files of clean_light.
 */
#include <stdbool.h>

/* Where an element may stand. */
enum light_place { LIGHT_HTML, LIGHT_SVG, LIGHT_MATH };

enum light_value {
	LIGHT_NOTHING, /* not allowed */
	LIGHT_TEXT,    /* names and the like, which are never read as anything else */
	LIGHT_WORDS,   /* numbers, colours, words: nothing that could name an address */
	LIGHT_LINK, LIGHT_PICTURE, LIGHT_STYLE
};

/* The element's name as it is written in that place when it may stay there; else NULL. */
const char *light_element(const char *name, enum light_place place);
/* What an attribute may hold; *as is its name as it is written. */
enum light_value light_attribute(const char *element, const char *name, enum light_place place, const char **as);
/* The declarations of a style attribute that only change how its element itself looks; NULL when none is left. */
char *light_style(void *owner, const char *style);
