#pragma once
/*
 * ghost_document - the text of a post in the formats of Ghost's editors, for posts whose export has no HTML.
 *
 * Lexical is the tree of the editor since 2022; mobiledoc is the format before
 * (bustle.github.io/mobiledoc-kit, 0.3): sections of text with markups that
 * are opened and closed, and cards.
 */

/* HTML, not cleaned, which owner owns; NULL when text is no such document, or there is nothing in it. */
char *ghost_lexical(void *owner, const char *text);
char *ghost_mobiledoc(void *owner, const char *text);
