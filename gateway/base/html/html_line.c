#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

struct line {
	FILE *out;
	size_t written, longest;
};

static void put(struct line *l, const char *text)
{
	fputs(text, l->out);
	l->written += strlen(text);
}

/* A tree is at most HTML_MAX_DEPTH deep, so recursion is safe. */
static void write(struct line *l, const struct html_node *node)
{
	if (node->kind == HTML_TEXT)
		put(l, node->text);
	if (node->kind != HTML_ELEMENT || l->written > l->longest || html_is(node, "script") || html_is(node, "style") || html_is(node, "template"))
		return;
	const char *alt = html_is(node, "img") ? html_get(node, "alt") : NULL;
	const char *apart = html_is(node, "br") || html_is(node, "hr") || html_is_block(node) ? " " : "";
	put(l, alt ? alt : apart);
	for (const struct html_node *c = node->first; c; c = c->next)
		write(l, c);
	put(l, apart);
}

char *html_line(void *owner, const struct html_node *node, size_t longest)
{
	struct document *d = document_new(NULL);
	struct line l = { document_out(d), 0, longest };
	write(&l, node);
	char *line = text_squeeze(owner, document_text(d, NULL));
	talloc_free(d);
	return line;
}
