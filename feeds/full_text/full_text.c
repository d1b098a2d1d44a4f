#include "feeds/full_text/full_text.h"
#include "feeds/full_text/full_text_elements.h"
#include "feeds/text/decode.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Characters: less is no paragraph; no article; no sibling that belongs. */
enum { PARAGRAPH = 25, ARTICLE = 140, SIBLING = 80, SNIFF = 2048 };

static double link_share(const struct full_text_part *p) { return p->text ? (double)p->links / (double)p->text : 0; }

/* The part with the highest mark and, of these, the most text; 0: none is marked. */
static size_t marked(const struct full_text_part *parts, size_t count)
{
	size_t best = 0;
	int mark = 0;
	for (size_t i = 1; i < count; i++) {
		int m = full_text_mark(parts[i].node);
		if (m && parts[i].text >= ARTICLE && (m > mark || (m == mark && parts[i].text > parts[best].text))) {
			best = i;
			mark = m;
		}
	}
	return best;
}

/* Where to look: the page's one article or main, if it holds enough; else all of it. */
static size_t scope(const struct full_text_part *parts, size_t count)
{
	static const char *const names[] = { "article", "main" };
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		size_t best = 0;
		for (size_t i = 1; i < count; i++)
			if (html_is(parts[i].node, names[n]) && parts[i].text >= ARTICLE && parts[i].prose * 5 >= parts[0].prose * 2 &&
			    (!best || parts[i].prose > parts[best].prose))
				best = i;
		if (best)
			return best;
	}
	return 0;
}

static bool is_inside(const struct full_text_part *parts, size_t i, size_t outer)
{
	while (i > outer)
		i = parts[i].parent;
	return i == outer;
}

static double first_score(const struct html_node *node)
{
	double hint = 25.0 * full_text_hint(node);
	if (html_is(node, "article") || html_is(node, "main"))
		return hint + 8;
	if (html_is(node, "div"))
		return hint + 5;
	if (html_is(node, "section"))
		return hint + 3;
	return html_is(node, "ul") || html_is(node, "ol") || html_is(node, "dl") || html_is(node, "li") ? hint - 3 : hint;
}

/* What a paragraph says for the blocks around it. */
static void credit(struct full_text_part *parts, size_t i)
{
	const struct full_text_part *p = &parts[i];
	double points = 1 + (double)p->commas + (p->text > 300 ? 3 : (double)p->text / 100);
	/* Text that stands in a div without any paragraph: the div is a block of text and the article at once. */
	bool holds = html_is(p->node, "div") || html_is(p->node, "td") || html_is(p->node, "section") || html_is(p->node, "article") || html_is(p->node, "main");
	size_t up = holds ? i : p->parent;
	for (int level = 1; level <= 3; level++) {
		if (parts[up].score == 0)
			parts[up].score = first_score(parts[up].node);
		parts[up].score += points / level;
		if (up == 0)
			return;
		up = parts[up].parent;
	}
}

/* An article in several sections: none of them is all of it, but what is around them is. */
static size_t whole(const struct full_text_part *parts, size_t best, size_t outer)
{
	for (size_t up = best; up > outer && parts[up].parent; up = parts[up].parent) {
		const struct full_text_part *around = &parts[parts[up].parent];
		if (around->prose * 7 > parts[best].prose * 10 && link_share(around) < 0.33)
			best = parts[up].parent;
	}
	return best;
}

/* The block that has the best of the paragraphs within outer, or 0. */
static size_t best_of(struct full_text_part *parts, size_t count, size_t outer)
{
	size_t best = 0;
	double most = 0;
	for (size_t i = 1; i < count; i++)
		if (html_is_block(parts[i].node) && parts[i].own >= PARAGRAPH && is_inside(parts, i, outer))
			credit(parts, i);
	for (size_t i = outer ? outer : 1; i < count; i++) {
		double score = is_inside(parts, i, outer) ? parts[i].score * (1 - link_share(&parts[i])) : 0;
		if (score > most) {
			most = score;
			best = i;
		}
	}
	return whole(parts, best, outer);
}

/* Does this neighbour of the best block belong to the article? */
static bool belongs(const struct full_text_part *p, const struct full_text_part *best)
{
	if (html_is(p->node, "p"))
		return p->text >= SIBLING ? link_share(p) < 0.25 : p->text > 0 && p->links == 0;
	return html_is(p->node, best->node->name) && p->score > 10 && p->score > best->score / 5 && link_share(p) < 0.25 && full_text_hint(p->node) > -1;
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

static char *with_siblings(void *owner, const struct full_text_part *parts, size_t count, size_t best)
{
	struct document *d = document_new(NULL);
	for (size_t i = 1; i < count; i++)
		if (i == best || (parts[i].parent == parts[best].parent && belongs(&parts[i], &parts[best])))
			put(document_out(d), parts[i].node);
	return document_finish(d, owner);
}

static char *article_of(void *owner, struct full_text_part *parts, size_t count)
{
	struct document *d;
	size_t best = marked(parts, count);
	if (best) {
		d = document_new(NULL);
		put(document_out(d), parts[best].node);
		return document_finish(d, owner);
	}
	size_t outer = scope(parts, count);
	best = best_of(parts, count, outer);
	return best && parts[best].text >= ARTICLE ? with_siblings(owner, parts, count, best) : NULL;
}

/* A page names its encoding in its head, when its header does not. */
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
	full_text_drop(root);
	struct full_text_part *parts = full_text_parts(scratch, root);
	char *article = article_of(owner, parts, talloc_array_length(parts));
	talloc_free(scratch);
	return article;
}
