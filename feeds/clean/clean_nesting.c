#include "feeds/clean/clean_nesting.h"
#include "gateway/base/text/text.h"

/* Elements that are put into blocks of one document; a text that needs more is made to cost time, and loses emphasis instead. */
enum { MOST = 20000 };

struct nesting {
	struct clean *c;
	size_t budget;
};

/* Elements of phrases.  a, ins and del may hold what their parents may. */
static bool is_phrase(const struct html_node *n)
{
	static const char *const names[] = { "b", "strong", "i", "em", "u", "s", "small", "mark", "code", "kbd", "samp", "var", "sub", "sup", "q", "cite", "abbr", "dfn",
	                                     "span", "bdi", "bdo", "time", "ruby", NULL };
	return clean_is_one(n, names);
}

/* A block, or a link around one. */
static bool is_flow(const struct html_node *n)
{
	static const char *const transparent[] = { "a", "ins", "del", NULL };
	if (html_is_block(n))
		return true;
	for (const struct html_node *k = clean_is_one(n, transparent) ? n->first : NULL; k; k = k->next)
		if (is_flow(k))
			return true;
	return false;
}

static bool holds_flow(const struct html_node *n)
{
	for (const struct html_node *k = n->first; k; k = k->next)
		if (is_flow(k))
			return true;
	return false;
}

/* Another element like phrase, before where (which may be NULL: at the end of parent).  An id is given once. */
static struct html_node *another(struct nesting *x, struct html_node *phrase, struct html_node *parent, struct html_node *where)
{
	struct html_node *copy = html_new_element(x->c->root, phrase->name);
	for (size_t i = 0; i < phrase->attribute_count; i++)
		html_set(copy, phrase->attributes[i].name, phrase->attributes[i].value);
	html_set(phrase, "id", NULL);
	if (where)
		html_insert_before(where, copy);
	else
		html_append(parent, copy);
	x->budget--;
	return copy;
}

static bool is_blank(const struct html_node *n) { return n->kind == HTML_COMMENT || (n->kind == HTML_TEXT && text_blank(n->text)); }

/* Puts each run of words and inline elements in parent into an element like phrase. */
static void put_inside(struct nesting *x, struct html_node *parent, struct html_node *phrase)
{
	struct html_node *run = NULL;
	for (struct html_node *n = parent->first, *after; n; n = after) {
		after = n->next;
		if (is_flow(n)) {
			run = NULL;
			put_inside(x, n, phrase);
		} else if (run || (!is_blank(n) && x->budget)) {
			run = run ? run : another(x, phrase, parent, n);
			html_append(run, n);
		}
	}
}

static void push_down(struct nesting *x, struct html_node *phrase)
{
	bool bare = html_is(phrase, "span") && !phrase->attribute_count;
	if (!bare && x->budget)
		put_inside(x, phrase, phrase);
	html_unwrap(phrase);
}

/* The blocks in a heading become its lines. */
static void flatten(struct nesting *x, struct html_node *heading)
{
	static const char *const blocks[] = { "p", "div", "blockquote", "aside", "address", "figure", "figcaption", NULL };
	bool words = false;
	for (struct html_node *n = html_next(heading, heading), *after; n; n = after) {
		after = html_next(heading, n);
		if (!clean_is_one(n, blocks)) {
			words = words || !is_blank(n);
			continue;
		}
		if (words && !clean_is_empty(n))
			html_insert_before(n, html_new_element(x->c->root, "br"));
		after = n->first ? n->first : html_skip(heading, n);
		n->first ? html_unwrap(n) : html_remove(n);
	}
}

void clean_nesting(struct clean *c)
{
	struct nesting x = { c, MOST };
	for (struct html_node *n = html_last(c->root), *before; n; n = before) {
		before = html_before(c->root, n);
		if (clean_is_heading(n))
			flatten(&x, n);
		else if (is_phrase(n) && holds_flow(n))
			push_down(&x, n);
	}
}
