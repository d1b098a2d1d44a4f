#pragma once
/*
 * opml - lists of feeds, as readers exchange them (OPML 1.0, 1.1 and 2.0).
 *
 * What is read goes through the same decoding and repair as a feed, for such
 * lists are as broken: bare "&", entities of HTML, another encoding than the
 * one that is named, text before the document.  Folders are passed through.
 */
#include "feeds/source/source.h"
#include "gateway/base/text/error.h"
#include <stdio.h>

#define OPML_MAX_SIZE (8u << 20)
#define OPML_MAX_LINES 20000

struct opml_line {
	const char *url;    /* of a feed, http or https; what was written there when wrong */
	const char *title;  /* plain text, or NULL */
	const char *wrong;  /* why it is no feed that can be read, in words; NULL: it is one */
};

/* Every outline with an address of its own, in their order; array of owner's.  ERROR_INVALID: this is no OPML. */
struct opml_line *opml_read(void *owner, const void *data, size_t size, size_t *count, struct error *err);
/* The http(s) sources among all as OPML 2.0, without users and passwords. */
void opml_write(FILE *out, const char *title, struct source **all, size_t count);
/* Is it one that opml_write writes? */
bool opml_takes(const struct source *source);
/* url without user and password; belongs to owner. */
char *opml_public_url(void *owner, const char *url);
