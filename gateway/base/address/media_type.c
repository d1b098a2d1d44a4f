#include "gateway/base/address/media_type.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const struct {
	const char *extension, *type;
} types[] = {
	{ "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" }, { "png", "image/png" }, { "gif", "image/gif" }, { "webp", "image/webp" },
	{ "avif", "image/avif" }, { "heic", "image/heic" }, { "jxl", "image/jxl" }, { "svg", "image/svg+xml" },
	{ "mp3", "audio/mpeg" }, { "ogg", "audio/ogg" }, { "oga", "audio/ogg" }, { "opus", "audio/ogg" }, { "m4a", "audio/mp4" }, { "m4b", "audio/mp4" },
	{ "aac", "audio/aac" }, { "flac", "audio/flac" }, { "wav", "audio/wav" },
	{ "mp4", "video/mp4" }, { "m4v", "video/mp4" }, { "webm", "video/webm" }, { "ogv", "video/ogg" }, { "mov", "video/quicktime" },
	{ "mkv", "video/x-matroska" }, { "m3u8", "application/vnd.apple.mpegurl" },
	{ "pdf", "application/pdf" }, { "epub", "application/epub+zip" }, { "zip", "application/zip" }, { "torrent", "application/x-bittorrent" },
};

/* Two tokens (RFC 9110 section 5.6.2) with a slash between them, and nothing or parameters behind. */
static bool is_type(const char *s)
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";
	size_t first = s ? strspn(s, token) : 0, second = first && s[first] == '/' ? strspn(s + first + 1, token) : 0;
	const char *end = second ? s + first + 1 + second : NULL;
	return end && (!*end || *end == ';' || *end == ' ');
}

const char *media_type(const char *said, const char *url)
{
	if (is_type(said) || !url)
		return is_type(said) ? said : NULL;
	char *path = mem_ndup(NULL, url, strcspn(url, "?#"));
	const char *dot = strrchr(path, '.'), *type = NULL;
	for (size_t i = 0; dot && !type && i < sizeof types / sizeof *types; i++)
		if (text_same(dot + 1, types[i].extension))
			type = types[i].type;
	talloc_free(path);
	return type;
}
