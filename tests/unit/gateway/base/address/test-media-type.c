#include "gateway/base/address/media_type.h"
#include "tap.h"

static const struct {
	const char *said, *url, *type;
} cases[] = {
	{ "audio/mpeg", "https://m.example/4", "audio/mpeg" },
	{ "audio/mp4; codecs=opus", "https://m.example/4.mp3", "audio/mp4; codecs=opus" },
	{ "application/x.y+z", NULL, "application/x.y+z" },
	{ NULL, "https://m.example/4.mp3", "audio/mpeg" },
	{ "", "https://m.example/4.m4a?token=a.b/c.pdf", "audio/mp4" },
	{ "", "https://m.example/4.PDF#page=2", "application/pdf" },
	{ "audio", "https://m.example/4.flac", "audio/flac" },
	{ "mp3", "https://m.example/4.mp3", "audio/mpeg" },
	{ "audio/", "https://m.example/4.opus", "audio/ogg" },
	{ "/mpeg", "https://m.example/4.jpeg", "image/jpeg" },
	{ " audio/mpeg\n", "https://m.example/4.webm", "video/webm" },
	{ "\"audio/mpeg\"", "https://m.example/4.mov", "video/quicktime" },
	{ "", "https://m.example/", NULL },
	{ "", "https://m.example/a.mp3/", NULL },
	{ "", "https://m.example/a.tar.unknown", NULL },
	{ NULL, NULL, NULL },
};

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is(media_type(cases[i].said, cases[i].url), cases[i].type, cases[i].url ? cases[i].url : "no address");
	return tap_done();
}
