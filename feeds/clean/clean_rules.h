#pragma once
/*
 * clean_rules - the allow-list of elements and attributes.
 */

enum clean_action {
	CLEAN_UNWRAP, /* the content stays */
	CLEAN_KEEP,   /* perhaps with another name */
	CLEAN_DROP    /* removed with its content */
};
enum clean_value {
	CLEAN_NOTHING, /* not allowed */
	CLEAN_TEXT, CLEAN_LINK, CLEAN_PICTURE, CLEAN_SIZE, CLEAN_NUMBER, CLEAN_LANGUAGE, CLEAN_DIRECTION, CLEAN_SCOPE, CLEAN_LIST,
	CLEAN_DATE, CLEAN_REL, CLEAN_FLAG, CLEAN_STYLE, CLEAN_CODE
};

/* What to do with an element; *as is the name under which it is kept. */
enum clean_action clean_action(const char *name, const char **as);
/* The type of value that an attribute may have; element is the name under which the element is kept. */
enum clean_value clean_value(const char *element, const char *attribute);
