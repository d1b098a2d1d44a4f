#pragma once
/*
 * wordpress - renders the stored text of a post as WordPress does.
 *
 * A feed has the rendered HTML; an export has what the author typed:
 * paragraphs without <p>, and shortcodes.  The shortcodes of WordPress itself
 * that show content (captions, galleries, embeds, audio and video) become
 * HTML; others stay unchanged, because "[sic]" looks like one too.
 */
#include <stddef.h>
#include <stdio.h>

/* An attachment.  Galleries and featured images refer to it by id. */
struct wordpress_media {
	const char *id, *parent; /* parent: the post that it was uploaded to */
	const char *url, *alt;
};

struct wordpress_library {
	struct wordpress_media *all; /* sorted by id with strcmp */
	size_t count;
};

void wordpress_sort(struct wordpress_library *library);
/* NULL when there is none with that id. */
const struct wordpress_media *wordpress_find(const struct wordpress_library *library, const char *id);
/* Writes raw, the text of the post with the id post, as HTML, not cleaned. */
void wordpress_html(FILE *out, const char *raw, const char *post, const struct wordpress_library *library);
