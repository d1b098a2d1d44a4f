#include "gateway/archive/rendering/footnotes.h"
#include "gateway/archive/rendering/plain.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* rp holds brackets for programs that cannot show ruby. */
static bool is_skipped(const struct html_node *n) { return html_is(n, "rp") || footnotes_is_reference(n) || footnotes_is_backlink(n); }

/* The recursion is bounded: no tree is deeper than HTML_MAX_DEPTH. */
static void write_line(FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		fputs_unlocked(n->text, out);
	if (n->kind != HTML_ELEMENT || is_skipped(n))
		return;
	bool apart = html_is_block(n) || html_is(n, "br");
	if (apart)
		putc_unlocked(' ', out);
	for (const struct html_node *child = n->first; child; child = child->next)
		write_line(out, child);
	if (apart)
		putc_unlocked(' ', out);
}

char *plain_line_of(void *owner, const struct html_node *node)
{
	struct document *d = document_new(NULL);
	write_line(document_out(d), node);
	char *line = text_squeeze(owner, document_text(d, NULL));
	talloc_free(d);
	return line;
}

size_t plain_words(const struct html_node *node)
{
	struct document *d = document_new(NULL);
	write_line(document_out(d), node);
	size_t words = text_words(document_text(d, NULL));
	talloc_free(d);
	return words;
}

char *plain_line(void *owner, const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	char *line = plain_line_of(owner, root);
	talloc_free(root);
	return line;
}
