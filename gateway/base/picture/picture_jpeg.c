#include "gateway/base/picture/picture_jpeg.h"

enum { ORIENTATION = 0x0112, ENTRY = 12 };

/* Does the Exif data (a TIFF file at offset at, of n bytes) say that width and height change places? */
static bool is_turned(const struct picture_bytes *b, size_t at, size_t n)
{
	const struct picture_bytes tiff = { b->data + at, n };
	bool little = picture_bytes_are(&tiff, 0, "II*\0", 4);
	unsigned (*number)(const struct picture_bytes *, size_t, size_t) = little ? picture_little : picture_big;
	if (!little && !picture_bytes_are(&tiff, 0, "MM\0*", 4))
		return false;
	size_t directory = number(&tiff, 4, 4), count = number(&tiff, directory, 2);
	for (size_t i = 0; i < count && directory + 2 + (i + 1) * ENTRY <= n; i++) {
		size_t entry = directory + 2 + i * ENTRY;
		if (number(&tiff, entry, 2) == ORIENTATION)
			return number(&tiff, entry + 8, 2) >= 5 && number(&tiff, entry + 8, 2) <= 8;
	}
	return false;
}

/* Start of frame: C0 to CF, but for the tables and the extension among them (ITU T.81, table B.1). */
static bool is_frame(unsigned marker) { return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC; }

/* Segments follow one another, each with its length, up to the frame that has the size. */
bool picture_jpeg(const struct picture_bytes *b, struct picture_head *head)
{
	bool turned = false;
	if (!picture_bytes_are(b, 0, "\xFF\xD8\xFF", 3))
		return false;
	for (size_t at = 2; at + 4 <= b->size && b->data[at] == 0xFF;) {
		unsigned marker = b->data[at + 1], length = picture_big(b, at + 2, 2);
		if (marker == 0xFF) {
			at++;
			continue;
		}
		if (length < 2 || length > b->size - at - 2)
			return false;
		if (marker == 0xE1 && length > 8 && picture_bytes_are(b, at + 4, "Exif\0\0", 6))
			turned = is_turned(b, at + 10, length - 8);
		if (is_frame(marker)) {
			unsigned height = picture_big(b, at + 5, 2), width = picture_big(b, at + 7, 2);
			return length >= 7 && picture_bytes_size(head, PICTURE_JPEG, turned ? height : width, turned ? width : height);
		}
		at += 2 + length;
	}
	return false;
}
