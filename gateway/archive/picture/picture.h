#pragma once
/*
 * picture - the bytes of a picture that we keep, and by what name.
 *
 * A picture is known by the SHA-256 of its bytes, so that the same one is kept
 * once, whoever shows it, and its address never means another.  The address
 * /media/HASH.ext is also all that guards it: whoever has it gets the picture,
 * without a session, because mail programs and feed readers have none.  Nobody
 * can guess it who does not have the picture already, and texts behind the
 * gate, which name it, are shown to subscribers only.
 */
#include "gateway/base/picture/picture_head.h"
#include <stdint.h>

/* Of one picture; of all that come within one text, and how many these may be. */
#define PICTURE_MAX (8u << 20)
#define PICTURE_LIST_MAX (32u << 20)
enum { PICTURE_LIST_COUNT = 64 };
/* Addresses of other hosts that are longer are not fetched. */
enum { PICTURE_ADDRESS_MAX = 2000 };

struct picture {
	const char *address; /* in texts: "picture:HASH.png" */
	const char *hash;
	struct picture_head head;
	const char *data;
	size_t size;
};

/* Of size bytes at data, which are borrowed; the rest belongs to owner.  False for what is no picture, for one larger than PICTURE_MAX, and for one so
 * narrow that it only stands where another was to be loaded. */
bool picture_make(void *owner, const void *data, size_t size, struct picture *picture);

/* The pictures that come within a text.  An object of owner's, which owns all that is in it. */
struct picture_list {
	struct picture *all;
	size_t count, bytes;
};
struct picture_list *picture_list_new(void *owner);
/* The address by which a text is to show the bytes, which are copied; NULL as for picture_make, and when the list is full. */
const char *picture_list_add(struct picture_list *list, const void *data, size_t size);
/* The same for what a "data:" URL (RFC 2397) holds in base64. */
const char *picture_list_add_url(struct picture_list *list, const char *url);
bool picture_is_data_url(const char *url);
bool picture_list_has(const struct picture_list *list, const char *address);

/* Is it the address of a picture that came within a text? */
bool picture_is_own(const char *address);
/* Is it the preview of a film, or of a song, at its host?  To load it would tell that host who reads. */
bool picture_is_poster(const char *address);
/* "/media/HASH.png" */
char *picture_path(void *owner, const char *hash, enum picture_type type);
/* The hash in "HASH.png"; NULL when name is no such name.  Belongs to owner. */
char *picture_hash_of(void *owner, const char *name);
