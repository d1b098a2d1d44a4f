#pragma once
/*
 * wordpress - the text of a post as WordPress keeps it, made into the HTML that WordPress would show.
 *
 * A feed holds what the reader sees; an export holds what the author typed:
 * lines that are paragraphs without saying so, and shortcodes.  Those that
 * show something of the author's (captions, galleries, embedded addresses,
 * sound and film) become HTML; others stay as they are, for "[sic]" looks
 * like one too.
 */
#include <stddef.h>
#include <stdio.h>

/* A file of the blog, which galleries and featured images name by its id. */
struct wordpress_media {
	const char *id, *parent; /* parent: of the post that it was uploaded to */
	const char *url, *alt;
};

struct wordpress_library {
	struct wordpress_media *all; /* by id, in the order of strcmp */
	size_t count;
};

void wordpress_sort(struct wordpress_library *library);
/* NULL when there is none of that id. */
const struct wordpress_media *wordpress_find(const struct wordpress_library *library, const char *id);
/* Writes raw, the text of post, as HTML that is not clean yet. */
void wordpress_html(FILE *out, const char *raw, const char *post, const struct wordpress_library *library);
