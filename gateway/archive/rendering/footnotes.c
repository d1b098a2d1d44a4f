#include "gateway/archive/rendering/footnotes.h"
#include "gateway/base/memory/mem.h"
#include <string.h>

static bool has_role(const struct html_node *node, const char *role)
{
	const char *has = html_is(node, "a") ? html_get(node, "role") : NULL;
	return has && strcmp(has, role) == 0;
}

bool footnotes_is_section(const struct html_node *node) { return html_is(node, "section") && html_has_class(node, "notes"); }
bool footnotes_is_reference(const struct html_node *node) { return has_role(node, "doc-noteref"); }
bool footnotes_is_backlink(const struct html_node *node) { return has_role(node, "doc-backlink"); }

size_t footnotes_count(const struct html_node *root)
{
	size_t count = 0;
	for (const struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		count += html_is(n, "li") && html_is(n->parent, "ol") && footnotes_is_section(n->parent->parent);
	return count;
}

static void drop_space_before(struct html_node *node)
{
	struct html_node *text = node->previous;
	size_t n = text && text->kind == HTML_TEXT ? strlen(text->text) : 0;
	size_t kept = n;
	while (kept && (strchr(" \n\t", text->text[kept - 1]) ||
	                (kept > 1 && memcmp(text->text + kept - 2, "\xC2\xA0", 2) == 0)))
		kept -= text->text[kept - 1] == '\xA0' ? 2 : 1;
	if (kept < n)
		html_set_text(text, text->text, kept);
}

static void drop(struct html_node *root, bool (*is_dropped)(const struct html_node *), bool space)
{
	for (struct html_node *n = html_next(root, root), *after; n; n = after) {
		bool dropped = is_dropped(n);
		after = dropped ? html_skip(root, n) : html_next(root, n);
		if (dropped && space)
			drop_space_before(n);
		if (dropped)
			html_remove(n);
	}
}

void footnotes_drop_references(struct html_node *root) { drop(root, footnotes_is_reference, false); }
void footnotes_drop_backlinks(struct html_node *root) { drop(root, footnotes_is_backlink, true); }
