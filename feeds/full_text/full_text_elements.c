#include "feeds/full_text/full_text_elements.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

struct walk {
	struct full_text_element *elements;
	size_t count;
	size_t path[HTML_MAX_DEPTH + 8]; /* indexes of the open elements */
	size_t depth;
	size_t link;                     /* depth of the open a element; 0: none is open */
};

static bool is_comma(uint32_t c) { return c == ',' || c == 0x060C || c == 0x3001 || c == 0xFF0C || c == 0x3002; }

static bool is_space(uint32_t c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == 0xA0; }

static void count_text(struct walk *w, const char *s)
{
	size_t text = 0, commas = 0;
	for (uint32_t c = text_next(&s); c; c = text_next(&s)) {
		text += !is_space(c);
		commas += is_comma(c);
	}
	size_t at = w->depth;
	/* The text of an inline element is own text of its block. */
	while (at > 0 && !html_is_block(w->elements[w->path[at]].node))
		at--;
	struct full_text_element *p = &w->elements[w->path[w->depth]], *block = &w->elements[w->path[at]];
	p->text += text;
	p->links += w->link ? text : 0;
	p->commas += commas;
	block->own += text;
	if (!w->link && (html_is(block->node, "p") || html_is(block->node, "pre") || html_is(block->node, "li") ||
	                 html_is(block->node, "blockquote") || text > 80))
		p->prose += text;
}

static void open(void *owner, struct walk *w, struct html_node *node)
{
	struct full_text_element *p = mem_push(owner, w->elements, w->count);
	p->node = node;
	p->parent = w->path[w->depth];
	w->path[++w->depth] = w->count - 1;
	if (!w->link && html_is(node, "a"))
		w->link = w->depth;
}

/* Adds the counts of each element to its parent, which is before it. */
static void sum_up(struct walk *w)
{
	for (size_t i = w->count; i-- > 1;) {
		struct full_text_element *p = &w->elements[i], *up = &w->elements[p->parent];
		up->text += p->text;
		up->links += p->links;
		up->commas += p->commas;
		up->prose += p->prose;
	}
}

struct full_text_element *full_text_elements(void *owner, struct html_node *root)
{
	struct walk *w = mem_new(NULL, struct walk);
	mem_push(owner, w->elements, w->count)->node = root;
	for (struct html_node *n = html_next(root, root); n; n = html_next(root, n)) {
		while (w->depth > 0 && w->elements[w->path[w->depth]].node != n->parent) {
			if (w->depth == w->link)
				w->link = 0;
			w->depth--;
		}
		if (n->kind == HTML_TEXT)
			count_text(w, n->text);
		else if (n->kind == HTML_ELEMENT && w->depth < sizeof w->path / sizeof *w->path - 1)
			open(owner, w, n);
	}
	sum_up(w);
	struct full_text_element *elements = w->elements;
	mem_fit(owner, elements, w->count);
	talloc_free(w);
	return elements;
}
