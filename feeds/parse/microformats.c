#include "feeds/parse/microformats.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* The longest value but the content of a post; the parts of a value-class value. */
enum { LONGEST = 4000, DATE_PARTS = 8 };

/* The other kinds of items.  They are listed, because style sheets have classes with "h-" for heights. */
static const char *const others[] = {
	"h-cite", "h-event", "h-adr", "h-geo", "h-item", "h-listing", "h-product", "h-recipe", "h-resume", "h-review", "h-review-aggregate", NULL,
};

enum microformat microformats_kind(const struct html_node *node, bool *classic)
{
	const char *list = node->kind == HTML_ELEMENT ? html_get(node, "class") : NULL;
	*classic = false;
	if (!list || !strchr(list, 'h'))
		return list && html_has_class(node, "vcard") ? MICROFORMAT_CARD : MICROFORMAT_NONE;
	if (html_has_class(node, "h-entry"))
		return MICROFORMAT_ENTRY;
	if (html_has_class(node, "h-feed"))
		return MICROFORMAT_FEED;
	if (html_has_class(node, "h-card"))
		return MICROFORMAT_CARD;
	if (html_has_one_class(node, others))
		return MICROFORMAT_OTHER;
	*classic = true;
	if (html_has_class(node, "hentry"))
		return MICROFORMAT_ENTRY;
	if (html_has_class(node, "hfeed"))
		return MICROFORMAT_FEED;
	return html_has_class(node, "vcard") ? MICROFORMAT_CARD : MICROFORMAT_NONE;
}

struct html_node *microformats_next(const struct html_node *item, const struct html_node *node)
{
	bool classic;
	struct html_node *n = !node ? html_next(item, item)
	                      : microformats_kind(node, &classic) != MICROFORMAT_NONE ? html_skip(item, node) : html_next(item, node);
	while (n && n->kind != HTML_ELEMENT)
		n = html_next(item, n);
	return n;
}

static bool has_rel(const struct html_node *node, const char *word)
{
	const char *list = html_get(node, "rel");
	size_t n = strlen(word);
	for (const char *p = list; p && *p; p += strcspn(p, " \t\r\n"), p += strspn(p, " \t\r\n"))
		if (strncasecmp(p, word, n) == 0 && (!p[n] || strchr(" \t\r\n", p[n])))
			return true;
	return false;
}

/* The classic names of properties (microformats.org/wiki/h-entry, "Parser Compatibility"). */
static const struct { const char *now, *before, *rel; } names[] = {
	{ "p-name", "entry-title", NULL }, { "e-content", "entry-content", NULL }, { "p-summary", "entry-summary", NULL },
	{ "dt-published", "published", NULL }, { "dt-updated", "updated", NULL }, { "p-author", "author", NULL },
	{ "p-category", "category", "tag" }, { "u-url", NULL, "bookmark" },
};

bool microformats_has(const struct html_node *node, const char *property, bool classic)
{
	if (!classic)
		return html_has_class(node, property);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].now, property) == 0)
			return (names[i].before && html_has_class(node, names[i].before)) || (names[i].rel && has_rel(node, names[i].rel));
	return false;
}

static const char *attribute_of(const struct html_node *node, const char *const pairs[][2])
{
	for (size_t i = 0; pairs[i][0]; i++)
		if (html_is(node, pairs[i][0]) && html_get(node, pairs[i][1]))
			return html_get(node, pairs[i][1]);
	return NULL;
}

static char *inner_text(void *owner, const struct html_node *node)
{
	char *line = html_line(NULL, node, LONGEST), *cut = text_cut(owner, line, LONGEST);
	talloc_free(line);
	return cut;
}

/* A part of a value: an element of class "value" or "value-title" (microformats.org/wiki/value-class-pattern). */
static const char *value_part(void *scratch, const struct html_node *n)
{
	static const char *const pairs[][2] = { { "img", "alt" }, { "area", "alt" }, { "data", "value" }, { "abbr", "title" },
	                                        { "time", "datetime" }, { "ins", "datetime" }, { "del", "datetime" }, { NULL, NULL } };
	if (html_has_class(n, "value-title"))
		return html_get(n, "title");
	if (!html_has_class(n, "value"))
		return NULL;
	const char *value = attribute_of(n, pairs);
	return value ? value : inner_text(scratch, n);
}

/* The parts joined with between; NULL when there are none. */
static char *value_class(void *owner, const struct html_node *node, const char *between)
{
	char *all = NULL;
	void *scratch = talloc_new(NULL);
	size_t parts = 0;
	bool classic;
	for (const struct html_node *n = html_next(node, node); n && parts < DATE_PARTS; ) {
		const char *part = n->kind == HTML_ELEMENT && html_get(n, "class") ? value_part(scratch, n) : NULL;
		if (part) {
			all = all ? mem_printf(scratch, "%s%s%s", all, between, part) : mem_dup(scratch, part);
			parts++;
		}
		n = part || (n->kind == HTML_ELEMENT && microformats_kind(n, &classic) != MICROFORMAT_NONE) ? html_skip(node, n) : html_next(node, n);
	}
	all = all ? text_squeeze(owner, all) : NULL;
	talloc_free(scratch);
	return all;
}

static char *trimmed(void *owner, const char *text) { return text_blank(text) ? NULL : text_squeeze(owner, text); }

char *microformats_text(void *owner, const struct html_node *node)
{
	static const char *const pairs[][2] = { { "abbr", "title" }, { "link", "title" }, { "data", "value" }, { "input", "value" },
	                                        { "img", "alt" }, { "area", "alt" }, { "meta", "content" }, { NULL, NULL } };
	char *value = value_class(owner, node, "");
	const char *named = value ? NULL : attribute_of(node, pairs);
	return value ? value : named ? trimmed(owner, named) : trimmed(owner, inner_text(owner, node));
}

char *microformats_url(void *owner, const struct html_node *node, const char *base)
{
	static const char *const pairs[][2] = { { "a", "href" }, { "area", "href" }, { "link", "href" }, { "img", "src" }, { "audio", "src" }, { "video", "src" },
	                                        { "source", "src" }, { "iframe", "src" }, { "video", "poster" }, { "object", "data" }, { "abbr", "title" },
	                                        { "data", "value" }, { "input", "value" }, { "meta", "content" }, { NULL, NULL } };
	const char *named = attribute_of(node, pairs);
	char *text = named ? NULL : inner_text(NULL, node), *value = trimmed(NULL, named ? named : text);
	char *url = !value ? NULL : base ? url_resolve(owner, base, value) : url_valid(value) ? mem_dup(owner, value) : NULL;
	talloc_free(text);
	talloc_free(value);
	return url;
}

char *microformats_date(void *owner, const struct html_node *node)
{
	static const char *const pairs[][2] = { { "time", "datetime" }, { "ins", "datetime" }, { "del", "datetime" }, { "abbr", "title" }, { "data", "value" },
	                                        { "input", "value" }, { "meta", "content" }, { NULL, NULL } };
	char *value = value_class(owner, node, " ");
	const char *named = value ? NULL : attribute_of(node, pairs);
	return value ? value : named ? trimmed(owner, named) : trimmed(owner, inner_text(owner, node));
}

char *microformats_html(void *owner, const struct html_node *node)
{
	struct document *d = document_new(NULL);
	for (const struct html_node *n = node->first; n; n = n->next)
		html_write(document_out(d), n);
	return document_finish(d, owner);
}
