/* What goes out is read back: by our own parser here, and by feedparser when it is installed (tests/feed-out.py). */
#include "feeds/parse/feed_parse.h"
#include "feeds/vocabulary/record.h"
#include "feeds/write/write.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct publication publication = {
	.id = 1, .url = "https://letters.example", .origin = "https://letters.example", .host = "letters.example", .name = "Salt & <Slate>", .handle = "salt",
	.summary = "Roofs; \"walls\"", .author = "Mair", .language = "en-GB", .created = INT64_C(1788652200000),
};

static struct entry_person people[] = { { "Mair & Co", NULL, NULL }, { "Bo", NULL, NULL } };
static struct entry_enclosure enclosures[] = { { "https://m.example/4.mp3?a=1&b=2", "audio/mpeg", NULL, 314 }, { "https://m.example/4.ogg", NULL, NULL, -1 } };
static struct entry_enclosure typed[] = { { "https://m.example/4.MP3?x=1.pdf", "", NULL, 0 } }, unknown[] = { { "https://m.example/4", "audio", NULL, 0 } };
static const char *tags[] = { "Roofs", "R&D" };

static struct entry full = {
	.id = 7, .publication = 1, .slug = "nail-sickness", .title = "Why slates <slip> & \"fall\"", .content = "<p>It ends ]]> here &amp; now.\x01</p>",
	.excerpt = "It ends & <here>.", .authors = people, .author_count = 2, .tags = tags, .tag_count = 2,
	.enclosures = enclosures, .enclosure_count = 2, .image = { "https://m.example/i.png?x&y", "alt", 640, 480 },
	.published = INT64_C(1788676200000), .revised = INT64_C(1788762600000), .words = 5,
};
static struct entry bare = { .id = 6, .publication = 1, .slug = "aside", .content = "<p>The opening.</p>", .excerpt = "The opening.", .published = INT64_C(1788589800000) };
static struct entry odd = {
	.id = 5, .publication = 1, .slug = "odd", .title = "Keep <b> & &amp;", .content = "<p><a href=\"#p-r1\">1</a></p>", .excerpt = "1",
	.enclosures = (struct entry_enclosure[]){ { "https://[::1]/a[1].mp3?b[]=2", "mp3", NULL, 1 } }, .enclosure_count = 1, .published = INT64_C(1788589700000),
};
static struct entry *entries[] = { &full, &bare, &odd };
static const bool cut[] = { false, true, false };

static const struct {
	const char *name, *format;
	void (*write)(FILE *out, const struct feed_out *feed);
} writers[] = { { "RSS", "rss20", write_rss }, { "Atom", "atom10", write_atom } };

static const struct feed_out out_feed = {
	.publication = &publication, .self = "https://letters.example/feed?a=1&b=2", .updated = INT64_C(1788762600000), .entries = entries, .cut = cut, .count = 3,
};

static char *written(void *owner, size_t i, const struct feed_out *feed)
{
	struct document *d = document_new(owner);
	writers[i].write(document_out(d), feed);
	return document_finish(d, owner);
}

#define FIGURE "<figure><img src=\"https://m.example/i.png?x&amp;y\" alt=\"alt\" width=\"640\" height=\"480\"></figure>"

static void read_back(size_t i)
{
	void *t = talloc_new(NULL);
	struct error err = { 0 };
	char *xml = written(t, i, &out_feed), *again = written(t, i, &out_feed);
	is(xml, again, mem_printf(t, "%s: the same feed gives the same bytes", writers[i].name));
	struct feed *f = feed_parse(t, xml, strlen(xml), NULL, NULL, &err);
	if (!ok(f && f->count == 3 && !f->broken, "it is well-formed and has its entries"))
		return;
	const struct entry *e = f->entries[0], *b = f->entries[1];
	is(f->format, writers[i].format, "in that format");
	is(f->title, publication.name, "the title");
	is(f->link, "https://letters.example/", "the site");
	is(f->self, out_feed.self, "where it is served");
	ok(strstr(xml, "rel=\"self\" type=\"application/") != NULL, "and as what");
	is(f->language, "en-GB", "the language");
	is_int(f->updated, out_feed.updated, "when it changed");
	is(e->guid, write_entry_id(t, &publication, &full), "an entry's id");
	ok(!strstr(e->guid, "nail") && strncmp(e->guid, "tag:", 4) == 0, "… which no change of slug changes");
	is(e->link, "https://letters.example/2026/nail-sickness", "its page");
	is(e->title, full.title, "its title, markup and all");
	is(e->content, FIGURE "\n<p>It ends ]]> here &amp; now.</p>", "its picture and its text, less what XML forbids");
	ok(strstr(e->summary, "It ends") != NULL, "its excerpt");
	is_int(e->published, full.published, "its date");
	is_int((long long)e->tag_count, 2, "its tags");
	is(e->enclosures[0].url, enclosures[0].url, "its enclosure");
	is_int(e->enclosures[0].length, 314, "… with length");
	ok(strstr(e->authors[0].name, "Mair & Co") != NULL, "its authors");
	ok(text_blank(b->title), "one without a title has none");
	ok(strstr(b->content, "The opening.") && strstr(b->content, "<a href=\"https://letters.example/2026/aside\">"), "one that is cut leads to the rest");
	const struct entry *o = f->entries[2];
	is(o->title, odd.title, "a title that reads as HTML");
	ok(strstr(xml, "Keep &amp;lt;b&amp;gt;"), "… and is safe in a page");
	is(o->content, "<p><a href=\"https://letters.example/2026/odd#p-r1\">1</a></p>", "a link within the text leads to its page");
	is(o->enclosures[0].url, "https://[::1]/a%5B1%5D.mp3?b%5B%5D=2", "an address with brackets");
	is(o->enclosures[0].type, "audio/mpeg", "a type that is none");
	talloc_free(t);
}

/* RSS and Atom require a type, so that one must be found where none, or none that is one, was said. */
static void types(size_t i)
{
	static const struct { struct entry_enclosure *enclosure; const char *type; } cases[] = { { &enclosures[1], "audio/ogg" }, { typed, "audio/mpeg" }, { unknown, "application/octet-stream" } };
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		void *t = talloc_new(NULL);
		struct error err = { 0 };
		struct entry e = bare, *one[] = { &e };
		struct feed_out feed = out_feed;
		e.enclosures = cases[k].enclosure;
		e.enclosure_count = 1;
		feed.entries = one;
		feed.count = 1;
		char *xml = written(t, i, &feed);
		struct feed *f = feed_parse(t, xml, strlen(xml), NULL, NULL, &err);
		is(f->entries[0]->enclosures[0].type, cases[k].type, mem_printf(t, "%s: the type of %s", writers[i].name, cases[k].enclosure->url));
		talloc_free(t);
	}
}

/* The elements as they must stand: our own parser reads one of them only. */
static void pictures(size_t i)
{
	static const struct { const char *icon, *header, *wanted[2]; const char *absent; } cases[] = {
		{ NULL, NULL, { "", "" }, "/media/" },
		{ "/media/i.png", NULL, { "<image>\n\t\t<url>https://letters.example/media/i.png</url>\n\t\t<title>Salt &amp;amp; &amp;lt;Slate&amp;gt;</title>\n\t\t<link>https://letters.example/</link>\n\t</image>",
		                          "\t<icon>https://letters.example/media/i.png</icon>\n" }, "<logo>" },
		{ NULL, "/media/h.jpg", { "<url>https://letters.example/media/h.jpg</url>", "\t<logo>https://letters.example/media/h.jpg</logo>\n" }, "<icon>" },
		{ "/media/i.png", "/media/h.jpg", { "<url>https://letters.example/media/i.png</url>", "</icon>\n\t<logo>https://letters.example/media/h.jpg</logo>\n" }, "<url>https://letters.example/media/h.jpg" },
	};
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		void *t = talloc_new(NULL);
		struct error err = { 0 };
		struct publication p = publication;
		struct feed_out feed = out_feed;
		feed.publication = &p;
		p.icon.path = cases[k].icon;
		p.header.path = cases[k].header;
		char *xml = written(t, i, &feed);
		ok(strstr(xml, cases[k].wanted[i]) && !strstr(xml, cases[k].absent), mem_printf(t, "%s: pictures of the publication, %zu", writers[i].name, k));
		struct feed *f = feed_parse(t, xml, strlen(xml), NULL, NULL, &err);
		ok(f && !f->broken && f->count == 3 && strcmp(f->title, p.name) == 0, "… in a feed that is read as before");
		talloc_free(t);
	}
}

static void empty(size_t i)
{
	void *t = talloc_new(NULL);
	struct error err = { 0 };
	struct feed_out none = out_feed;
	none.count = 0;
	none.updated = 0;
	char *xml = written(t, i, &none);
	struct feed *f = feed_parse(t, xml, strlen(xml), NULL, NULL, &err);
	ok(f && f->count == 0 && !f->broken, mem_printf(t, "%s: a feed of nothing is a feed", writers[i].name));
	talloc_free(t);
}

/* 127 from the shell, and 77 from the script: not there. */
static void independent(size_t i)
{
	void *t = talloc_new(NULL);
	struct error err = { 0 };
	char path[] = "/tmp/test-write-XXXXXX";
	int fd = mkstemp(path);
	char *xml = written(t, i, &out_feed);
	ok(fd >= 0 && file_write(path, xml, strlen(xml), 0600, &err), "written to a file");
	int status = system(mem_printf(t, "/usr/bin/python3 tests/feed-out.py '%s' %s", path, writers[i].format));
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	char *what = mem_printf(t, "%s: feedparser reads it as it was meant", writers[i].name);
	if (code == 77 || code == 127)
		tap_skip(what, "python3-feedparser is not installed");
	else
		is_int(code, 0, what);
	close(fd);
	unlink(path);
	talloc_free(t);
}

int main(void)
{
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
		read_back(i);
		types(i);
		pictures(i);
		empty(i);
		independent(i);
	}
	return tap_done();
}
