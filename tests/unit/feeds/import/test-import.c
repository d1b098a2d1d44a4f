/* Every export in tests/corpus/exports gives what its .expect says.  With -w FILE [SITE] the program writes what it got instead. */
#include "feeds/import/import.h"
#include "feeds/import/wordpress.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/csv.h"
#include "tap.h"
#include <stdlib.h>

#define CORPUS "tests/corpus/exports/"

static struct error err;

static void line(FILE *out, const char *name, const char *value)
{
	if (value)
		fprintf(out, "%s: %s\n", name, value);
}

static void describe(FILE *out, const struct entry *e)
{
	char *published = clock_rfc3339(NULL, e->published), *updated = clock_rfc3339(NULL, e->updated);
	fprintf(out, "--\nslug: %s\n%s", e->slug ? e->slug : "-", e->access == ENTRY_ACCESS_GATED ? "gated\n" : e->access == ENTRY_ACCESS_SUPPORTER ? "supporter\n" : "");
	line(out, "guid", e->guid);
	line(out, "link", e->link);
	line(out, "title", e->title);
	line(out, "published", published);
	line(out, "updated", e->updated ? updated : NULL);
	for (size_t i = 0; i < e->author_count; i++)
		line(out, "author", e->authors[i].name);
	for (size_t i = 0; i < e->tag_count; i++)
		line(out, "tag", e->tags[i]);
	for (size_t i = 0; i < e->enclosure_count; i++)
		line(out, "enclosure", e->enclosures[i].url);
	line(out, "image", e->image.url);
	line(out, "alt", e->image.alt);
	line(out, "summary", e->summary);
	line(out, "content", e->content);
	talloc_free(published);
	talloc_free(updated);
}

static char *read_export(void *owner, const char *path, const struct import_settings *settings)
{
	struct import *im = import_open(owner, path, settings, &err);
	if (!im)
		return mem_printf(owner, "refused: %s\n", err.text);
	struct document *d = document_new(owner);
	struct feed *feed = NULL;
	fprintf(document_out(d), "%s\n", im->kind);
	bool fine;
	while ((fine = import_next(im, &feed, &err)) && feed)
		for (size_t i = 0; i < feed->count; i++)
			describe(document_out(d), feed->entries[i]);
	if (!fine)
		fprintf(document_out(d), "stopped: %s\n", err.text);
	fputs("--\n", document_out(d));
	for (size_t i = 0; i < im->skipped_count; i++)
		fprintf(document_out(d), "skipped: %zu %s\n", im->skipped[i].count, im->skipped[i].why);
	line(document_out(d), "wrong", im->wrong);
	return document_finish(d, owner);
}

static const struct {
	const char *file, *expect;
	struct import_settings settings;
} files[] = {
	{ "wordpress.xml", "wordpress.expect", { 0 } },
	{ "wordpress.xml", "wordpress-pages.expect", { .pages = true } },
	{ "damaged.xml", "damaged.expect", { 0 } },
	{ "ghost.json", "ghost.expect", { .site = "https://g.example/" } },
	{ "ghost-editors.json", "ghost-editors.expect", { .site = "https://g.example/" } },
	{ "substack.zip", "substack.expect", { .site = "https://s.example" } },
	{ "outbox.json", "outbox.expect", { 0 } },
	{ "archive.tar.gz", "outbox.expect", { 0 } },
	{ "mastodon.json", "mastodon.expect", { 0 } },
	{ "../feeds/atom03.xml", "feed.expect", { .site = "https://feed.example" } },
};

static void exports(void)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		void *t = talloc_new(NULL);
		struct buf *want = file_read(t, mem_printf(t, CORPUS "%s", files[i].expect), FEED_MAX_SIZE, &err);
		is(read_export(t, mem_printf(t, CORPUS "%s", files[i].file), &files[i].settings), want ? want->data : "no .expect file", files[i].expect);
		talloc_free(t);
	}
}

static void refusals(void)
{
	static const struct { const char *file, *site, *why; } cases[] = {
		{ "none.xml", NULL, "cannot read" },
		{ "../exports", NULL, "is no file that can be read" },
		{ "ghost.json", NULL, "--site" },
		{ "substack.zip", NULL, "--site" },
		{ "ghost.json", "g.example", "'g.example' is no address of a blog" },
		{ "nothing.zip", NULL, "has neither a posts.csv" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL);
		char *path = mem_printf(t, CORPUS "%s", cases[i].file);
		ok(!import_open(t, path, &(struct import_settings){ .site = cases[i].site }, &err) && strstr(err.text, cases[i].why), cases[i].why);
		talloc_free(t);
	}
	void *t = talloc_new(NULL);
	struct feed *feed;
	struct import *im = import_open(t, CORPUS "leads-out.zip", &(struct import_settings){ .site = "https://s.example" }, &err);
	ok(im && !import_next(im, &feed, &err) && strstr(err.text, "which no export does"), "a name that leads out of a zip");
	im = import_open(t, CORPUS "doctype.xml", &(struct import_settings){ 0 }, &err);
	ok(im && import_next(im, &feed, &err) && feed && !strstr(feed->entries[0]->title, "aaa"), "no entity is ever replaced");
	im = import_open(t, CORPUS "nothing.txt", &(struct import_settings){ 0 }, &err);
	ok(im && !import_next(im, &feed, &err) && strstr(err.text, "this is no feed"), "what is no export at all");
	talloc_free(t);
}

static const struct { const char *what, *raw, *html; } texts[] = {
	{ "a line", "One.", "<p>One.</p>\n" },
	{ "blank lines part, others break", "One\ntwo.\n \t\r\nThree.\r\n", "<p>One<br>\ntwo.</p>\n<p>Three.</p>\n" },
	{ "a break that is there stays one", "One<br />\ntwo", "<p>One<br />\ntwo</p>\n" },
	{ "a tag over two lines is one", "<a\nhref=\"/x\">x</a>", "<p><a\nhref=\"/x\">x</a></p>\n" },
	{ "blocks stay", "<h2>A</h2>\nText\n<p>B\nC</p>", "<h2>A</h2>\n<p>Text</p>\n<p>B\nC</p>\n" },
	{ "quotes have paragraphs too", "<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p>\n<p>b</p>\n</blockquote>\n" },
	{ "blocks in blocks end where they end", "<div>a<div>b</div>c</div>d", "<div><p>a</p>\n<div><p>b</p>\n</div>\n<p>c</p>\n</div>\n<p>d</p>\n" },
	{ "code stays as it is", "<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>\n" },
	{ "a rule has no end", "a\n<hr>\nb", "<p>a</p>\n<hr>\n<p>b</p>\n" },
	{ "a block that never ends", "<div>a\n\nb", "<div><p>a</p>\n<p>b</p>\n\n" },
	{ "an end without a beginning", "a</div>b", "<p>a</p>\n</div>\n<p>b</p>\n" },
	{ "less than", "1 < 2 and 3<4", "<p>1 < 2 and 3<4</p>\n" },
	{ "a tag that never ends", "a <b", "<p>a <b</p>\n" },
	{ "comments stand between", "a<!--more-->b", "<p>a</p>\n<!--more--><p>b</p>\n" },
	{ "nothing", " \n\n ", "" },
	{ "an address alone", "https://a.example/?x=1&y=2", "<p><a href=\"https://a.example/?x=1&amp;y=2\">https://a.example/?x=1&amp;y=2</a></p>\n" },
	{ "an address among words", "see https://a.example/", "<p>see https://a.example/</p>\n" },
	{ "caption", "[caption width=\"3\"]<img src='a'> words[/caption]", "<figure><img src='a'><figcaption> words</figcaption></figure>\n" },
	{ "caption of old", "[wp_caption caption=\"words\"]<a href='b'><img src='a'></a>[/wp_caption]", "<figure><a href='b'><img src='a'></a><figcaption>words</figcaption></figure>\n" },
	{ "gallery of named pictures", "[gallery ids=\"2, 1,9\"]", "<figure><img src=\"https://a.example/2\" alt=\"two\"></figure>\n<figure><img src=\"https://a.example/1\" alt=\"\"></figure>\n" },
	{ "gallery of the post's own", "[gallery columns=2]", "<figure><img src=\"https://a.example/2\" alt=\"two\"></figure>\n" },
	{ "embed", "[embed width=1] https://a.example/v [/embed]", "<p><a href=\"https://a.example/v\">https://a.example/v</a></p>\n" },
	{ "youtube", "[youtube https://a.example/v]", "<p><a href=\"https://a.example/v\">https://a.example/v</a></p>\n" },
	{ "an id alone", "[vimeo 1234567] [youtube id=\"abcdefghijk\"]", "<p><a href=\"https://vimeo.com/1234567\">https://vimeo.com/1234567</a></p>\n"
	  "<p><a href=\"https://www.youtube.com/watch?v=abcdefghijk\">https://www.youtube.com/watch?v=abcdefghijk</a></p>\n" },
	{ "what others embed", "[soundcloud url=\"https://a.example/s\"][/soundcloud]", "<p><a href=\"https://a.example/s\">https://a.example/s</a></p>\n" },
	{ "audio", "[audio mp3=\"https://a.example/a.mp3\"][/audio]", "<audio controls src=\"https://a.example/a.mp3\"></audio>\n" },
	{ "others stay", "[sic] [1] [[gallery]] [contact-form to=\"x\"] [gallery", "<p>[sic] [1] [[gallery]] [contact-form to=\"x\"] [gallery</p>\n" },
	{ "values of every kind", "[embed a=1 'b' c='d' =][/embed]x", "<p>x</p>\n" },
	{ "the block editor's text is HTML", "<!-- wp:paragraph --><p>a\nb</p><!-- /wp:paragraph -->", "<!-- wp:paragraph --><p>a\nb</p><!-- /wp:paragraph -->" },
};

static void wordpress(void)
{
	struct wordpress_media media[] = { { "2", "7", "https://a.example/2", "two" }, { "1", NULL, "https://a.example/1", "" } };
	struct wordpress_library library = { media, 2 };
	wordpress_sort(&library);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct document *d = document_new(NULL);
		wordpress_html(document_out(d), texts[i].raw, "7", &library);
		is(document_text(d, NULL), texts[i].html, texts[i].what);
		talloc_free(d);
	}
}

static void tables(void)
{
	static const struct { const char *what, *csv, *rows; } cases[] = {
		{ "fields and rows", "a,b\r\nc,,d\n", "a|b;c||d;" },
		{ "quotes", "\"a,\"\"b\"\"\nc\",d", "a,\"b\"\nc|d;" },
		{ "empty quotes and empty rows", "\n\n\"\",\n", "|;" },
		{ "a quote that never ends", "a,\"b\nc", "a|b\nc;" },
		{ "text behind a quote", "\"a\"b,c", "a|c;" },
		{ "a mark of byte order", "\xEF\xBB\xBF" "a", "a;" },
		{ "nothing", "", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct document *d = document_new(NULL);
		struct csv *csv = csv_new(d, cases[i].csv, strlen(cases[i].csv));
		while (csv_next(csv))
			for (size_t k = 0; k < csv->count; k++)
				fprintf(document_out(d), "%s%c", csv_field(csv, k), k + 1 < csv->count ? '|' : ';');
		is(document_text(d, NULL), cases[i].rows, cases[i].what);
		talloc_free(d);
	}
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], "-w") == 0) {
		void *t = talloc_new(NULL);
		fputs(read_export(t, argv[2], &(struct import_settings){ .site = argc > 3 && *argv[3] ? argv[3] : NULL, .pages = argc > 4 }), stdout);
		talloc_free(t);
		return 0;
	}
	exports();
	refusals();
	wordpress();
	tables();
	return tap_done();
}
