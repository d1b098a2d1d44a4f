#include "gateway/archive/notes.h"
#include <string.h>

static bool has_role(const struct html_node *node, const char *name, const char *role)
{
	const char *is = html_is(node, name) ? html_get(node, "role") : NULL;
	return is && strcmp(is, role) == 0;
}

bool note_is_mark(const struct html_node *node) { return html_is(node, "sup") && has_role(node->first, "a", "doc-noteref"); }
bool note_is_backlink(const struct html_node *node) { return has_role(node, "a", "doc-backlink"); }
bool note_is_section(const struct html_node *node) { return has_role(node, "section", "doc-endnotes"); }
char *note_number(void *owner, const struct html_node *mark) { return html_inner_text(owner, mark); }

size_t note_count(const struct html_node *root)
{
	size_t count = 0;
	for (const struct html_node *n = root; n; n = html_next(root, n))
		if (note_is_section(n))
			for (const struct html_node *c = n; c; c = html_next(n, c))
				count += html_is(c, "li") && html_is(c->parent, "ol") && c->parent->parent == n;
	return count;
}
