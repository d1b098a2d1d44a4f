#include "gateway/base/picture/picture_avif.h"

/* Of ISO/IEC 14496-12: a box is its length in four bytes, its name in four, and its content. */
struct box {
	struct picture_bytes content;
	size_t whole;
};

/* The box at offset at; false when it is not all there. */
static bool box_at(const struct picture_bytes *b, size_t at, struct box *box)
{
	enum { HEAD = 8 };
	if (at > b->size || b->size - at < HEAD)
		return false;
	box->whole = picture_big(b, at, 4);
	/* 0: up to the end. */
	if (box->whole == 0)
		box->whole = b->size - at;
	if (box->whole < HEAD || box->whole > b->size - at)
		return false;
	box->content = (struct picture_bytes){ b->data + at + HEAD, box->whole - HEAD };
	return true;
}

/* The content of the first box of that name, from offset skip on. */
static bool find(const struct picture_bytes *b, size_t skip, const char *name, struct picture_bytes *content)
{
	struct box box;
	for (size_t at = skip; box_at(b, at, &box); at += box.whole)
		if (picture_bytes_are(b, at + 4, name, 4)) {
			*content = box.content;
			return true;
		}
	return false;
}

/* "avif" or "avis" (a sequence) is the brand of the file, or one that it is compatible with. */
static bool is_avif(const struct picture_bytes *b)
{
	struct box type;
	if (!picture_bytes_are(b, 4, "ftyp", 4) || !box_at(b, 0, &type))
		return false;
	for (size_t at = 0; at + 4 <= type.content.size; at += at ? 4 : 8)
		if (picture_bytes_are(&type.content, at, "avif", 4) || picture_bytes_are(&type.content, at, "avis", 4))
			return true;
	return false;
}

/* Thumbnails and the tiles of a grid have sizes of their own: that of the whole is the largest. */
bool picture_avif(const struct picture_bytes *b, struct picture_head *head)
{
	enum { FULL = 4 }; /* bytes of version and flags */
	struct picture_bytes meta, properties, all;
	unsigned width = 0, height = 0;
	bool turned = false;
	struct box box;
	if (!is_avif(b) || !find(b, 0, "meta", &meta) || !find(&meta, FULL, "iprp", &properties) || !find(&properties, 0, "ipco", &all))
		return false;
	for (size_t at = 0; box_at(&all, at, &box); at += box.whole) {
		unsigned wide = picture_big(&box.content, FULL, 4), high = picture_big(&box.content, FULL + 4, 4);
		if (picture_bytes_are(&all, at + 4, "irot", 4))
			turned = picture_big(&box.content, 0, 1) & 1;
		if (picture_bytes_are(&all, at + 4, "ispe", 4) && (unsigned long long)wide * high > (unsigned long long)width * height) {
			width = wide;
			height = high;
		}
	}
	return picture_bytes_size(head, PICTURE_AVIF, turned ? height : width, turned ? width : height);
}
