#pragma once
/*
 * clean_tree - the steps of clean_html, in the order in which they are taken.
 *
 * Each changes the tree in place.  None but clean_filter is trusted with
 * safety: whatever the others leave or make goes through it.
 */
#include "gateway/base/html/html.h"
#include <stdbool.h>

struct clean_notes;

struct clean {
	struct html_node *root;
	const char *base; /* an http(s) URL, or NULL */
};

/* Makes the author's cut, in any of its forms, the comment <!--more-->. */
void clean_cut(struct clean *c);
/* Pictures get their real address, emoji pictures become characters, players and frames links. */
void clean_media(struct clean *c);
/* Takes out what is not meant to be read, with its content. */
void clean_drop(struct clean *c);
/* Takes footnotes out of whatever form they have: marks become bare <sup>, notes a bare list at the end.
 * clean_notes_link, after clean_filter, gives them their links.  The result belongs to the root. */
struct clean_notes *clean_notes_gather(struct clean *c);
void clean_notes_link(struct clean *c, struct clean_notes *notes);
/* Leaves only elements, attributes, values and comments that are allowed (clean_rules.c). */
void clean_filter(struct clean *c);
/* Paragraphs where there is text, and no empty elements. */
void clean_shape(struct clean *c);

/* --- what the steps share --- */

enum clean_fate {
	CLEAN_UNWRAP, /* its content stays */
	CLEAN_KEEP,   /* perhaps under another name */
	CLEAN_DROP    /* it goes with its content */
};
enum clean_value {
	CLEAN_NOTHING, /* not allowed */
	CLEAN_TEXT, CLEAN_LINK, CLEAN_PICTURE, CLEAN_SIZE, CLEAN_NUMBER, CLEAN_LANGUAGE, CLEAN_DIRECTION, CLEAN_SCOPE, CLEAN_LIST,
	CLEAN_DATE, CLEAN_REL, CLEAN_FLAG, CLEAN_STYLE, CLEAN_CODE
};
/* What becomes of an element; *as is the name that it gets when it stays. */
enum clean_fate clean_fate(const char *name, const char **as);
/* What an attribute of an element (by the name that it stays with) may hold. */
enum clean_value clean_value(const char *element, const char *attribute);

/* The allowed declarations of a style attribute in one spelling, or NULL when none is left. */
char *clean_style(void *owner, const char *style);
/* Does the style keep its element from being seen? */
bool clean_style_hides(const char *style);
/* The value of one property, for the few that mean something to us; NULL when it is not set. */
char *clean_style_value(void *owner, const char *style, const char *property);

/* The absolute, allowed URL that text means, or NULL.  pictures: only http and https. */
char *clean_url(void *owner, const char *base, const char *text, bool pictures);
/* The decoded fragment when the link points into the document at base itself; NULL otherwise. */
char *clean_url_fragment(void *owner, const char *base, const char *text);
/* Could one of the next two find a fragment in it? */
static inline bool clean_url_has_fragment(const char *text) { return text && strchr(text, '#'); }
/* The decoded fragment of any link that has one; NULL otherwise. */
char *clean_url_any_fragment(void *owner, const char *text);

/* Element of one of the names in the list that ends with NULL? */
bool clean_is_one(const struct html_node *node, const char *const *names);
/* Has it neither words nor pictures? */
bool clean_is_empty(const struct html_node *node);
struct html_node *clean_previous_element(const struct html_node *node);
