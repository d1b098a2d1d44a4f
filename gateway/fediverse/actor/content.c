#include "gateway/fediverse/actor/content.h"
#include "gateway/archive/rendering/fedi_html.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/actor/hashtag.h"
#include "gateway/fediverse/document/uris.h"
#include <string.h>

static size_t size_of(const struct html_node *node)
{
	struct document *d = document_new(NULL);
	size_t size;
	html_write(document_out(d), node);
	document_text(d, &size);
	talloc_free(d);
	return size;
}

static bool is_divisible(const struct html_node *node)
{
	static const char *const names[] = { "ul", "ol", "li", "blockquote", "div", "section", "dl" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (html_is(node, names[i]))
			return true;
	return false;
}

/* Removes the first child that does not fit and all after it.  A list or a quote is cut inside instead of removed. */
static void prune(struct html_node *node, size_t room)
{
	struct html_node *child = node->first;
	for (size_t size; child && (size = size_of(child)) <= room; child = child->next)
		room -= size;
	if (child && is_divisible(child)) {
		struct html_node *last = child;
		size_t tags = 2 * strlen(child->name) + strlen("<></>");
		child = child->next;
		prune(last, room > tags ? room - tags : 0);
		if (!last->first)
			html_remove(last);
	}
	for (struct html_node *next; child; child = next) {
		next = child->next;
		html_remove(child);
	}
}

/* The first blocks of html that fit into max bytes; when not even one fits, its first words. */
static char *cut(void *owner, const char *html, size_t max)
{
	void *scratch = talloc_new(NULL);
	struct html_node *root = html_parse(scratch, html, strlen(html));
	char *words = text_cut(scratch, html_inner_text(scratch, root), max / 8);
	prune(root, max);
	struct document *d = document_new(scratch);
	if (root->first) {
		html_write(document_out(d), root);
	} else {
		fputs("<p>", document_out(d));
		html_text(document_out(d), words);
		fputs("</p>", document_out(d));
	}
	char *kept = document_finish(d, owner);
	talloc_free(scratch);
	return kept;
}

/* The last line: a link to the page of the entry. */
static void write_link(FILE *out, const struct publication *p, const char *page, bool whole)
{
	fputs("<p><a href=\"", out);
	html_attr(out, page);
	fputs("\">", out);
	if (whole) {
		const char *shown = strstr(page, "://");
		html_text(out, shown ? shown + strlen("://") : page);
	} else {
		fputs("Read the rest at ", out);
		html_text(out, p->host);
	}
	fputs("</a></p>", out);
}

char *content_html(void *owner, const struct publication *p, const struct entry *shown, bool teaser, size_t max)
{
	void *scratch = talloc_new(NULL);
	struct document *text = document_new(scratch), *all = document_new(scratch);
	FILE *out = document_out(all);
	size_t size;
	fedi_html_write(document_out(text), shown->content ? shown->content : "");
	const char *html = document_text(text, &size);
	bool cut_off = size > max;
	if (!text_blank(shown->title)) {
		fputs("<p><strong>", out);
		html_text(out, shown->title);
		fputs("</strong></p>", out);
	}
	fputs(cut_off ? cut(scratch, html, max) : html, out);
	if (!teaser)
		fputs(beside_original(scratch, shown, p), out);
	/* A short note that is shown whole is all there is. */
	bool whole_note = !teaser && !cut_off && text_blank(shown->title);
	if (!whole_note)
		write_link(out, p, uris_page(scratch, p, shown), !teaser && !cut_off);
	hashtags_write(out, hashtags_of(scratch, p, shown), html);
	char *whole = document_finish(all, owner);
	talloc_free(scratch);
	return whole;
}
