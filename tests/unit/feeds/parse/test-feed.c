/* Every tests/corpus/feeds/NAME.xml and NAME.json is read as if it came from https://feed.example/dir/feed and must give NAME.expect.
 * With -w NAME.xml the program writes what it got instead. */
#include "feeds/parse/feed_parse.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/file.h"
#include "tap.h"
#include <glob.h>
#include <stdlib.h>

#define CORPUS "tests/corpus/feeds/"

static struct error err;

static void line(FILE *out, const char *name, const char *value)
{
	if (value)
		fprintf(out, "%s: %s\n", name, value);
}

static void when(FILE *out, const char *name, int64_t ms, const char *text)
{
	char *t = clock_rfc3339(NULL, ms);
	if (ms || text)
		fprintf(out, "%s: %s (%s)\n", name, ms ? t : "-", text);
	talloc_free(t);
}

static void image(FILE *out, const struct entry_image *i)
{
	if (i->url)
		fprintf(out, "image: %s %dx%d\n", i->url, i->width, i->height);
}

static void people(FILE *out, const struct entry_person *p, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "author: %s <%s> %s\n", p[i].name ? p[i].name : "-", p[i].email ? p[i].email : "", p[i].url ? p[i].url : "");
}

static void describe_entry(FILE *out, const struct feed *f, size_t i)
{
	const struct entry *e = f->entries[i];
	fputs("--\n", out);
	line(out, "guid", e->guid);
	line(out, "link", e->link);
	line(out, "via", e->via);
	line(out, "via url", e->via_url);
	line(out, "title", e->title);
	line(out, "warning", e->warning);
	line(out, "language", e->language);
	line(out, "comments", e->comments);
	people(out, e->authors, e->author_count);
	for (size_t k = 0; k < e->tag_count; k++)
		line(out, "tag", e->tags[k]);
	for (size_t k = 0; k < e->enclosure_count; k++)
		fprintf(out, "enclosure: %s %s %lld\n", e->enclosures[k].url, e->enclosures[k].type, (long long)e->enclosures[k].length);
	image(out, &e->image);
	when(out, "published", e->published, e->published_text);
	when(out, "updated", e->updated, e->updated_text);
	line(out, "base", feed_base(f, i));
	line(out, "summary", e->summary);
	line(out, "content", e->content);
}

static char *describe(void *owner, const struct feed *f)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	fprintf(out, "%s in %s%s%s\n", f->format, f->encoding, f->broken ? ", broken: " : "", f->broken ? f->wrong : "");
	line(out, "title", f->title);
	line(out, "summary", f->summary);
	line(out, "link", f->link);
	line(out, "id", f->id);
	line(out, "self", f->self);
	for (size_t i = 0; i < f->hub_count; i++)
		line(out, "hub", f->hubs[i]);
	line(out, "next", f->next);
	line(out, "previous", f->previous);
	line(out, "current", f->current);
	if (f->complete || f->archive)
		fprintf(out, "history:%s%s\n", f->complete ? " complete" : "", f->archive ? " archive" : "");
	line(out, "language", f->language);
	line(out, "generator", f->generator);
	line(out, "rights", f->rights);
	people(out, f->authors, f->author_count);
	for (size_t i = 0; i < f->tag_count; i++)
		line(out, "tag", f->tags[i]);
	image(out, &f->image);
	when(out, "updated", f->updated, f->updated_text);
	if (f->ttl)
		fprintf(out, "ttl: %d\n", f->ttl);
	if (f->update_every)
		fprintf(out, "every: %lld s\n", (long long)f->update_every / 1000);
	if (f->skip_hours || f->skip_days)
		fprintf(out, "skip: hours %06x days %02x\n", f->skip_hours, f->skip_days);
	for (size_t i = 0; i < f->deleted_count; i++)
		fprintf(out, "deleted: %s %lld %s\n", f->deleted[i].ref, (long long)f->deleted[i].when, f->deleted[i].comment ? f->deleted[i].comment : "");
	for (size_t i = 0; i < f->count; i++)
		describe_entry(out, f, i);
	return document_finish(d, owner);
}

static char *read_feed(void *owner, const char *path)
{
	struct buf *b = file_read(owner, path, FEED_MAX_SIZE, &err);
	struct feed *f = b ? feed_parse(owner, b->data, b->size, NULL, "https://feed.example/dir/feed", &err) : NULL;
	return f ? describe(owner, f) : NULL;
}

static void corpus(void)
{
	glob_t all;
	ok(glob(CORPUS "*.{xml,json}", GLOB_BRACE, NULL, &all) == 0 && all.gl_pathc > 0, "there is a corpus");
	for (size_t i = 0; i < all.gl_pathc; i++) {
		void *t = talloc_new(NULL);
		const char *path = all.gl_pathv[i];
		char *expect = mem_printf(t, "%.*s.expect", (int)(strrchr(path, '.') - path), path);
		struct buf *want = file_read(t, expect, FEED_MAX_SIZE, &err);
		is(read_feed(t, path), want ? want->data : "no .expect file", path);
		talloc_free(t);
	}
	globfree(&all);
}

static void refusals(void)
{
	static const struct { const char *data, *why; } cases[] = {
		{ "", "this is no feed but empty" },
		{ "  \n", "this is no feed but empty" },
		{ "hello", "this is no feed but neither XML nor any other kind of feed" },
		{ "<!doctype html><html><head><title>x</title></head><body></body></html>", "this is no feed but an HTML page" },
		{ "<opml version='2.0'><body/></opml>", "this is no feed but XML of another kind ('opml')" },
		{ "\x01\x02\x03", "this is no feed but neither XML nor any other kind of feed" },
	};
	void *t = talloc_new(NULL);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		err.kind = 0;
		struct feed *f = feed_parse(t, cases[i].data, strlen(cases[i].data), NULL, NULL, &err);
		ok(!f && err.kind == ERROR_INVALID, "refused");
		is(err.text, cases[i].why, "and says what it is");
	}
	ok(!feed_parse(t, "", FEED_MAX_SIZE + 1, NULL, NULL, &err), "what is too large is not even looked at");
	talloc_free(t);
}

/* What would be slow or large if it were read naively; the time is the test runner's to judge. */
static void floods(void)
{
	static const struct { const char *head, *again, *tail; size_t times; } cases[] = {
		{ "<rss><channel>", "<item/>", "</channel></rss>", 100000 },
		{ "<rss><channel><title>", "<a>", "", 300000 },
		{ "<rss><channel><title>", "&#", "", 500000 },
		{ "<rss><channel><item>", "<category>x</category>", "</item></channel></rss>", 100000 },
		{ "<rss><channel><item>", "<guid>x</guid><link>http://a.example/</link><author>a@b.c (d)</author>", "</item></channel></rss>", 30000 },
		{ "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry><link href='x'/><content type='xhtml'><p>", "", 20000 },
		{ "<rss><channel><title>", "&lt;3", "</title></channel></rss>", 200000 },
		{ "<rss ", "a='b' ", "/>", 200000 },
		{ "<rss><channel>", "<x:y x:z='1'/>", "</channel></rss>", 100000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		void *t = talloc_new(NULL);
		struct buf *b = buf_new(t, FEED_MAX_SIZE);
		buf_add(b, cases[i].head, strlen(cases[i].head));
		for (size_t n = 0; n < cases[i].times; n++)
			buf_add(b, cases[i].again, strlen(cases[i].again));
		buf_add(b, cases[i].tail, strlen(cases[i].tail));
		int64_t start = clock_now();
		struct feed *f = feed_parse(t, b->data, b->size, NULL, NULL, &err);
		ok(f && f->count <= FEED_MAX_ENTRIES, mem_printf(t, "a flood of %s is read, in %lld ms", cases[i].again, (long long)(clock_now() - start)));
		talloc_free(t);
	}
}

/* What is said once for all entries becomes part of each. */
static void heads(void)
{
	static const char *const heads[] = { "<author><name>%s</name></author>", "<author><email>%s</email></author>", "<author><uri>http://a.example/%s</uri></author>",
	                                     "<link rel='alternate' hreflang='%s' href='http://a.example/'/>" };
	char *word = mem_array(NULL, char, 100001);
	memset(word, 'x', 100000);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		char *head = mem_printf(word, heads[i], word);
		char *text = mem_printf(word, "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='%s'>%s", word, head);
		for (int n = 0; n < 1000; n++)
			text = talloc_asprintf_append_buffer(text, "<entry><id>%d</id></entry>", n);
		text = talloc_strdup_append_buffer(text, "</feed>");
		struct feed *f = feed_parse(NULL, text, strlen(text), NULL, NULL, &err);
		ok(f && f->count == 1000 && talloc_total_size(f) < 8u << 20, heads[i]);
		ok(f && !f->language && !f->entries[0]->language, "what is no language is none");
		talloc_free(f);
	}
	talloc_free(word);
}

static void labels(void)
{
	void *t = talloc_new(NULL);
	const char *latin = "<rss><channel><title>\xe9</title></channel></rss>";
	struct feed *f = feed_parse(t, latin, strlen(latin), "text/xml; charset=ISO-8859-2", NULL, &err);
	is(f ? f->title : NULL, "é", "the charset of a header counts");
	ok(f && !f->broken, "and is no fault");
	talloc_free(t);
}

/* Real pages, when they are at hand: 63 posts over seven pages. */
static void wordpress(void)
{
	if (!tap_here("../shared/suites/wordpress", "a real blog's feed"))
		return;
	void *t = talloc_new(NULL);
	size_t entries = 0, broken = 0, bare = 0;
	for (int page = 1; page <= 7; page++) {
		struct buf *b = file_read(t, mem_printf(t, "../shared/suites/wordpress/rss-%d.xml", page), FEED_MAX_SIZE, &err);
		struct feed *f = b ? feed_parse(t, b->data, b->size, "application/rss+xml; charset=UTF-8", "https://wp.test/feed/", &err) : NULL;
		for (size_t i = 0; f && i < f->count; i++)
			bare += !f->entries[i]->guid || !f->entries[i]->link || !f->entries[i]->content || !f->entries[i]->published || !f->entries[i]->author_count;
		entries += f ? f->count : 0;
		broken += f && f->broken;
	}
	is_int((long long)entries, 63, "seven pages of a real blog have 63 posts");
	is_int((long long)broken, 0, "none is broken");
	is_int((long long)bare, 0, "and each has guid, link, text, date and author");
	talloc_free(t);
}

int main(int argc, char **argv)
{
	if (argc == 3) {
		char *text = read_feed(NULL, argv[2]);
		fputs(text ? text : err.text, stdout);
		return 0;
	}
	corpus();
	refusals();
	floods();
	heads();
	labels();
	wordpress();
	return tap_done();
}
