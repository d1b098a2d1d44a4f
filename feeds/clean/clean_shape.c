#include "feeds/clean/clean_tree.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

static bool is_space(const struct html_node *n) { return n->kind == HTML_TEXT && text_blank(n->text); }
static bool is_block(const struct html_node *n) { return n && html_is_block(n); }
static bool is_cut(const struct html_node *n) { return n && n->kind == HTML_COMMENT; }

/* White space between and around blocks means nothing; between words it is a space. */
static bool only_white(const char *s) { return !s[strspn(s, " \t\n")]; }

static bool has_block(const struct html_node *n)
{
	for (const struct html_node *k = n->first; k; k = k->next)
		if (is_block(k))
			return true;
	return false;
}

static bool has_words(const struct html_node *n)
{
	for (const struct html_node *k = n->first; k; k = k->next)
		if (!is_block(k) && !is_space(k) && !is_cut(k))
			return true;
	return false;
}

static void drop_space(struct html_node *parent)
{
	for (struct html_node *n = parent->first, *after; n; n = after) {
		after = n->next;
		bool edge = !n->previous || !after || is_block(n->previous) || is_block(after) || is_cut(n->previous) || is_cut(after);
		if (edge && n->kind == HTML_TEXT && only_white(n->text))
			html_remove(n);
	}
}

static void drop_edge(struct html_node *n, bool front)
{
	for (struct html_node *k; (k = front ? n->first : n->last) && (html_is(k, "br") || is_space(k));)
		html_remove(k);
}

/* Line breaks and spaces at the ends of a block break nothing; the text's own spaces go too. */
static void trim(struct html_node *n)
{
	drop_edge(n, true);
	drop_edge(n, false);
	if (n->first && n->first->kind == HTML_TEXT)
		n->first->text += strspn(n->first->text, " \t\n");
	if (n->last && n->last->kind == HTML_TEXT) {
		size_t size = strlen(n->last->text);
		while (size && strchr(" \t\n", n->last->text[size - 1]))
			size--;
		if (n->last->text[size])
			html_set_text(n->last, n->last->text, size);
	}
}

/* Moves what comes up to and with at into a paragraph of its own before p. */
static void split(struct clean *c, struct html_node *p, struct html_node *at)
{
	struct html_node *front = html_new_element(c->root, p->name);
	for (size_t i = 0; i < p->attribute_count; i++)
		html_set(front, p->attributes[i].name, p->attributes[i].value);
	html_set(p, "id", NULL);
	html_insert_before(p, front);
	while (front->last != at)
		html_append(front, p->first);
	trim(front);
}

/* The second of the first two line breaks in a row. */
static struct html_node *find_gap(const struct html_node *parent)
{
	for (const struct html_node *n = parent->first; n; n = n->next) {
		struct html_node *next = html_is(n, "br") ? n->next : NULL;
		while (next && is_space(next))
			next = next->next;
		if (html_is(next, "br"))
			return next;
	}
	return NULL;
}

/* Two line breaks in a row are how many a source ends a paragraph. */
static void split_paragraph(struct clean *c, struct html_node *p)
{
	trim(p);
	for (struct html_node *gap; (gap = find_gap(p));) {
		split(c, p, gap);
		trim(p);
	}
}

/* Puts each run of words among blocks into a paragraph. */
static void wrap_words(struct clean *c, struct html_node *parent)
{
	struct html_node *p = NULL;
	for (struct html_node *n = parent->first, *after; n; n = after) {
		after = n->next;
		if (is_block(n) || is_cut(n)) {
			p = NULL;
			continue;
		}
		if (!p) {
			if (is_space(n))
				continue;
			p = html_new_element(c->root, "p");
			html_insert_before(n, p);
		}
		html_append(p, n);
	}
	for (struct html_node *n = parent->first, *after; n; n = after) {
		after = n->next;
		if (html_is(n, "p"))
			split_paragraph(c, n);
	}
}

static bool is_alone(const struct html_node *node)
{
	for (const struct html_node *n = node->parent->first; n; n = n->next)
		if (n != node && !is_space(n))
			return false;
	return true;
}

/* May the words of a div stand in its parent without a paragraph of their own? */
static bool is_tight(const struct html_node *div)
{
	static const char *const tight[] = { "li", "td", "th", "dd", "dt", "figcaption", "summary", "figure", "caption", NULL };
	const struct html_node *parent = div->parent;
	return is_alone(div) && ((parent->name && !html_is_block(parent)) || clean_is_one(parent, tight));
}

/* A div is a paragraph, a wrapper of blocks, or nothing. */
static void shape_div(struct clean *c, struct html_node *div)
{
	if (has_block(div) && has_words(div))
		wrap_words(c, div);
	if (!div->attribute_count && (has_block(div) || is_tight(div)))
		html_unwrap(div);
	else if (!has_block(div)) {
		html_rename(div, "p");
		split_paragraph(c, div);
	}
}

static bool keeps_empty(const struct html_node *n)
{
	static const char *const structure[] = { "td", "th", "col", "br", "wbr", "img", "hr", "colgroup", NULL };
	return clean_is_one(n, structure) || (html_get(n, "id") && html_is(n, "a"));
}

static bool inside_pre(const struct html_node *n)
{
	for (; n; n = n->parent)
		if (html_is(n, "pre"))
			return true;
	return false;
}

/* Only what has words or pictures stays; spaces that an inline element held stay too. */
static bool drop_empty(struct html_node *n)
{
	if (keeps_empty(n) || !clean_is_empty(n) || inside_pre(n->parent))
		return false;
	if (is_block(n))
		html_remove(n);
	else
		html_unwrap(n);
	return true;
}

static bool says_nothing(const struct html_node *n)
{
	return (html_is(n, "span") && !n->attribute_count) || (html_is(n, "a") && !html_get(n, "href") && !html_get(n, "id"));
}

static void shape_block(struct clean *c, struct html_node *n)
{
	static const char *const plain[] = { "h2", "h3", "h4", "h5", "h6", "figcaption", "li", "dt", "dd", "td", "th", "summary", "caption", NULL };
	static const char *const mixed[] = { "blockquote", "aside", "section", NULL };
	drop_space(n);
	if (html_is(n, "div"))
		shape_div(c, n);
	else if (html_is(n, "p") && html_is(n->parent, "figure") && !n->attribute_count && is_alone(n))
		html_unwrap(n);
	else if (html_is(n, "p"))
		split_paragraph(c, n);
	else if (clean_is_one(n, mixed))
		wrap_words(c, n);
	else if (clean_is_one(n, plain) && !has_block(n))
		trim(n);
}

static void shape(struct clean *c, struct html_node *n)
{
	if (drop_empty(n))
		return;
	if (says_nothing(n))
		html_unwrap(n);
	else if (is_block(n) && !inside_pre(n))
		shape_block(c, n);
}

void clean_shape(struct clean *c)
{
	for (struct html_node *n = html_last(c->root), *before; n; n = before) {
		before = html_before(c->root, n);
		if (n->kind == HTML_ELEMENT)
			shape(c, n);
	}
	drop_space(c->root);
	if ((has_block(c->root) && has_words(c->root)) || find_gap(c->root))
		wrap_words(c, c->root);
	else if (!has_block(c->root))
		trim(c->root);
	drop_space(c->root);
}
