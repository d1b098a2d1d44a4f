#include "feeds/full_text/full_text.h"
#include "feeds/full_text/full_text_class.h"
#include "feeds/full_text/full_text_drop.h"
#include "feeds/full_text/full_text_elements.h"
#include "feeds/full_text/full_text_hero.h"
#include "feeds/text/decode.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* The fewest characters of a paragraph, an article, and a sibling paragraph; the bytes that are searched for a charset. */
enum { PARAGRAPH = 25, ARTICLE = 140, SIBLING = 80, SNIFF = 2048 };

static double link_density(const struct full_text_element *p) { return p->text ? (double)p->links / (double)p->text : 0; }

/* The element that is most reliably declared as the body, and of several the one with the most text; 0: none. */
static size_t declared(const struct full_text_element *elements, size_t count)
{
	size_t best = 0;
	int mark = 0;
	for (size_t i = 1; i < count; i++) {
		int m = full_text_declared(elements[i].node);
		if (m && elements[i].text >= ARTICLE && (m > mark || (m == mark && elements[i].text > elements[best].text))) {
			best = i;
			mark = m;
		}
	}
	return best;
}

/* The element to search in: the page's article or main when it has enough of the page's prose; else the root. */
static size_t scope(const struct full_text_element *elements, size_t count)
{
	static const char *const names[] = { "article", "main" };
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		size_t best = 0;
		for (size_t i = 1; i < count; i++)
			if (html_is(elements[i].node, names[n]) && elements[i].text >= ARTICLE && elements[i].prose * 5 >= elements[0].prose * 2 &&
			    (!best || elements[i].prose > elements[best].prose))
				best = i;
		if (best)
			return best;
	}
	return 0;
}

static bool is_inside(const struct full_text_element *elements, size_t i, size_t outer)
{
	while (i > outer)
		i = elements[i].parent;
	return i == outer;
}

static double first_score(const struct html_node *node)
{
	double hint = 25.0 * full_text_class_weight(node);
	if (html_is(node, "article") || html_is(node, "main"))
		return hint + 8;
	if (html_is(node, "div"))
		return hint + 5;
	if (html_is(node, "section"))
		return hint + 3;
	return html_is(node, "ul") || html_is(node, "ol") || html_is(node, "dl") || html_is(node, "li") ? hint - 3 : hint;
}

/* Adds a paragraph's points to the blocks around it. */
static void credit(struct full_text_element *elements, size_t i)
{
	const struct full_text_element *p = &elements[i];
	double points = 1 + (double)p->commas + (p->text > 300 ? 3 : (double)p->text / 100);
	/* Text in a div without a paragraph counts for the div itself, too. */
	bool contains_text = html_is(p->node, "div") || html_is(p->node, "td") || html_is(p->node, "section") ||
	                     html_is(p->node, "article") || html_is(p->node, "main");
	size_t up = contains_text ? i : p->parent;
	for (int level = 1; level <= 3; level++) {
		if (elements[up].score == 0)
			elements[up].score = first_score(elements[up].node);
		elements[up].score += points / level;
		if (up == 0)
			return;
		up = elements[up].parent;
	}
}

/* When an article has several sections, the best block is one of them; the element around all of them is wanted. */
static size_t whole(const struct full_text_element *elements, size_t best, size_t outer)
{
	for (size_t up = best; up > outer && elements[up].parent; up = elements[up].parent) {
		const struct full_text_element *around = &elements[elements[up].parent];
		if (around->prose * 7 > elements[best].prose * 10 && link_density(around) < 0.33)
			best = elements[up].parent;
	}
	return best;
}

/* The block with the highest score within outer, or 0. */
static size_t best_of(struct full_text_element *elements, size_t count, size_t outer)
{
	size_t best = 0;
	double most = 0;
	for (size_t i = 1; i < count; i++)
		if (html_is_block(elements[i].node) && elements[i].own >= PARAGRAPH && is_inside(elements, i, outer))
			credit(elements, i);
	for (size_t i = outer ? outer : 1; i < count; i++) {
		double score = is_inside(elements, i, outer) ? elements[i].score * (1 - link_density(&elements[i])) : 0;
		if (score > most) {
			most = score;
			best = i;
		}
	}
	return whole(elements, best, outer);
}

/* Does this sibling of the best block belong to the article? */
static bool belongs(const struct full_text_element *p, const struct full_text_element *best)
{
	if (html_is(p->node, "p"))
		return p->text >= SIBLING ? link_density(p) < 0.25 : p->text > 0 && p->links == 0;
	return html_is(p->node, best->node->name) && p->score > 10 && p->score > best->score / 5 && link_density(p) < 0.25 &&
	       full_text_class_weight(p->node) > -1;
}

static void drop_titles(struct html_node *node)
{
	for (struct html_node *n = html_next(node, node), *next; n; n = next) {
		bool title = html_is(n, "h1");
		next = title ? html_skip(node, n) : html_next(node, n);
		if (title)
			html_remove(n);
	}
}

static void put(FILE *out, struct html_node *node)
{
	drop_titles(node);
	if (html_is(node, "div") || html_is(node, "article") || html_is(node, "main") || html_is(node, "section"))
		for (const struct html_node *n = node->first; n; n = n->next)
			html_write(out, n);
	else
		html_write(out, node);
}

static char *with_siblings(void *owner, const struct full_text_element *elements, size_t count, size_t best)
{
	struct document *d = document_new(NULL);
	for (size_t i = 1; i < count; i++)
		if (i == best || (elements[i].parent == elements[best].parent && belongs(&elements[i], &elements[best])))
			put(document_out(d), elements[i].node);
	return document_finish(d, owner);
}

/* *body is the element that was chosen. */
static char *article_of(void *owner, struct full_text_element *elements, size_t count, const struct html_node **body)
{
	size_t best = declared(elements, count);
	*body = elements[best].node;
	if (best) {
		struct document *d = document_new(NULL);
		put(document_out(d), elements[best].node);
		return document_finish(d, owner);
	}
	size_t outer = scope(elements, count);
	best = best_of(elements, count, outer);
	*body = elements[best].node;
	return best && elements[best].text >= ARTICLE ? with_siblings(owner, elements, count, best) : NULL;
}

/* The last part of the path of the picture in node. */
static char *picture_name(void *owner, const struct html_node *node)
{
	const struct html_node *img = node;
	while (img && !html_is(img, "img"))
		img = html_next(node, img);
	const char *src = img ? html_get(img, "src") : NULL, *end = src ? src + strcspn(src, "?#") : NULL, *start = end;
	while (start > src && start[-1] != '/')
		start--;
	return src && !text_starts(src, "data:") && end > start ? mem_ndup(owner, start, (size_t)(end - start)) : NULL;
}

/* The article, below the picture above it that is not in it. */
static char *with_hero(void *owner, const struct full_text_heroes *heroes, const struct html_node *body, char *article)
{
	const struct html_node *hero = article ? full_text_hero(heroes, body) : NULL;
	char *name = hero ? picture_name(owner, hero) : NULL;
	if (!hero || (name && strstr(article, name)))
		return article;
	struct document *d = document_new(NULL);
	html_write(document_out(d), hero);
	fputs(article, document_out(d));
	return document_finish(d, owner);
}

/* The Content-Type with the charset of the page's meta element when the header has none. */
static const char *type_of(void *owner, const char *page, size_t size, const char *content_type)
{
	if (content_type && strcasestr(content_type, "charset="))
		return content_type;
	char *head = mem_ndup(owner, page, size < SNIFF ? size : SNIFF), *named = strcasestr(head, "charset=");
	if (!named)
		return content_type;
	named += strlen("charset=") + strspn(named + strlen("charset="), "\"' ");
	named[strcspn(named, "\"'/> ;\r\n")] = '\0';
	return mem_printf(owner, "text/html; charset=%s", named);
}

static char *base_of(void *owner, const struct html_node *root, const char *url)
{
	for (const struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		if (html_is(n, "base") && html_get(n, "href")) {
			char *base = url_resolve(owner, url, html_get(n, "href"));
			return base ? base : mem_dup(owner, url);
		}
	return mem_dup(owner, url);
}

char *full_text_of(void *owner, const void *page, size_t size, const char *content_type, const char *url, char **base)
{
	void *scratch = talloc_new(NULL);
	size = size > FULL_TEXT_MAX_SIZE ? FULL_TEXT_MAX_SIZE : size;
	struct decoded *decoded = decode_document(scratch, page, size, type_of(scratch, page, size, content_type));
	struct html_node *root = html_parse_page(scratch, decoded->text, decoded->size);
	*base = base_of(owner, root, url);
	const struct full_text_heroes *heroes = full_text_heroes(scratch, root);
	const struct html_node *body;
	full_text_drop(root);
	struct full_text_element *elements = full_text_elements(scratch, root);
	char *found = article_of(owner, elements, talloc_array_length(elements), &body), *article = with_hero(owner, heroes, body, found);
	talloc_free(scratch);
	return article;
}
