#pragma once
/*
 * digest - the letter that holds several posts.
 *
 * On top stand the titles, when there are two or more; then each post whole, as its reader may read it.  What would be too long for a mail
 * program is cut honestly: the longest posts become their openings, then titles alone; and only if the titles are too many does the letter say
 * how many more there are.
 */
#include "gateway/mail/letter.h"

/* The HTML part stays below this. */
#define DIGEST_HTML_MAX 80000

struct digest_item {
	const struct entry *entry; /* as gate_show gave it to its reader */
	const char *source;        /* title of its source, or NULL */
};

/* items in the order in which they are to stand, one at least.  Belongs to owner. */
struct letter *letter_of_digest(void *owner, const struct template_set *templates, const struct publication *p, const struct digest_item *items, size_t count,
                                struct error *err);
