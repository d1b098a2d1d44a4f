#pragma once
/*
 * picture_map - which pictures of an entry are kept, and the text that shows them from here.
 *
 * A text in the archive names its pictures as its source does.  What a reader
 * gets names ours where there is one.  Without one, the preview of a film
 * becomes words, and so does a picture that came within the text; any other
 * stays at its own address.
 */
#include "gateway/archive/picture/picture.h"
#include <jansson.h>

struct picture_kept {
	char *url;         /* of ours, absolute */
	int width, height;
};

struct picture_map;

/* Of entry.pictures, {"ADDRESS": ["/media/HASH.png", 640, 480], ...}, or NULL; site is the URL of the publication, without a slash at the end. */
struct picture_map *picture_map_read(void *owner, const char *json, const char *site);
/* Adds one to such JSON. */
void picture_map_add(json_t *json, const char *address, const char *path, int width, int height);
/* NULL: it is not kept.  Belongs to the map. */
const struct picture_kept *picture_map_find(const struct picture_map *map, const char *address);
/* Must a picture that is not kept be left out? */
bool picture_is_hidden(const char *address);

/* Clean HTML with the pictures that are kept, and their sizes where it names none; html itself when nothing in it changes.  Belongs to owner. */
const char *picture_map_html(void *owner, const struct picture_map *map, const char *html);
/* Adds the addresses of the pictures in clean HTML to all, each once, at most PICTURE_LIST_COUNT; what it adds belongs to owner. */
void picture_addresses(void *owner, const char *html, const char ***all, size_t *count);
/* The same for one address; what is none is left out. */
void picture_addresses_add(void *owner, const char *address, const char ***all, size_t *count);
