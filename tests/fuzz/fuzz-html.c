/* Any bytes parse, to a tree of bounded depth, and what is written of it parses again. */
#include "gateway/base/html.h"
#include "gateway/base/mem.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *t = talloc_new(NULL);
	struct html_node *root = html_parse(t, (const char *)data, size);
	check_depth(root);
	char *once = html_to_string(t, root);
	check_depth(html_parse(t, once, strlen(once)));
	check_depth(html_parse_page(t, (const char *)data, size));
	if (root->first)
		html_remove(root->first);
	talloc_free(t);
	return 0;
}
