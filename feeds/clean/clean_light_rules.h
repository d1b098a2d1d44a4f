#pragma once
/*
 * clean_light_rules - what clean_light allows beyond clean_rules.
 */

/* The vocabulary that an element belongs to. */
enum light_place { LIGHT_HTML, LIGHT_SVG, LIGHT_MATH };

enum light_value {
	LIGHT_NOTHING, /* not allowed */
	LIGHT_TEXT,    /* any text: no user agent interprets it */
	LIGHT_WORDS,   /* numbers, colours, keywords: nothing that could contain a URL */
	LIGHT_LINK, LIGHT_PICTURE, LIGHT_STYLE
};

/* The element's name in the vocabulary's own case when it is allowed there; else NULL. */
const char *clean_light_element(const char *name, enum light_place place);
/* The type of value that an attribute may have; *as is its name in the vocabulary's own case. */
enum light_value clean_light_attribute(const char *element, const char *name, enum light_place place, const char **as);
