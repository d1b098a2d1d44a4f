#pragma once
/*
 * html_element - the properties of HTML5 elements, as one table.
 *
 * For the parts of html.h only: html.h has the questions that others ask.
 */
enum html_trait {
	HTML_VOID = 1 << 0,       /* has no content and no end tag */
	HTML_BLOCK = 1 << 1,      /* block level */
	HTML_SPECIAL = 1 << 2,    /* "special" of section 13.2.4.2: stops the search for an inline element's start */
	HTML_SCOPE = 1 << 3,      /* a tag inside closes nothing outside it */
	HTML_FORMATTING = 1 << 4, /* is reopened in the next block when its own is closed (13.2.4.3) */
	HTML_CLOSES_P = 1 << 5,   /* its start tag ends an open paragraph */
	HTML_TEXT_ONLY = 1 << 6,  /* its content is text, even if it looks like markup */
	HTML_ENTITIES = 1 << 7,   /* with HTML_TEXT_ONLY: character references count */
	HTML_FOREIGN = 1 << 8,    /* switches the parser to other rules, see html_balance.c */
	HTML_HEADING = 1 << 9,    /* h1 to h6 */
	HTML_TABLE = 1 << 10,     /* table itself */
	HTML_TABLE_PART = 1 << 11, /* caption, col, colgroup, tbody, thead, tfoot, tr, td, th: stand only inside a table */
	HTML_ROWS = 1 << 12,      /* of those, the ones that hold no text */
	HTML_ENDS = 1 << 13,      /* its start tag ends others of its kind, as li does */
	HTML_PAGE = 1 << 14,      /* html, head, body */
	HTML_ODD = 1 << 15        /* gumbo has rules of its own for it */
};

/* The traits of the element called name (small letters); 0 for one that HTML does not know, and for span and the like. */
unsigned html_traits(const char *name);
/* name itself, as a string that lasts, and its traits; NULL and 0 for an element that is not in the table. */
const char *html_known_name(const char *name, unsigned *traits);
