#include "feeds/parse/discover.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"

#define URL "https://blog.example/a/page.html"
#define RSS "type='application/rss+xml'"
#define ATOM "type='application/atom+xml'"

/* The feeds of a page, best first, parted by spaces. */
static const struct { const char *what, *page, *found; } cases[] = {
	{ "one link", "<head><link rel=alternate " RSS " href=/feed/></head>", "https://blog.example/feed/" },
	{ "relative to the page", "<link rel='alternate' " ATOM " href='atom.xml'>", "https://blog.example/a/atom.xml" },
	{ "relative to its base", "<base href='https://cdn.example/x/'><link rel=alternate " RSS " href=f>", "https://cdn.example/x/f" },
	{ "comments last", "<link rel=alternate " RSS " title='Comments' href=/c><link rel=alternate " RSS " href=/f><link rel=alternate " RSS " href=/comments/feed>",
	  "https://blog.example/f https://blog.example/c https://blog.example/comments/feed" },
	{ "in the page's order", "<link rel=alternate " RSS " href=/1><link rel=alternate " ATOM " href=/2><link rel=alternate type=application/feed+json href=/3>",
	  "https://blog.example/1 https://blog.example/2 https://blog.example/3" },
	{ "words and cases", "<LINK REL='home Alternate' TYPE='Application/RSS+XML; charset=utf-8' HREF='/x'>", "https://blog.example/x" },
	{ "only once", "<link rel=alternate " RSS " href=/f><link rel=alternate " ATOM " href=/f>", "https://blog.example/f" },
	{ "guesses after links", "<a href='/rss.xml'>RSS</a><link rel=alternate " RSS " href=/f>", "https://blog.example/f https://blog.example/rss.xml" },
	{ "guesses alone", "<p><a href=/about>About</a> <a href=/index.xml>Feed</a></p>", "https://blog.example/index.xml" },
	{ "not a feed's type", "<link rel=alternate type=text/html hreflang=de href=/de><link rel=alternate href=/x><link rel=stylesheet " RSS " href=/y>", "" },
	{ "types that others have too, behind", "<link rel=alternate type=application/json href=/j><link rel=alternate type=text/xml href=/x><link rel=alternate " RSS " href=/f>",
	  "https://blog.example/f https://blog.example/x https://blog.example/j" },
	{ "rel=feed", "<link rel=feed href=/a><link rel='feed' " ATOM " href=/b>", "https://blog.example/b https://blog.example/a" },
	{ "no oEmbed", "<link rel=alternate type=application/json+oembed href=/o><link rel=alternate type=text/xml+oembed href=/p>", "" },
	{ "no scripts", "<link rel=alternate " RSS " href='javascript:alert(1)'><link rel=alternate " RSS " href='data:text/xml,x'>", "" },
	{ "nothing", "", "" },
};

static const struct { const char *data, *type; bool page; } pages[] = {
	{ "<!DOCTYPE HTML><title>x</title>", NULL, true }, { "<html lang=en>", NULL, true }, { "<rss version='2.0'>", "text/html", false },
	{ "<feed xmlns='http://www.w3.org/2005/Atom'>", "text/html; charset=utf-8", false }, { "<p>Hello", "text/html", true },
	{ "<?xml version='1.0'?><rdf:RDF>", NULL, false }, { "", NULL, false },
};

static const struct { const char *value, *found; } headers[] = {
	{ "</feed>; rel=\"alternate\"; type=\"application/rss+xml\"", "https://blog.example/feed" },
	{ "<https://api.example/>; rel=https://api.w.org/, <f.json>;type=application/json;rel=alternate , <a>; title=\"x, <y>; z\"; rel='x'", "https://blog.example/a/f.json" },
	{ "<x>; rel=\"self alternate\"; type=application/atom+xml; charset=x, <z>; rel=alternate", "https://blog.example/a/x" },
	{ "<x", "" }, { "<x>; rel=\"alternate", "" }, { "", "" }, { "<x>;;rel=feed", "https://blog.example/a/x" },
};

static const struct { const char *typed, *address; } addresses[] = {
	{ "feed://a.example/f", "http://a.example/f" }, { "feed:https://a.example/f", "https://a.example/f" }, { "FEED://https://a.example/", "https://a.example/" },
	{ "feed:a.example/f", "http://a.example/f" }, { "pcast://a.example/", "http://a.example/" }, { "\n https://a.example/f ", "https://a.example/f" },
	{ "feed.xml", "feed.xml" }, { "a.example", "a.example" }, { "", "" },
};

static void others(void *t)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		size_t count = 0;
		struct discovered *all = mem_array(t, struct discovered, 1);
		discover_header(t, &all, &count, headers[i].value, URL);
		is(count ? all[0].url : "", headers[i].found, headers[i].value);
		ok(count < 2, "… and no other");
	}
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		is(discover_address(t, addresses[i].typed), addresses[i].address, mem_printf(t, "'%s'", addresses[i].typed));
}

int main(void)
{
	void *t = talloc_new(NULL);
	others(t);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t count;
		struct discovered *all = discover_feeds(t, cases[i].page, strlen(cases[i].page), URL, &count);
		char *found = mem_dup(t, "");
		for (size_t k = 0; k < count; k++)
			found = mem_printf(t, "%s%s%s", found, k ? " " : "", all[k].url);
		is(found, cases[i].found, cases[i].what);
	}
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		ok(discover_is_page(pages[i].data, strlen(pages[i].data), pages[i].type) == pages[i].page, pages[i].data);
	talloc_free(t);
	return tap_done();
}
