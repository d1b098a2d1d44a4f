#pragma once
/*
 * entry_pictures - the pictures of an entry: which it shows, and those of them that we keep in their place.
 */
#include "gateway/archive/store/entry.h"

/* Adds the addresses of all pictures that its texts, its image and its enclosures show (picture_addresses). */
void entry_picture_addresses(void *owner, const struct entry *entry, const char ***all, size_t *count);
/*
 * Changes a copy of an entry (of gate_show) so that it shows the pictures that we keep from here, and of previews of films no others; site is the URL of
 * its publication.  What is made for it belongs to the copy.
 */
void entry_pictures_place(struct entry *copy, const char *site);
