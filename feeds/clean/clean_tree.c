#include "feeds/clean/clean_tree.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

bool clean_is_one(const struct html_node *node, const char *const *names)
{
	for (; *names; names++)
		if (html_is(node, *names))
			return true;
	return false;
}

bool clean_is_heading(const struct html_node *node)
{
	return node && node->kind == HTML_ELEMENT && node->name && node->name[0] == 'h' && node->name[1] >= '1' && node->name[1] <= '6' && !node->name[2];
}

bool clean_is_empty(const struct html_node *node)
{
	static const char *const seen[] = { "img", "hr", NULL };
	const struct html_node *end = node->parent ? html_skip(NULL, node) : NULL;
	for (const struct html_node *n = node; n && n != end; n = html_next(NULL, n))
		if ((n->kind == HTML_TEXT && !text_blank(n->text)) || (n->kind == HTML_COMMENT && strcmp(n->text, "more") == 0) ||
		    clean_is_one(n, seen))
			return false;
	return true;
}

struct html_node *clean_previous_element(const struct html_node *node)
{
	struct html_node *p = node->previous;
	while (p && p->kind != HTML_ELEMENT && (p->kind != HTML_TEXT || text_blank(p->text)))
		p = p->previous;
	return p && p->kind == HTML_ELEMENT ? p : NULL;
}

void clean_leave_trace(struct clean *c, struct html_node *node, const char *words)
{
	if (text_blank(words))
		return;
	char *squeezed = text_squeeze(NULL, words), *trace = mem_printf(squeezed, "[image: %s]", squeezed);
	html_insert_before(node, html_new_text(c->root, trace));
	talloc_free(squeezed);
}
