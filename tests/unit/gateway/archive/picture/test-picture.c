/* Pictures within a text, what is a poster, and texts that show what is kept. */
#include "gateway/archive/picture/picture_map.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include <stdlib.h>

#define HASH "a9b00555ab29f4b738be08d937b2a9b3948329a0f02974f9dd9014480340a02a"

static const struct {
	const char *what, *url;
	bool taken;
} urls[] = {
	{ "a picture", "data:image/gif;base64,R0lGODlhCgAUAIA=", true },
	{ "the word of its type says nothing", "data:image/png;base64,R0lGODlhCgAUAIA=", true },
	{ "without any", "data:;base64,R0lGODlhCgAUAIA=", true },
	{ "with a parameter, in capitals, with blanks", "  DATA:image/gif;charset=utf-8;BASE64,R0lG ODlh\nCgAUAIA=", true },
	{ "escaped, without padding", "data:image/gif;base64,R0lGODlhCgAUAIA%3D", true },
	{ "one pixel stands for another picture", "data:image/gif;base64,R0lGODlhAQABAIA=", false },
	{ "a drawing has scripts", "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=", false },
	{ "one that lies about it", "data:image/png;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=", false },
	{ "a page", "data:text/html;base64,PHNjcmlwdD4=", false },
	{ "no base64", "data:image/gif,GIF89a", false },
	{ "broken base64", "data:image/gif;base64,R0lG*DlhCgAUAIA=", false },
	{ "nothing in it", "data:image/gif;base64,", false },
	{ "no comma", "data:image/gif;base64", false },
	{ "an address", "https://blog.test/a.gif;base64,R0lGODlhCgAUAIA=", false },
};

static const struct {
	const char *address;
	bool is;
} posters[] = {
	{ "https://i.ytimg.com/vi/a/hqdefault.jpg", true }, { "http://I1.YTIMG.com:80/vi/a/0.jpg", true }, { "https://img.youtube.com/vi/a/0.jpg", true },
	{ "https://i.vimeocdn.com/video/1.jpg", true }, { "https://www.dailymotion.com/thumbnail/video/x", true }, { "https://s1.dmcdn.net/v/x.jpg", true },
	{ "https://i1.sndcdn.com/artworks.jpg", true }, { "https://f4.bcbits.com/img/a.jpg", true }, { "https://i.scdn.co/image/a", true },
	{ "https://www.dailymotion.com/logo.png", false }, { "https://blog.test/i.ytimg.com/a.jpg", false }, { "https://notytimg.com/a.jpg", false },
	{ "https://i.ytimg.com.evil.test/a.jpg", false }, { "picture:" HASH ".gif", false }, { "", false },
};

#define KEPT "{\"https://a.test/1.jpg?a=1&b=2\":[\"/media/x.jpg\",640,480],\"https://i.ytimg.com/vi/a/0.jpg\":[\"/media/y.jpg\",480,360],\"picture:z.gif\":[\"/media/z.gif\",10,20]}"
#define FILM "<a href=\"https://www.youtube.com/watch?v=a\">"

static const struct {
	const char *what, *html, *shown;
} texts[] = {
	{ "one that is kept, with its size", "<p><img src=\"https://a.test/1.jpg?a=1&amp;b=2\" alt=\"A\"></p>",
	  "<p><img src=\"https://penny.test/media/x.jpg\" alt=\"A\" width=\"640\" height=\"480\"></p>" },
	{ "the author's size stays", "<img src=\"https://a.test/1.jpg?a=1&amp;b=2\" alt=\"\" width=\"64\">", "<img src=\"https://penny.test/media/x.jpg\" alt=\"\" width=\"64\">" },
	{ "one that is not", "<p><img src=\"https://a.test/2.jpg\" alt=\"B\"></p>", "<p><img src=\"https://a.test/2.jpg\" alt=\"B\"></p>" },
	{ "the preview of a film", FILM "<img src=\"https://i.ytimg.com/vi/a/0.jpg\" alt=\"F\"></a>", FILM "<img src=\"https://penny.test/media/y.jpg\" alt=\"F\" width=\"480\" height=\"360\"></a>" },
	{ "not kept: words in the link", "<p>" FILM "<img src=\"https://i.ytimg.com/vi/b/0.jpg\" alt=\"The film\"></a></p>", "<p>" FILM "The film</a></p>" },
	{ "not kept, and without words", FILM "<img src=\"https://i.ytimg.com/vi/b/0.jpg\" alt=\"\"></a>", FILM "Video</a>" },
	{ "not kept, and in no link", "<p>a <img src=\"https://i.ytimg.com/vi/b/0.jpg\" alt=\"B\"> b</p>", "<p>a [image: B] b</p>" },
	{ "nothing is left of it", "<p>a</p><figure><img src=\"https://i.ytimg.com/vi/b/0.jpg\" alt=\"\"></figure><p>b</p>", "<p>a</p><p>b</p>" },
	{ "one within the text", "<p><img src=\"picture:z.gif\" alt=\"Z\"></p>", "<p><img src=\"https://penny.test/media/z.gif\" alt=\"Z\" width=\"10\" height=\"20\"></p>" },
	{ "one that was too much to keep", "<p><img src=\"picture:w.gif\" alt=\"W\"> and</p>", "<p>[image: W] and</p>" },
	{ "words are no picture", "<p>src=\"https://i.ytimg.com/vi/b/0.jpg\" &lt;img src=\"picture:z.gif\"&gt;</p>", "<p>src=\"https://i.ytimg.com/vi/b/0.jpg\" &lt;img src=\"picture:z.gif\"&gt;</p>" },
	{ "two alike", "<img src=\"picture:z.gif\" alt=\"\"><img src=\"picture:z.gif\" alt=\"\">",
	  "<img src=\"https://penny.test/media/z.gif\" alt=\"\" width=\"10\" height=\"20\"><img src=\"https://penny.test/media/z.gif\" alt=\"\" width=\"10\" height=\"20\">" },
};

static void lists(void *t)
{
	char gif[] = "GIF89a\x0A\0\x14\0\x80";
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		struct picture_list *list = picture_list_new(t);
		const char *address = picture_list_add_url(list, urls[i].url);
		ok((address != NULL) == urls[i].taken && list->count == urls[i].taken, urls[i].what);
		if (address)
			ok(picture_is_own(address) && picture_list_has(list, address) && list->all[0].head.height == 20, "… by its address");
	}
	struct picture_list *list = picture_list_new(t);
	for (int i = 0; i < PICTURE_LIST_COUNT + 9; i++) {
		gif[6] = (char)(i + 3);
		picture_list_add(list, gif, sizeof gif);
		picture_list_add(list, gif, sizeof gif);
	}
	is_int((long long)list->count, PICTURE_LIST_COUNT, "each once, and so many at most");
	list = picture_list_new(t);
	char *large = talloc_zero_size(t, PICTURE_MAX + 1);
	memcpy(large, gif, sizeof gif);
	ok(!picture_list_add(list, large, PICTURE_MAX + 1), "none that is too large");
	for (int i = 0; i < 9; i++) {
		large[100] = (char)i;
		picture_list_add(list, large, PICTURE_MAX);
	}
	ok(list->bytes == PICTURE_LIST_MAX, "nor more bytes in all");
}

int main(void)
{
	void *t = talloc_new(NULL);
	struct picture p;
	const char **all = NULL;
	size_t count = 0;
	ok(picture_make(t, "GIF89a\x0A\0\x14\0\x80", 11, &p), "a picture");
	is(p.address, "picture:" HASH ".gif", "… is named by its hash");
	is(picture_path(t, p.hash, p.head.type), "/media/" HASH ".gif", "… and has a path");
	is(picture_hash_of(t, HASH ".gif"), HASH, "… that names it");
	ok(!picture_hash_of(t, HASH ".svg") && !picture_hash_of(t, HASH) && !picture_hash_of(t, HASH "0.gif") && !picture_hash_of(t, "../" HASH ".gif"), "nothing else does");
	lists(t);
	for (size_t i = 0; i < sizeof posters / sizeof *posters; i++)
		ok(picture_is_poster(posters[i].address) == posters[i].is, *posters[i].address ? posters[i].address : "nothing");
	const struct picture_map *map = picture_map_read(t, KEPT, "https://penny.test"), *none = picture_map_read(t, NULL, NULL);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		is(picture_map_html(t, map, texts[i].html), texts[i].shown, texts[i].what);
	is(picture_map_html(t, none, texts[0].html), texts[0].html, "nothing is kept: as it was");
	is(picture_map_html(t, none, texts[4].html), texts[4].shown, "but a film is words");
	is(picture_map_html(t, none, NULL), NULL, "no text is none");
	ok(!picture_map_find(picture_map_read(t, "[1,", ""), "a"), "what is no JSON keeps nothing");
	picture_addresses(t, "<img src=\"https://a.test/1.jpg?a=1&amp;b=2\"><p><img src=\"picture:z.gif\"><img src=\"https://a.test/1.jpg?a=1&amp;b=2\"><img src=\"/x\"></p>", &all, &count);
	ok(count == 2 && strcmp(all[0], "https://a.test/1.jpg?a=1&b=2") == 0 && strcmp(all[1], "picture:z.gif") == 0, "the pictures of a text, each once");
	talloc_free(t);
	return tap_done();
}
