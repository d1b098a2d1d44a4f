#pragma once
/*
 * teaser - the opening of a post that anybody may read.
 *
 * The one function that decides where a gated post is cut: pages, feeds,
 * letters, fediverse objects and search all take what is made here, so no
 * word after the cut reaches a reader without access through any of them.  Knows
 * nothing of who may read what: subscribers/gate/gate.h does.
 */
#include <stddef.h>

struct teaser {
	char *html;          /* clean HTML: the opening */
	char *excerpt;       /* plain text on one line, at most 300 characters, all of it from the opening */
	char *whole_excerpt; /* the same from the whole text: for those who may read all of it */
	size_t words;        /* of the whole text, with its footnotes */
	size_t words_shown;  /* of the opening */
	size_t notes;        /* footnotes of the whole text */
};

/*
 * Fills t from an entry's clean HTML (feeds/clean/clean.h); its strings belong to owner.
 *
 * The author's own cut, the comment <!--more-->, counts if there is text
 * before and after it.  Without one the opening is whole blocks until 120 words are
 * reached, at most 35 % of the post; a post under 180 words shows its first
 * block or two, at most 60 %.  It is never the whole post, never ends inside a list, table,
 * figure, quote or code, nor with a heading.  A paragraph is cut only when
 * the opening would otherwise be too long or empty: after a sentence if one
 * ends there, never inside a word.  References to
 * footnotes are left out, because the footnotes come after the cut.
 */
void teaser_make(void *owner, const char *html, struct teaser *t);
