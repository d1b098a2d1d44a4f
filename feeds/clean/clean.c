#include "feeds/clean/clean.h"
#include "feeds/clean/clean_drop.h"
#include "feeds/clean/clean_filter.h"
#include "feeds/clean/clean_footnotes_gather.h"
#include "feeds/clean/clean_footnotes_link.h"
#include "feeds/clean/clean_media.h"
#include "feeds/clean/clean_more.h"
#include "feeds/clean/clean_nesting.h"
#include "feeds/clean/clean_shape.h"
#include "feeds/clean/clean_tree.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Posts of real sources settle within these; a text that does not is made to cost time. */
#define MAX_ROUNDS 3

/* Each block begins on a new line. */
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

static char *once(void *owner, const char *html, size_t size, const char *base, struct picture_list *pictures)
{
	struct clean c = { html_parse(NULL, html, size), base, pictures };
	clean_more(&c);
	clean_media(&c);
	clean_drop(&c);
	struct clean_footnotes *footnotes = clean_footnotes_gather(&c);
	clean_filter(&c);
	clean_footnotes_link(&c, footnotes);
	clean_nesting(&c);
	clean_shape(&c);
	char *result = write(owner, c.root);
	talloc_free(c.root);
	return result;
}

/* The text without any markup, as a last resort. */
static char *text_only(void *owner, const char *html, size_t size)
{
	struct html_node *root = html_parse(NULL, html, size);
	struct clean c = { root, NULL, NULL };
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
 * Repeats until nothing changes.  HTML that is written from a changed tree may
 * be parsed into a different tree (mutation XSS), so the result must have
 * been parsed and filtered once more without a change.  A tree that does not settle becomes its words.
 */
char *clean_html_pictures(void *owner, const char *html, size_t size, const char *base, struct picture_list *pictures)
{
	const char *known = base && url_valid(base) ? base : NULL;
	char *now = once(owner, html, size, known, pictures);
	for (int round = 0; round < MAX_ROUNDS; round++) {
		char *next = once(owner, now, strlen(now), known, pictures);
		bool same = strcmp(now, next) == 0;
		talloc_free(now);
		now = next;
		if (same)
			return now;
	}
	char *last = text_only(owner, now, strlen(now));
	talloc_free(now);
	return last;
}

char *clean_html(void *owner, const char *html, size_t size, const char *base) { return clean_html_pictures(owner, html, size, base, NULL); }
