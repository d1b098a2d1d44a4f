#pragma once
/*
 * beside - what an entry has beside its text: a picture, sound and film, and the page that it is about.
 *
 * A feed may show only an excerpt, a title or a film, so that wherever an
 * entry leaves, the reader can go on to the original.  The entry is as
 * gate_show gave it: what is behind the gate is absent.
 */
#include "gateway/archive/store/entry.h"

enum beside_form {
	BESIDE_PAGE,   /* players; the template has the link to the original */
	BESIDE_LETTER, /* links instead of players; the link to the original */
	BESIDE_FEED    /* sound and film are enclosures; the link to the original */
};

/* The content with pictures that are not in it before it (after it when it begins with a warning), and the rest behind.  Clean HTML, but
 * for audio and video in BESIDE_PAGE; site is the URL of the publication.  Belongs to owner. */
char *beside_content(void *owner, const struct entry *shown, const char *site, enum beside_form form);
/* "<p>More at <a…>host</a></p>"; "" when there is no other page, or the content links to it.  Belongs to owner. */
char *beside_original(void *owner, const struct entry *shown, const char *site);
