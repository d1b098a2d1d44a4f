#pragma once
/*
 * beside - what an entry has beside its text: a picture, sound and film, and the page that it is about.
 *
 * A feed may show only an excerpt, a title or a film, so that wherever an
 * entry leaves, the reader can go on to the original.  The entry is as
 * gate_show gave it: what is behind the gate is absent.
 */
#include "gateway/archive/store/entry.h"
#include "gateway/archive/store/publication.h"

enum beside_form {
	BESIDE_PAGE,   /* players; the template has the links to the original and its source */
	BESIDE_LETTER, /* links instead of players; the links to the original and its source */
	BESIDE_FEED    /* sound and film are enclosures; the link to the original */
};

/* The content with pictures that are not in it before it (after it when it begins with a warning), and the rest behind.  Clean HTML, but
 * for audio and video in BESIDE_PAGE.  Belongs to owner. */
char *beside_content(void *owner, const struct entry *shown, const struct publication *p, enum beside_form form);
/* Is an enclosure a picture, by what is said of it, else by its name? */
bool beside_is_picture(const struct entry_enclosure *enclosure);
/* Does the text show the picture at url, perhaps in another size? */
bool beside_is_in_text(const struct entry *entry, const char *url);
/* "<p>From <a…>Another Blog</a></p>", when the source took the entry from another feed; else "".  Belongs to owner. */
char *beside_source(void *owner, const struct entry *shown);
/* "<p>More at <a…>host</a></p>"; "" when there is no other page, or the content links to it.  Belongs to owner. */
char *beside_original(void *owner, const struct entry *shown, const struct publication *p);
