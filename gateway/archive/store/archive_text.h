#pragma once
/*
 * archive_text - what the archive derives from an entry: teaser, excerpt, slugs, JSON of its columns.
 *
 * It takes time that grows with the text, so it is made before the
 * transaction that stores the entry: archive_store then writes rows only.
 */
#include "gateway/archive/rendering/teaser.h"
#include "gateway/archive/store/entry.h"

struct archive_text {
	struct teaser teaser;
	const char *excerpt, *whole_excerpt; /* for lists and previews; with a warning they hold nothing of the text */
	const char *slug;                   /* the one to begin with when the entry is new; another entry may have it */
	const char *authors, *enclosures;   /* JSON, or NULL */
	const char **tag_slugs;             /* of each of the entry's tags; "" where nothing is left */
	size_t tag_count;
	const char **pictures;              /* addresses of the pictures that the entry shows */
	size_t picture_count;
};

/* Of an entry whose content is clean.  Belongs to owner; entry may change or go. */
struct archive_text *archive_text_make(void *owner, const struct entry *entry);
