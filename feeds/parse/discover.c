#include "feeds/parse/discover.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SPACE " \t\r\n"

enum { MOST = 50, SNIFF = 1024, COMMENTS = 10, GENERAL = 20, JSON = 40, GUESSED = 100, HEADER_MAX = 16384 };

/* The rank of a link with this type, -1 for none.  The general types are also those of other documents. */
static int rank_of(const char *type)
{
	static const struct { const char *type; int rank; } types[] = {
		{ "application/rss+xml", 0 }, { "application/atom+xml", 0 }, { "application/rdf+xml", 0 }, { "application/feed+json", 0 },
		{ "application/x-rss+xml", 0 }, { "application/x-atom+xml", 0 }, { "text/rss+xml", 0 }, { "text/atom+xml", 0 }, { "text/rss", 0 },
		{ "application/rss", 0 }, { "application/atom", 0 }, { "text/xml", GENERAL }, { "application/xml", GENERAL }, { "application/json", JSON },
	};
	size_t size = type ? strcspn(type + strspn(type, SPACE), ";" SPACE) : 0;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strlen(types[i].type) == size && strncasecmp(type + strspn(type, SPACE), types[i].type, size) == 0)
			return types[i].rank;
	return -1;
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

static int rank_of_link(const char *rel, const char *type)
{
	if (has_word(rel, "feed"))
		return text_blank(type) || rank_of(type) < 0 ? GENERAL : rank_of(type);
	return has_word(rel, "alternate") ? rank_of(type) : -1;
}

struct discovered *discover_feeds(void *owner, const char *page, size_t size, const char *url, size_t *count)
{
	struct html_node *root = html_parse_page(NULL, page, size);
	struct discovered *all = mem_array(owner, struct discovered, 4);
	const char *base = base_of(all, root, url);
	*count = 0;
	for (const struct html_node *n = root; n && *count < MOST; n = html_next(root, n)) {
		const char *href = html_get(n, "href");
		int rank = html_is(n, "link") ? rank_of_link(html_get(n, "rel"), html_get(n, "type")) : -1;
		bool guessed = html_is(n, "a") && href && looks_like_feed(href);
		char *to = href && (rank >= 0 || guessed) ? url_resolve(owner, base, href) : NULL;
		if (to)
			add(owner, &all, count, (struct discovered){ to, mem_dup_or_null(owner, html_get(n, "title")), rank >= 0 ? rank : GUESSED });
	}
	talloc_free(root);
	return all;
}

/* The value of the parameter at p, quoted or not; *after is behind it. */
static char *parameter(void *owner, const char *p, const char **after)
{
	bool quoted = *p == '"';
	size_t n = quoted ? strcspn(p + 1, "\"") : strcspn(p, ";," SPACE);
	*after = p + n + quoted + (quoted && p[1 + n]);
	return mem_ndup(owner, p + quoted, n);
}

void discover_header(void *owner, struct discovered **all, size_t *count, const char *value, const char *url)
{
	void *scratch = talloc_new(NULL);
	if (strnlen(value, HEADER_MAX + 1) > HEADER_MAX)
		value = "";
	for (const char *p = value; (p = strchr(p, '<')) && *count < MOST;) {
		size_t size = strcspn(++p, ">");
		const char *rel = NULL, *type = NULL;
		char *to = url_resolve(owner, url, mem_ndup(scratch, p, size));
		for (p += size + (p[size] == '>'); *(p += strspn(p, SPACE)) == ';';) {
			const char *name = p + 1 + strspn(p + 1, SPACE);
			size_t n = strcspn(name, "=;," SPACE);
			p = name + n;
			char *word = *p == '=' ? parameter(scratch, p + 1, &p) : NULL;
			rel = n == 3 && !strncasecmp(name, "rel", 3) && !rel ? word : rel;
			type = n == 4 && !strncasecmp(name, "type", 4) && !type ? word : type;
		}
		int rank = rank_of_link(rel, type);
		if (to && rank >= 0)
			add(owner, all, count, (struct discovered){ to, NULL, rank });
	}
	talloc_free(scratch);
}

const char *const *discover_usual(void)
{
	static const char *const paths[] = { "/feed", "/feed.xml", "/rss", "/atom.xml", "/rss.xml", "/index.xml", "/feed.json", NULL };
	return paths;
}

char *discover_address(void *owner, const char *typed)
{
	static const char *const schemes[] = { "feed:", "rss:", "pcast:", "itpc:", NULL };
	char *address = text_trim(owner, typed);
	for (size_t i = 0; schemes[i]; i++) {
		if (strncasecmp(address, schemes[i], strlen(schemes[i])) != 0)
			continue;
		const char *rest = address + strlen(schemes[i]);
		rest += text_starts(rest, "//") ? 2 : 0;
		bool whole = strncasecmp(rest, "http://", 7) == 0 || strncasecmp(rest, "https://", 8) == 0;
		return whole ? mem_dup(owner, rest) : mem_printf(owner, "http://%s", rest);
	}
	return address;
}

bool discover_is_page(const char *data, size_t size, const char *content_type)
{
	char *head = mem_ndup(NULL, data, size < SNIFF ? size : SNIFF);
	bool page = strcasestr(head, "<!doctype html") || strcasestr(head, "<html") ||
	            (content_type && strncasecmp(content_type, "text/html", 9) == 0 && !strcasestr(head, "<rss") && !strcasestr(head, "<feed") && !strcasestr(head, "<rdf"));
	talloc_free(head);
	return page;
}
