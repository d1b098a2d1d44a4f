/* test-beside - where a reader goes on from an entry that is not the whole, and what is shown beside its text. */
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

#define SITE "https://lamp.test"
#define MORE "<p>More at <a href=\"https://blog.test/p?a&amp;b\">blog.test</a></p>"
#define LINKED(img) "<figure><a href=\"https://blog.test/p?a&amp;b\">" img "</a></figure>\n"

static const struct {
	const char *what;
	struct entry entry;
	struct entry_enclosure enclosure;
	const char *page, *letter, *feed;
} cases[] = {
	{ "a title alone", { .link = "https://blog.test/p?a&b" }, { 0 }, "", MORE, MORE },
	{ "an excerpt", { .link = "https://blog.test/p?a&b", .content = "<p>a</p>" }, { 0 }, "<p>a</p>", "<p>a</p>\n" MORE, "<p>a</p>\n" MORE },
	{ "a text that has the link", { .link = "https://blog.test/p?a&b", .content = "<p><a href=\"https://blog.test/p?a&amp;b\">a</a></p>" }, { 0 },
	  "<p><a href=\"https://blog.test/p?a&amp;b\">a</a></p>", "<p><a href=\"https://blog.test/p?a&amp;b\">a</a></p>", "<p><a href=\"https://blog.test/p?a&amp;b\">a</a></p>" },
	{ "a page of our own, or of nobody", { .link = SITE "/x", .content = "<p>a</p>" }, { 0 }, "<p>a</p>", "<p>a</p>", "<p>a</p>" },
	{ "one where we were", { .link = "https://wick.test/x", .content = "<p>a</p>" }, { 0 }, "<p>a</p>", "<p>a</p>", "<p>a</p>" },
	{ "from another feed", { .link = SITE "/x", .content = "<p>a</p>", .via = "Waves & Wind", .via_url = "https://waves.test/?a&b" }, { 0 }, "<p>a</p>",
	  "<p>a</p>\n<p>From <a href=\"https://waves.test/?a&amp;b\">Waves &amp; Wind</a></p>", "<p>a</p>" },
	{ "from one without an address", { .content = "<p>a</p>", .via = "<Waves>" }, { 0 }, "<p>a</p>", "<p>a</p>\n<p>From &lt;Waves&gt;</p>", "<p>a</p>" },
	{ "no address", { .link = "javascript:x", .content = "<p>a</p>" }, { 0 }, "<p>a</p>", "<p>a</p>", "<p>a</p>" },
	{ "a film", { .link = "https://blog.test/p?a&b", .image = { "https://i.test/hq.jpg", "\"F\"", 4, 3 } }, { 0 }, LINKED("<img src=\"https://i.test/hq.jpg\" alt=\"&quot;F&quot;\" width=\"4\" height=\"3\">"),
	  LINKED("<img src=\"https://i.test/hq.jpg\" alt=\"&quot;F&quot;\" width=\"4\" height=\"3\">") MORE, LINKED("<img src=\"https://i.test/hq.jpg\" alt=\"&quot;F&quot;\" width=\"4\" height=\"3\">") MORE },
	{ "sound", { .title = "T <1>", .content = "<p>a</p>" }, { "https://blog.test/e.mp3", "audio/mpeg", NULL, 1234 },
	  "<p>a</p>\n<p><audio controls preload=\"none\" src=\"https://blog.test/e.mp3\"></audio></p>\n<p>Listen: <a href=\"https://blog.test/e.mp3\">T &lt;1&gt;</a> (1 kB)</p>\n",
	  "<p>a</p>\n<p>Listen: <a href=\"https://blog.test/e.mp3\">T &lt;1&gt;</a> (1 kB)</p>\n", "<p>a</p>" },
	{ "film, by its name", { 0 }, { "https://blog.test/e.MP4?x", "", NULL, -1 },
	  "<p><video controls preload=\"none\" src=\"https://blog.test/e.MP4?x\"></video></p>\n<p>Watch: <a href=\"https://blog.test/e.MP4?x\">e.MP4?x</a></p>\n",
	  "<p>Watch: <a href=\"https://blog.test/e.MP4?x\">e.MP4?x</a></p>\n", "" },
	{ "a file", { 0 }, { "https://blog.test/e.pdf", "application/pdf", "Chart", 999 }, "<p>File: <a href=\"https://blog.test/e.pdf\">Chart</a> (999 bytes)</p>\n",
	  "<p>File: <a href=\"https://blog.test/e.pdf\">Chart</a> (999 bytes)</p>\n", "" },
	{ "a picture of the day", { .content = "<p>Caption</p>", .image = { "https://blog.test/pic.jpg", NULL, 0, 0 } }, { "https://blog.test/pic.jpg", "image/jpeg", NULL, 9 },
	  "<figure><img src=\"https://blog.test/pic.jpg\" alt=\"\"></figure>\n<p>Caption</p>", "<figure><img src=\"https://blog.test/pic.jpg\" alt=\"\"></figure>\n<p>Caption</p>",
	  "<figure><img src=\"https://blog.test/pic.jpg\" alt=\"\"></figure>\n<p>Caption</p>" },
	{ "a picture that is in the text in another size", { .content = "<p><img src=\"https://c.test/boat-300x200.jpg?w=1\" alt=\"\"></p>", .image = { "https://blog.test/boat-1024x768.jpg", NULL, 0, 0 } }, { 0 },
	  "<p><img src=\"https://c.test/boat-300x200.jpg?w=1\" alt=\"\"></p>", "<p><img src=\"https://c.test/boat-300x200.jpg?w=1\" alt=\"\"></p>", "<p><img src=\"https://c.test/boat-300x200.jpg?w=1\" alt=\"\"></p>" },
	{ "a picture with a short name", { .content = "<p>A toot</p>", .image = { "https://blog.test/t.jpg", "A red boat", 0, 0 } }, { 0 }, "<figure><img src=\"https://blog.test/t.jpg\" alt=\"A red boat\"></figure>\n<p>A toot</p>",
	  "<figure><img src=\"https://blog.test/t.jpg\" alt=\"A red boat\"></figure>\n<p>A toot</p>", "<figure><img src=\"https://blog.test/t.jpg\" alt=\"A red boat\"></figure>\n<p>A toot</p>" },
	{ "the face of its author", { .content = "<p>a</p>", .image = { "https://0.gravatar.com/avatar/abc?s=96", NULL, 0, 0 } }, { 0 }, "<p>a</p>", "<p>a</p>", "<p>a</p>" },
	{ "a picture comes behind a warning", { .warning = "w", .content = "<p>w</p>", .image = { "https://blog.test/pic.jpg", "A", 0, 0 } }, { 0 }, "<p>w</p>\n<figure><img src=\"https://blog.test/pic.jpg\" alt=\"A\"></figure>\n",
	  "<p>w</p>\n<figure><img src=\"https://blog.test/pic.jpg\" alt=\"A\"></figure>\n", "<p>w</p>\n<figure><img src=\"https://blog.test/pic.jpg\" alt=\"A\"></figure>\n" },
	{ "addresses that are none", { .content = "<p>a</p>", .image = { "javascript:x", NULL, 0, 0 } }, { "data:text/html,x", "audio/mpeg", NULL, 1 }, "<p>a</p>", "<p>a</p>", "<p>a</p>" },
};

int main(void)
{
	void *t = talloc_new(NULL);
	const struct publication site = { .url = SITE, .host = "lamp.test", .former = (const char *const[]){ "https://wick.test", NULL } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct entry e = cases[i].entry;
		struct entry_enclosure one = cases[i].enclosure;
		if (one.url)
			e.enclosures = &one, e.enclosure_count = 1;
		is(beside_content(t, &e, &site, BESIDE_PAGE), cases[i].page, mem_printf(t, "%s, on a page", cases[i].what));
		is(beside_content(t, &e, &site, BESIDE_LETTER), cases[i].letter, mem_printf(t, "%s, in a letter", cases[i].what));
		is(beside_content(t, &e, &site, BESIDE_FEED), cases[i].feed, mem_printf(t, "%s, in a feed", cases[i].what));
	}
	talloc_free(t);
	return tap_done();
}
