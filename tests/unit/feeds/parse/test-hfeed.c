/* Pages that are their own feed: h-feed, h-entry, hAtom. */
#include "feeds/parse/feed_parse.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "tap.h"
#include <string.h>

#define SITE "https://ada.example/notes/"

static void *t;

static struct feed *parse(const char *body)
{
	struct error err;
	char *page = mem_printf(t, "<!doctype html><html lang=en><head><title>Ada's notes</title></head><body>%s</body></html>", body);
	return feed_parse(t, page, strlen(page), "text/html", SITE, &err);
}

/* What an entry says, part by part, without white space that does not matter. */
static const char *said(const struct feed *f, const char *part)
{
	const struct entry *e = f && f->count ? f->entries[0] : NULL;
	if (!e)
		return "no entry";
	const char *value = strcmp(part, "title") == 0 ? e->title : strcmp(part, "content") == 0 ? e->content : strcmp(part, "link") == 0 ? e->link :
	                    strcmp(part, "guid") == 0 ? e->guid : strcmp(part, "summary") == 0 ? e->summary : strcmp(part, "image") == 0 ? e->image.url :
	                    strcmp(part, "published") == 0 ? e->published_text : strcmp(part, "language") == 0 ? e->language :
	                    strcmp(part, "author") == 0 ? (e->author_count ? e->authors[0].name : NULL) :
	                    strcmp(part, "author url") == 0 ? (e->author_count ? e->authors[0].url : NULL) :
	                    strcmp(part, "tags") == 0 ? (e->tag_count ? mem_printf(t, "%s,%s", e->tags[0], e->tag_count > 1 ? e->tags[1] : "") : NULL) :
	                    strcmp(part, "enclosure") == 0 ? (e->enclosure_count ? e->enclosures[0].url : NULL) : "?";
	return value;
}

static void entries(void)
{
	static const struct { const char *what, *body, *part, *want; } cases[] = {
		{ "a name", "<div class=h-entry><h2 class=p-name>One</h2><div class=e-content><p>Text</p></div></div>", "title", "One" },
		{ "content as it is", "<div class=h-entry><h2 class=p-name>One</h2><div class=e-content><p>Text <b>so</b></p></div></div>", "content", "<p>Text <b>so</b></p>" },
		{ "a note whose name is its text", "<div class=h-entry><p class='p-name e-content'>Just words</p></div>", "title", NULL },
		{ "and the text", "<div class=h-entry><p class='p-name e-content'>Just words</p></div>", "content", "Just words" },
		{ "a name that repeats the beginning", "<div class=h-entry><b class=p-name>Just words…</b><p class=e-content>Just words and more</p></div>", "title", NULL },
		{ "text that nothing marks", "<div class=h-entry>All of it</div>", "content", "All of it" },
		{ "a link", "<div class=h-entry><a class='u-url' href='/2026/one'>#</a><p class=e-content>x</p></div>", "link", "https://ada.example/2026/one" },
		{ "as the id", "<div class=h-entry><a class='u-url' href='/2026/one'>#</a><p class=e-content>x</p></div>", "guid", "https://ada.example/2026/one" },
		{ "an id of its own", "<div class=h-entry><a class='u-url' href='/1'>#</a><data class=u-uid value='https://ada.example/?p=1'></data><p class=e-content>x</p></div>", "guid", "https://ada.example/?p=1" },
		{ "the only link right below", "<div class=h-entry><p class=e-content>x</p><a href=two>more</a></div>", "link", SITE "two" },
		{ "not one of two", "<div class=h-entry><p class=e-content>x</p><a href=two>a</a><a href=three>b</a></div>", "link", NULL },
		{ "an element's id", "<div class=h-entry id=n7><p class=e-content>x</p></div>", "link", SITE "#n7" },
		{ "a time", "<div class=h-entry><time class=dt-published datetime='2026-03-01T10:00:00+01:00'>March</time><p class=e-content>x</p></div>", "published", "2026-03-01T10:00:00+01:00" },
		{ "a time in parts", "<div class=h-entry><span class=dt-published><span class=value>2026-03-01</span> at <span class=value>10:00</span></span><p class=e-content>x</p></div>", "published", "2026-03-01 10:00" },
		{ "a time in an abbreviation", "<div class=h-entry><abbr class=dt-published title='2026-03-01'>today</abbr><p class=e-content>x</p></div>", "published", "2026-03-01" },
		{ "a card", "<div class=h-entry><a class='p-author h-card' href='/ada'>Ada</a><p class=e-content>x</p></div>", "author", "Ada" },
		{ "its address", "<div class=h-entry><a class='p-author h-card' href='/ada'>Ada</a><p class=e-content>x</p></div>", "author url", "https://ada.example/ada" },
		{ "a card in full", "<div class=h-entry><span class='p-author h-card'><img class=u-photo src=/a.png alt=''><b class=p-name>Ada L.</b></span><p class=e-content>x</p></div>", "author", "Ada L." },
		{ "and its picture is no picture of the post", "<div class=h-entry><span class='p-author h-card'><img class=u-photo src=/a.png alt=''>Ada</span><p class=e-content>x</p></div>", "image", NULL },
		{ "the feed's author", "<div class=h-feed><a class='p-author h-card' href=/>Ada</a><div class=h-entry><p class=e-content>x</p></div></div>", "author", "Ada" },
		{ "tags", "<div class=h-entry><a class=p-category>sea</a> <a class=p-category>tide</a><p class=e-content>x</p></div>", "tags", "sea,tide" },
		{ "a summary", "<div class=h-entry><p class=p-summary>In short</p><p class=e-content>At length</p></div>", "summary", "<p>In short</p>" },
		{ "a photo beside the text", "<div class=h-entry><img class=u-photo src=/p.jpg alt='a tide'><p class=e-content>x</p></div>", "content", "<p><img src=\"https://ada.example/p.jpg\" alt=\"a tide\"></p>x" },
		{ "a photo within it", "<div class=h-entry><div class=e-content><img class=u-photo src=/p.jpg alt=''>x</div></div>", "content", "<img class=\"u-photo\" src=\"/p.jpg\" alt=\"\">x" },
		{ "a recording", "<div class=h-entry><audio class=u-audio src=/s.mp3></audio><p class=e-content>x</p></div>", "enclosure", "https://ada.example/s.mp3" },
		{ "the page's language", "<div class=h-entry><p class=e-content>x</p></div>", "language", NULL },
		{ "its own", "<div class=h-entry lang=de><p class=e-content>x</p></div>", "language", "de" },
		{ "a comment is no part of it", "<div class=h-entry><p class=e-content>x</p><div class='u-comment h-cite'><b class=p-name>Bob says</b></div></div>", "title", NULL },
		{ "hAtom", "<div class=hentry><h2 class=entry-title><a rel=bookmark href=/old>Old</a></h2><div class=entry-content>Words</div></div>", "title", "Old" },
		{ "its link", "<div class=hentry><h2 class=entry-title><a rel=bookmark href=/old>Old</a></h2><div class=entry-content>Words</div></div>", "link", "https://ada.example/old" },
		{ "its author", "<div class=hentry><span class='author vcard'><a class='url fn n' href=/ada>Ada</a></span><div class=entry-content>Words</div></div>", "author", "Ada" },
		{ "its tags", "<div class=hentry><a rel=tag href=/t>sea</a><div class=entry-content>Words</div></div>", "tags", "sea," },
		{ "its date", "<div class=hentry><abbr class=published title=2009-01-01>then</abbr><div class=entry-content>Words</div></div>", "published", "2009-01-01" },
		{ "a height is no thing", "<div class='h-full h-screen'><div class=h-entry><b class=p-name>In</b></div></div>", "title", "In" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is(said(parse(cases[i].body), cases[i].part), cases[i].want, mem_printf(t, "%s: %s", cases[i].what, cases[i].part));
}

static void feeds(void)
{
	static const struct { const char *what, *body; int count; } cases[] = {
		{ "no entry is no feed", "<p>Hello</p>", -1 },
		{ "a word in the text is no entry", "<p>Mark it up with h-entry.</p>", -1 },
		{ "an empty feed is none", "<div class=h-feed></div>", -1 },
		{ "three entries", "<div class=h-feed><p class=h-entry>a<p class=h-entry>b<p class=h-entry>c</div>", 3 },
		{ "those of the first feed that has any", "<div class=h-feed></div><div class=h-feed><p class=h-entry>a</div><div class=h-feed><p class=h-entry>b<p class=h-entry>c</div>", 1 },
		{ "entries without a feed", "<p class=h-entry>a<p class=h-entry>b", 2 },
		{ "an entry in an entry is its own business", "<div class=h-entry>a<div class='p-comment h-entry'>b</div></div>", 1 },
		{ "an entry in a citation is somebody's", "<div class=h-entry>a</div><div class=h-cite><div class=h-entry>b</div></div>", 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct feed *f = parse(cases[i].body);
		is_int(f ? (int)f->count : -1, cases[i].count, cases[i].what);
	}
	struct feed *f = parse("<link rel=hub href=https://hub.example/><link rel=self href=/notes/><div class=h-feed lang=fr><h1 class=p-name>Notes</h1><p class=h-entry>a</div>");
	is(f->title, "Notes", "the feed's name");
	is(f->format, "hfeed", "its format");
	is(f->language, "fr", "its language");
	is_int((long long)f->hub_count, 1, "its hub");
	is(f->self, SITE, "what it calls itself");
	f = parse("</body><body class=h-feed><h1 class=p-name>Body</h1><p class='p-author h-card'>Ada</p><p class=h-entry>a");
	is(f->title, "Body", "the name of a feed that is the page's body");
	is(said(f, "author"), "Ada", "and its author");
	f = parse("<p class=h-entry>a");
	is(f->title, "Ada's notes", "a page's title where there is no name");
	is(feed_base(f, 0), SITE, "relative links start at the page");
}

static void hostile(void)
{
	static const char part[] = "<div class='h-entry p-category p-name'>";
	size_t n = 200000, size = n * (sizeof part - 1);
	char *many = mem_array(t, char, size + 1);
	for (size_t i = 0; i < n; i++)
		memcpy(many + i * (sizeof part - 1), part, sizeof part - 1);
	many[size] = '\0';
	struct feed *f = parse(many);
	is_int(f ? (int)f->count : -1, 1, "entries nested without end");
	f = parse("<div class=h-entry><a class=u-url href='javascript:alert(1)'>x</a><p class=e-content>x</p></div>");
	is(said(f, "link"), NULL, "a script is no link");
}

int main(void)
{
	t = talloc_new(NULL);
	entries();
	feeds();
	hostile();
	talloc_free(t);
	return tap_done();
}
