#include "feeds/parse/discover.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST = 50, SNIFF = 1024, GUESSED = 100, COMMENTS = 10 };

static bool is_feed_type(const char *type)
{
	static const char *const types[] = { "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/x-rss+xml" };
	for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
		if (strncasecmp(type, types[i], strlen(types[i])) == 0)
			return true;
	return false;
}

/* Is word one of the space-separated words of list? */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = list; p && *p; p += strcspn(p, " \t\r\n"), p += strspn(p, " \t\r\n"))
		if (strncasecmp(p, word, n) == 0 && (!p[n] || strchr(" \t\r\n", p[n])))
			return true;
	return false;
}

static bool about_comments(const char *url, const char *title) { return strcasestr(url, "comment") || (title && strcasestr(title, "comment")); }

static void add(void *owner, struct discovered **all, size_t *count, struct discovered found)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp((*all)[i].url, found.url) == 0)
			return;
	if (about_comments(found.url, found.title))
		found.rank += COMMENTS;
	/* Stable: behind those of the same rank. */
	size_t at = *count;
	mem_push(owner, *all, *count);
	while (at > 0 && (*all)[at - 1].rank > found.rank) {
		(*all)[at] = (*all)[at - 1];
		at--;
	}
	(*all)[at] = found;
}

static bool looks_like_feed(const char *url)
{
	static const char *const ends[] = { "/feed", "/feed/", "/rss", "/rss/", "/atom", ".rss", ".atom", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/feed.json" };
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (text_ends(url, ends[i]))
			return true;
	return false;
}

static const char *base_of(void *owner, const struct html_node *root, const char *url)
{
	for (const struct html_node *n = root; n; n = html_next(root, n))
		if (html_is(n, "base") && html_get(n, "href")) {
			char *base = url_resolve(owner, url, html_get(n, "href"));
			return base ? base : url;
		}
	return url;
}

struct discovered *discover_feeds(void *owner, const char *page, size_t size, const char *url, size_t *count)
{
	struct html_node *root = html_parse_page(NULL, page, size);
	struct discovered *all = mem_array(owner, struct discovered, 4);
	const char *base = base_of(all, root, url);
	*count = 0;
	for (const struct html_node *n = root; n && *count < MOST; n = html_next(root, n)) {
		const char *href = html_get(n, "href");
		bool named = html_is(n, "link") && has_word(html_get(n, "rel"), "alternate") && is_feed_type(html_get(n, "type"));
		bool guessed = html_is(n, "a") && href && looks_like_feed(href);
		char *to = href && (named || guessed) ? url_resolve(owner, base, href) : NULL;
		if (to)
			add(owner, &all, count, (struct discovered){ to, mem_dup_or_null(owner, html_get(n, "title")), named ? 0 : GUESSED });
	}
	talloc_free(root);
	return all;
}

bool discover_is_page(const char *data, size_t size, const char *content_type)
{
	char *head = mem_ndup(NULL, data, size < SNIFF ? size : SNIFF);
	bool page = strcasestr(head, "<!doctype html") || strcasestr(head, "<html") ||
	            (content_type && strncasecmp(content_type, "text/html", 9) == 0 && !strcasestr(head, "<rss") && !strcasestr(head, "<feed") && !strcasestr(head, "<rdf"));
	talloc_free(head);
	return page;
}
