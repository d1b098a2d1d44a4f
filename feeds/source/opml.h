#pragma once
/*
 * opml - lists of feeds, as readers exchange them (OPML 1.0, 1.1 and 2.0).
 *
 * Reading uses the decoding and repair of feeds, because such lists have the
 * same faults: bare "&", entities of HTML, a wrong encoding, text before the
 * document.  A folder in a folder is written "News / Tech".
 */
#include "feeds/source/source.h"
#include "gateway/base/text/error.h"
#include <stdio.h>

#define OPML_MAX_SIZE (8u << 20)
#define OPML_MAX_LINES 20000

struct opml_line {
	const char *url;    /* http(s) URL of a feed; as it was written when wrong */
	const char *title;  /* plain text, or NULL */
	const char *folder; /* the outlines that it is in, or its first category (OPML 2.0); NULL: none */
	const char *wrong;  /* why it cannot be a source, as text; NULL: it can */
};

/* Every outline with a URL, in document order; array of owner's.  ERROR_INVALID: this is no OPML. */
struct opml_line *opml_read(void *owner, const void *data, size_t size, size_t *count, struct error *err);
/* The http(s) sources among all as OPML 2.0, by the owner's names for them and in the owner's folders, without users and passwords. */
void opml_write(FILE *out, const char *title, struct source **all, size_t count);
/* Does opml_write write this source? */
bool opml_takes(const struct source *source);
/* url without user and password; belongs to owner. */
char *opml_public_url(void *owner, const char *url);
