#include "feeds/clean/clean.h"
#include "feeds/clean/clean_tree.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define MAX_ROUNDS 8

bool clean_is_one(const struct html_node *node, const char *const *names)
{
	for (; *names; names++)
		if (html_is(node, *names))
			return true;
	return false;
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

/* Blocks stand on lines of their own. */
static char *write(void *owner, const struct html_node *root)
{
	struct document *d = document_new(NULL);
	for (const struct html_node *n = root->first; n; n = n->next) {
		html_write(document_out(d), n);
		if (n->next && (n->kind == HTML_COMMENT || html_is_block(n)))
			fputc('\n', document_out(d));
	}
	return document_finish(d, owner);
}

static char *once(void *owner, const char *html, size_t size, const char *base)
{
	struct clean c = { html_parse(NULL, html, size), base };
	clean_cut(&c);
	clean_media(&c);
	clean_drop(&c);
	struct clean_notes *notes = clean_notes_gather(&c);
	clean_filter(&c);
	clean_notes_link(&c, notes);
	clean_shape(&c);
	char *result = write(owner, c.root);
	talloc_free(c.root);
	return result;
}

/* The last resort: the words alone. */
static char *words(void *owner, const char *html, size_t size)
{
	struct html_node *root = html_parse(NULL, html, size);
	struct clean c = { root, NULL };
	clean_drop(&c);
	char *text = html_inner_text(root, root), *plain = text_squeeze(root, text);
	struct document *d = document_new(root);
	if (*plain) {
		fputs("<p>", document_out(d));
		html_text(document_out(d), plain);
		fputs("</p>", document_out(d));
	}
	char *result = document_finish(d, owner);
	talloc_free(root);
	return result;
}

/*
 * Cleaned until that changes nothing.  A parser reads what was written not
 * always as it was meant (a tree can be changed to what no source makes), and
 * that difference is where sanitisers break: what comes out of here has been
 * read once more and judged as it was read.
 */
char *clean_html(void *owner, const char *html, size_t size, const char *base)
{
	const char *known = base && url_valid(base) ? base : NULL;
	char *now = once(owner, html, size, known);
	for (int round = 0; round < MAX_ROUNDS; round++) {
		char *next = once(owner, now, strlen(now), known);
		bool same = strcmp(now, next) == 0;
		talloc_free(now);
		now = next;
		if (same)
			return now;
	}
	char *last = words(owner, now, strlen(now));
	talloc_free(now);
	return last;
}
