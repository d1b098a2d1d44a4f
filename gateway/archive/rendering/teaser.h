#pragma once
/*
 * teaser - the opening of a post that anybody may read.
 *
 * The one function that decides where a gated post is cut: pages, feeds,
 * letters, fediverse objects and search all take what is made here, so a
 * word past the cut cannot reach a stranger through any of them.  Knows
 * nothing of who may read what: subscribers/gate/gate.h does.
 */
#include <stddef.h>

struct teaser {
	char *html;          /* clean HTML: the opening */
	char *excerpt;       /* plain text on one line, at most 300 characters, all of it from the opening */
	size_t words;        /* of the whole text, notes included */
	size_t words_shown;  /* of the opening */
	size_t notes;        /* how many notes the whole text has */
};

/*
 * Fills t from an entry's clean HTML (feeds/clean/clean.h); its strings belong to owner.
 *
 * The author's own cut, the comment <!--more-->, wins where text stands before
 * and after it.  Without one the opening is whole blocks until 120 words are
 * reached, at most 35 % of the post; a post under 180 words shows its first
 * block or two.  It never is the whole post, never ends inside a list, table,
 * figure, quote or code, nor with a heading.  A paragraph is cut only when
 * the opening would be too long or nothing without that, at the end of a
 * sentence if it has one, never inside a word.  Marks of notes are left out,
 * as the notes stand past the cut.
 */
void teaser_make(void *owner, const char *html, struct teaser *t);
