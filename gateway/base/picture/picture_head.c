#include "gateway/base/picture/picture_head.h"
#include "gateway/base/picture/picture_avif.h"
#include "gateway/base/picture/picture_bytes.h"
#include "gateway/base/picture/picture_jpeg.h"
#include <string.h>

static bool png(const struct picture_bytes *b, struct picture_head *head)
{
	if (!picture_bytes_are(b, 0, "\x89PNG\r\n\x1A\n", 8) || !picture_bytes_are(b, 12, "IHDR", 4) || b->size < 24)
		return false;
	return picture_bytes_size(head, PICTURE_PNG, picture_big(b, 16, 4), picture_big(b, 20, 4));
}

static bool gif(const struct picture_bytes *b, struct picture_head *head)
{
	if ((!picture_bytes_are(b, 0, "GIF87a", 6) && !picture_bytes_are(b, 0, "GIF89a", 6)) || b->size < 10)
		return false;
	return picture_bytes_size(head, PICTURE_GIF, picture_little(b, 6, 2), picture_little(b, 8, 2));
}

/* RFC 9649: the first chunk of a RIFF file is of one of three kinds. */
static bool webp(const struct picture_bytes *b, struct picture_head *head)
{
	if (!picture_bytes_are(b, 0, "RIFF", 4) || !picture_bytes_are(b, 8, "WEBP", 4) || b->size < 30)
		return false;
	if (picture_bytes_are(b, 12, "VP8X", 4))
		return picture_bytes_size(head, PICTURE_WEBP, picture_little(b, 24, 3) + 1, picture_little(b, 27, 3) + 1);
	if (picture_bytes_are(b, 12, "VP8L", 4) && b->data[20] == 0x2F) {
		unsigned bits = picture_little(b, 21, 4);
		return picture_bytes_size(head, PICTURE_WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
	}
	if (picture_bytes_are(b, 12, "VP8 ", 4) && picture_bytes_are(b, 23, "\x9D\x01\x2A", 3))
		return picture_bytes_size(head, PICTURE_WEBP, picture_little(b, 26, 2) & 0x3FFF, picture_little(b, 28, 2) & 0x3FFF);
	return false;
}

bool picture_head_read(const void *data, size_t size, struct picture_head *head)
{
	static bool (*const readers[])(const struct picture_bytes *, struct picture_head *) = { picture_jpeg, png, gif, webp, picture_avif };
	const struct picture_bytes b = { data, size };
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (readers[i](&b, head))
			return true;
	return false;
}

static const struct { const char *extension, *media_type; } types[] = {
	[PICTURE_JPEG] = { "jpg", "image/jpeg" }, [PICTURE_PNG] = { "png", "image/png" }, [PICTURE_GIF] = { "gif", "image/gif" },
	[PICTURE_WEBP] = { "webp", "image/webp" }, [PICTURE_AVIF] = { "avif", "image/avif" },
};

static bool is_type(enum picture_type type) { return type >= PICTURE_JPEG && type <= PICTURE_AVIF; }

const char *picture_extension(enum picture_type type) { return is_type(type) ? types[type].extension : NULL; }
const char *picture_media_type(enum picture_type type) { return is_type(type) ? types[type].media_type : NULL; }
