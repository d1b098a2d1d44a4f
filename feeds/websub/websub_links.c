#include "feeds/websub/websub_links.h"
#include "feeds/parse/discover.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Further hubs and longer headers are ignored. */
enum { HUBS_MAX = 5, HEADER_MAX = 16384 };

#define SPACE " \t\r\n"

/* Is word one of the words of list, whatever the case? */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = list + strspn(list, SPACE); *p; p += strcspn(p, SPACE), p += strspn(p, SPACE))
		if (strcspn(p, SPACE) == n && strncasecmp(p, word, n) == 0)
			return true;
	return false;
}

static void add_hub(struct websub_links *links, const char *url)
{
	for (size_t i = 0; i < links->hub_count; i++)
		if (strcmp(links->hubs[i], url) == 0)
			return;
	if (links->hub_count < HUBS_MAX)
		*mem_push(links, links->hubs, links->hub_count) = url;
}

/* Hubs compare topics byte for byte, so an absolute URL stays as it is written. */
static char *absolute(void *owner, const char *base, const char *reference)
{
	char *as_is = text_trim(owner, reference);
	if (strlen(as_is) <= URL_MAX && !as_is[strcspn(as_is, SPACE)] && url_valid(as_is))
		return url_without_fragment(owner, as_is);
	char *full = base ? url_resolve(owner, base, reference) : NULL;
	return full ? url_without_fragment(owner, full) : NULL;
}

static void add(struct websub_links *links, const char *rel, const char *reference, const char *base)
{
	bool hub = has_word(rel, "hub"), self = !links->self && has_word(rel, "self");
	char *url = hub || self ? absolute(links, base, reference) : NULL;
	if (url && hub)
		add_hub(links, url);
	if (url && self)
		links->self = url;
}

/* The value of a parameter at *at, quoted or not; *at moves behind it. */
static char *parameter_value(void *owner, const char **at)
{
	const char *p = *at;
	if (*p != '"') {
		size_t size = strcspn(p, ";," SPACE);
		*at = p + size;
		return mem_ndup(owner, p, size);
	}
	char *value = mem_array(owner, char, strlen(p)), *to = value;
	for (p++; *p && *p != '"'; p++) {
		if (*p == '\\' && p[1])
			p++;
		*to++ = *p;
	}
	*at = *p ? p + 1 : p;
	return value;
}

struct parameters {
	char *rel, *anchor;
};

/* Reads the parameters of a link, from the first ";" on; a repeated parameter is ignored.  Returns their end. */
static const char *read_parameters(void *owner, const char *p, struct parameters *all)
{
	for (p += strspn(p, SPACE); *p == ';'; p += strspn(p, SPACE)) {
		p++;
		p += strspn(p, SPACE);
		const char *name = p;
		size_t size = strcspn(p, "=;," SPACE);
		p += size;
		p += strspn(p, SPACE);
		if (*p != '=')
			continue;
		p++;
		p += strspn(p, SPACE);
		char *value = parameter_value(owner, &p);
		if (size == 3 && strncasecmp(name, "rel", size) == 0 && !all->rel)
			all->rel = value;
		else if (size == 6 && strncasecmp(name, "anchor", size) == 0 && !all->anchor)
			all->anchor = value;
	}
	return p;
}

/* RFC 8288 section 3.  A malformed link is skipped up to the next comma. */
void websub_links_header(struct websub_links *links, const char *value, const char *base)
{
	if (strnlen(value, HEADER_MAX + 1) > HEADER_MAX)
		return;
	void *scratch = talloc_new(NULL);
	for (const char *p = value; *p; p += *p == ',') {
		p += strspn(p, SPACE ",");
		size_t size = *p == '<' ? strcspn(p + 1, "<>") : 0;
		if (*p == '<' && p[1 + size] == '>') {
			struct parameters all = { 0 };
			char *reference = mem_ndup(scratch, p + 1, size);
			p = read_parameters(scratch, p + 2 + size, &all);
			/* A link with an anchor belongs to another document. */
			if (all.rel && !all.anchor)
				add(links, all.rel, reference, base);
		}
		p += strcspn(p, ",");
	}
	talloc_free(scratch);
}

static void read_page(struct websub_links *links, const struct buf *body, const char *url)
{
	struct html_node *root = html_parse_page(NULL, body->data, body->size);
	for (const struct html_node *n = root; n; n = html_next(root, n))
		if (html_is(n, "link") && html_get(n, "rel") && html_get(n, "href"))
			add(links, html_get(n, "rel"), html_get(n, "href"), url);
	talloc_free(root);
}

static void read_body(struct websub_links *links, const struct http_response *answer, const struct feed *feed)
{
	if (discover_is_page(answer->body->data, answer->body->size, http_header(answer, "Content-Type"))) {
		read_page(links, answer->body, answer->url);
	} else if (feed) {
		for (size_t i = 0; i < feed->hub_count; i++)
			add(links, "hub", feed->hubs[i], answer->url);
		if (feed->self)
			add(links, "self", feed->self, answer->url);
	}
}

/* Well-known hubs that their feeds do not name. */
static void read_known(struct websub_links *links, const char *url)
{
	static const struct {
		const char *host, *path, *hub;
	} known[] = {
		{ "www.youtube.com", "/feeds/videos.xml", "https://pubsubhubbub.appspot.com/subscribe" },
	};
	struct error ignored;
	struct url *u = url_parse(links, url, &ignored);
	for (size_t i = 0; u && i < sizeof known / sizeof *known; i++)
		if (strcmp(u->host, known[i].host) == 0 && strcmp(u->path, known[i].path) == 0) {
			add_hub(links, known[i].hub);
			links->self = mem_dup(links, url);
		}
}

struct websub_links *websub_links(void *owner, const struct http_response *answer, const struct feed *feed)
{
	struct websub_links *links = mem_new(owner, struct websub_links), *inside = mem_new(links, struct websub_links);
	for (const struct http_header *h = answer->headers; h && h->name; h++)
		if (text_same(h->name, "Link"))
			websub_links_header(links, h->value, answer->url);
	if (!links->hub_count || !links->self)
		read_body(inside, answer, feed);
	if (!links->hub_count) {
		links->hubs = inside->hubs;
		links->hub_count = inside->hub_count;
	}
	if (!links->self)
		links->self = inside->self;
	if (!links->hub_count)
		read_known(links, answer->url);
	return links;
}
