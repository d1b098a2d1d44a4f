#pragma once
/*
 * picture_head - what kind of picture some bytes are, and how large it is shown.
 *
 * Told by the bytes alone, whatever a name or a header says of them: JPEG,
 * PNG, GIF, WebP and AVIF.  SVG is none of these, for it is a document with
 * scripts.  Reads the head of a picture and decodes nothing.
 */
#include <stdbool.h>
#include <stddef.h>

enum picture_type { PICTURE_JPEG = 1, PICTURE_PNG, PICTURE_GIF, PICTURE_WEBP, PICTURE_AVIF };

struct picture_head {
	enum picture_type type;
	int width, height; /* in pixels as it is shown (a JPEG and an AVIF may say that they are to be turned); 1 to 65535 */
};

/* False for what is none of these, and for one that ends before its size. */
bool picture_head_read(const void *data, size_t size, struct picture_head *head);
/* "jpg" and "image/jpeg"; NULL for a number that is no type. */
const char *picture_extension(enum picture_type type);
const char *picture_media_type(enum picture_type type);
