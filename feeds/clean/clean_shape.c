#include "feeds/clean/clean_shape.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Bytes of an attribute that each of several paragraphs gets. */
enum { REPEATED_MAX = 100 };

static bool is_space(const struct html_node *n) { return n->kind == HTML_TEXT && text_blank(n->text); }
static bool is_block(const struct html_node *n) { return n && html_is_block(n); }
static bool is_more(const struct html_node *n) { return n && n->kind == HTML_COMMENT; }

/* White space beside blocks has no meaning and is dropped. */
static bool only_white(const char *s) { return !s[strspn(s, " \t\n")]; }

static bool has_block(const struct html_node *n)
{
	for (const struct html_node *k = n->first; k; k = k->next)
		if (is_block(k))
			return true;
	return false;
}

static bool has_inline(const struct html_node *n)
{
	for (const struct html_node *k = n->first; k; k = k->next)
		if (!is_block(k) && !is_space(k) && !is_more(k))
			return true;
	return false;
}

static void drop_space(struct html_node *parent)
{
	for (struct html_node *n = parent->first, *after; n; n = after) {
		after = n->next;
		bool edge = !n->previous || !after || is_block(n->previous) || is_block(after) || is_more(n->previous) || is_more(after);
		if (edge && n->kind == HTML_TEXT && only_white(n->text))
			html_remove(n);
	}
}

static void trim_end(struct html_node *n, bool front)
{
	for (struct html_node *k; (k = front ? n->first : n->last) && (html_is(k, "br") || is_space(k));)
		html_remove(k);
}

/* Removes line breaks and white space at both ends of a block, also within its first and last text. */
static void trim(struct html_node *n)
{
	trim_end(n, true);
	trim_end(n, false);
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

/*
 * Moves the content of p up to and including at into a new paragraph before p.  Both get the attributes, but for long ones, which
 * only the last keeps: there may be as many paragraphs as the source has line breaks.
 */
static void split(struct clean *c, struct html_node *p, struct html_node *at)
{
	struct html_node *front = html_new_element(c->root, p->name);
	for (size_t i = 0; i < p->attribute_count; i++)
		if (strnlen(p->attributes[i].value, REPEATED_MAX + 1) <= REPEATED_MAX)
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

/* Many sources separate paragraphs by two line breaks. */
static void split_paragraph(struct clean *c, struct html_node *p)
{
	trim(p);
	for (struct html_node *gap; (gap = find_gap(p));) {
		split(c, p, gap);
		trim(p);
	}
}

/* Puts each run of inline content between blocks into a paragraph. */
static void wrap_inline(struct clean *c, struct html_node *parent)
{
	struct html_node *p = NULL;
	for (struct html_node *n = parent->first, *after; n; n = after) {
		after = n->next;
		if (is_block(n) || is_more(n)) {
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

/* May the inline content of a div be in its parent without a paragraph? */
static bool is_tight(const struct html_node *div)
{
	static const char *const tight[] = { "li", "td", "th", "dd", "dt", "figcaption", "summary", "figure", "caption", NULL };
	const struct html_node *parent = div->parent;
	return is_alone(div) && ((parent->name && !html_is_block(parent)) || clean_is_one(parent, tight));
}

/* A div becomes a paragraph, stays a wrapper of blocks, or is unwrapped. */
static void shape_div(struct clean *c, struct html_node *div)
{
	if (has_block(div) && has_inline(div))
		wrap_inline(c, div);
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

/* Removes an element without text or pictures; the white space in an inline one stays. */
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

static bool is_meaningless(const struct html_node *n)
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
		wrap_inline(c, n);
	else if (clean_is_one(n, plain) && !has_block(n))
		trim(n);
}

static void shape(struct clean *c, struct html_node *n)
{
	if (drop_empty(n))
		return;
	if (is_meaningless(n))
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
	if ((has_block(c->root) && has_inline(c->root)) || find_gap(c->root))
		wrap_inline(c, c->root);
	else if (!has_block(c->root))
		trim(c->root);
	drop_space(c->root);
}
