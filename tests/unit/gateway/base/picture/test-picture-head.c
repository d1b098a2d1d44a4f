/* The size of each kind of picture from its first bytes, and of nothing that is none; no byte beyond the end is read. */
#include "gateway/base/picture/picture_head.h"
#include "tap.h"
#include <stdlib.h>

#define BYTES(s) (s), sizeof(s) - 1
#define START "\xFF\xD8\xFF\xE0\0\x06JFIF"
#define FRAME(MARKER) "\xFF" MARKER "\0\x0B\x08\x01\x2C\x01\x90\x01\x01\x11\0" /* 400 x 300 */
#define EXIF_BIG(TURN) "\xFF\xD8\xFF\xE1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" TURN "\0\0\0\0\0\0"
#define EXIF_LITTLE(TURN) "\xFF\xD8\xFF\xE1\0\x22" "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" TURN "\0\0\0\0\0\0\0"
#define PNG "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"
#define AVIF "\0\0\0\x18" "ftypavif\0\0\0\0mif1avif"
#define ISPE(WIDTH, HEIGHT) "\0\0\0\x14ispe\0\0\0\0\0\0" WIDTH "\0\0" HEIGHT
#define META(ONE, TWO, SIZES) "\0\0\0" ONE "meta\0\0\0\0\0\0\0" TWO "iprp" "\0\0\0" SIZES "ipco"

static const struct {
	const char *what, *data;
	size_t size;
	enum picture_type type; /* 0: none */
	int width, height;
} cases[] = {
	{ "a JPEG", BYTES(START FRAME("\xC0")), PICTURE_JPEG, 400, 300 },
	{ "a progressive one", BYTES(START FRAME("\xC2")), PICTURE_JPEG, 400, 300 },
	{ "with bytes that fill up", BYTES("\xFF\xD8\xFF\xFF\xFF\xDB\0\x03\0" FRAME("\xC1")), PICTURE_JPEG, 400, 300 },
	{ "a table of Huffman codes is no frame", BYTES("\xFF\xD8\xFF\xC4\0\x0B\x08\0\x07\0\x07\x01\x01\x11\0" FRAME("\xC0")), PICTURE_JPEG, 400, 300 },
	{ "lying on its side by its Exif data", BYTES(EXIF_BIG("\x06") FRAME("\xC0")), PICTURE_JPEG, 300, 400 },
	{ "which may be little-endian", BYTES(EXIF_LITTLE("\x08") FRAME("\xC0")), PICTURE_JPEG, 300, 400 },
	{ "upside down it is as wide as it is", BYTES(EXIF_BIG("\x03") FRAME("\xC0")), PICTURE_JPEG, 400, 300 },
	{ "a JPEG without a frame", BYTES(START "\xFF\xD9\0\0"), 0, 0, 0 },
	{ "with a segment beyond its end", BYTES("\xFF\xD8\xFF\xE0\x7F\xFF" "JFIF"), 0, 0, 0 },
	{ "with a segment of no length", BYTES("\xFF\xD8\xFF\xE0\0\0" FRAME("\xC0")), 0, 0, 0 },
	{ "of no width", BYTES(START "\xFF\xC0\0\x0B\x08\x01\x2C\0\0\x01\x01\x11\0"), 0, 0, 0 },
	{ "a PNG", BYTES(PNG "\0\0\x02\x80\0\0\x01\xE0\x08\x06\0\0\0"), PICTURE_PNG, 640, 480 },
	{ "of a size that no picture has", BYTES(PNG "\x7F\xFF\xFF\xFF\0\0\x01\xE0\x08\x06\0\0\0"), 0, 0, 0 },
	{ "that begins with another chunk", BYTES("\x89PNG\r\n\x1A\n\0\0\0\x0DtEXt\0\0\x02\x80\0\0\x01\xE0"), 0, 0, 0 },
	{ "a GIF", BYTES("GIF89a\x0A\0\x14\0\x80"), PICTURE_GIF, 10, 20 },
	{ "an old GIF", BYTES("GIF87a\x0A\0\x14\0\x80"), PICTURE_GIF, 10, 20 },
	{ "a WebP", BYTES("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9D\x01\x2A\x40\x01\xF0\0"), PICTURE_WEBP, 320, 240 },
	{ "without loss", BYTES("RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2F\x3F\xC1\x3B\0\0\0\0\0\0"), PICTURE_WEBP, 320, 240 },
	{ "with more in it", BYTES("RIFF\x24\0\0\0WEBPVP8X\x0A\0\0\0\x10\0\0\0\x3F\x01\0\xEF\0\0"), PICTURE_WEBP, 320, 240 },
	{ "a sound is a RIFF file too", BYTES("RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xAC\0\0\0\0"), 0, 0, 0 },
	{ "an AVIF", BYTES(AVIF META("\x30", "\x24", "\x1C") ISPE("\x05\0", "\x02\xD0")), PICTURE_AVIF, 1280, 720 },
	{ "the whole is larger than its tiles", BYTES(AVIF META("\x44", "\x38", "\x30") ISPE("\x01\0", "\x01\0") ISPE("\x05\0", "\x02\xD0")), PICTURE_AVIF, 1280, 720 },
	{ "turned", BYTES(AVIF META("\x39", "\x2D", "\x25") ISPE("\x05\0", "\x02\xD0") "\0\0\0\x09irot\x01"), PICTURE_AVIF, 720, 1280 },
	{ "a film is no AVIF", BYTES("\0\0\0\x18" "ftypisom\0\0\0\0mp41isom" META("\x30", "\x24", "\x1C") ISPE("\x05\0", "\x02\xD0")), 0, 0, 0 },
	{ "a drawing is none, it has scripts", BYTES("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>"), 0, 0, 0 },
	{ "neither is a page", BYTES("<!DOCTYPE html><title>GIF89a</title>"), 0, 0, 0 },
	{ "nor nothing", BYTES(""), 0, 0, 0 },
};

/* The bytes alone in memory, so that a read beyond them is seen. */
static bool read_alone(const char *data, size_t size, struct picture_head *head)
{
	char *copy = malloc(size ? size : 1);
	memcpy(copy, data, size);
	*head = (struct picture_head){ 0 };
	bool is = picture_head_read(copy, size, head);
	free(copy);
	return is;
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct picture_head head;
		bool is = read_alone(cases[i].data, cases[i].size, &head);
		ok(is == (cases[i].type != 0) && head.type == cases[i].type && head.width == cases[i].width && head.height == cases[i].height, cases[i].what);
		for (size_t size = 0; size < cases[i].size; size++)
			read_alone(cases[i].data, size, &head);
	}
	is(picture_media_type(PICTURE_AVIF), "image/avif", "each has a media type");
	is(picture_extension(PICTURE_JPEG), "jpg", "and an ending");
	is(picture_extension((enum picture_type)9), NULL, "and nothing else has");
	return tap_done();
}
