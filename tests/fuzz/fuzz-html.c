/* Any bytes parse, to a tree of bounded depth, which is gumbo's; and what is written of it parses again. */
#include "gateway/base/html/html_gumbo.h"
#include "gateway/base/memory/mem.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_depth(const struct html_node *root)
{
	size_t depth = 0;
	for (const struct html_node *n = root; n;) {
		if (n->first) {
			n = n->first;
			depth++;
		} else {
			for (; n != root && !n->next; depth--)
				n = n->parent;
			n = n == root ? NULL : n->next;
		}
		if (depth > 3 * HTML_MAX_DEPTH)
			abort();
	}
}

static bool same_attributes(const struct html_node *a, const struct html_node *b)
{
	if (a->attribute_count != b->attribute_count)
		return false;
	for (size_t i = 0; i < a->attribute_count; i++)
		if (strcmp(a->attributes[i].name, b->attributes[i].name) != 0 || strcmp(a->attributes[i].value, b->attributes[i].value) != 0)
			return false;
	return true;
}

static bool same_node(const struct html_node *a, const struct html_node *b)
{
	return a->kind == b->kind && !a->name == !b->name && (!a->name || strcmp(a->name, b->name) == 0) &&
	       !a->text == !b->text && (!a->text || strcmp(a->text, b->text) == 0) && !a->first == !b->first && !a->next == !b->next &&
	       same_attributes(a, b);
}

/* However a tree was made, it must be the one that gumbo makes. */
static void check_same(const struct html_node *one, const struct html_node *other)
{
	const struct html_node *a = one, *b = other;
	for (; a && b; a = html_next(one, a), b = html_next(other, b))
		if (!same_node(a, b))
			abort();
	if (a || b)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct html_node *root = html_parse(t, (const char *)data, size);
	check_depth(root);
	check_same(root, html_gumbo(t, HTML_GUMBO_FRAGMENT, (const char *)data, size));
	char *once = html_to_string(t, root);
	check_depth(html_parse(t, once, strlen(once)));
	check_depth(html_parse_page(t, (const char *)data, size));
	if (root->first)
		html_remove(root->first);
	talloc_free(t);
	return 0;
}
