#include "gateway/archive/fedi_html.h"
#include "gateway/archive/notes.h"
#include "gateway/base/escape.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <string.h>

/* What stays, by another name where servers know only that. */
static const struct {
	const char *name, *as;
} kept[] = {
	{ "p", "p" }, { "ul", "ul" }, { "ol", "ol" }, { "li", "li" }, { "blockquote", "blockquote" }, { "code", "code" }, { "kbd", "code" }, { "samp", "code" },
	{ "strong", "strong" }, { "b", "strong" }, { "em", "em" }, { "i", "em" }, { "cite", "em" }, { "dt", "p" }, { "dd", "p" }, { "figcaption", "p" }, { "summary", "p" },
};

static void write_node(FILE *out, const struct html_node *n);

static void write_children(FILE *out, const struct html_node *n)
{
	for (const struct html_node *c = n->first; c; c = c->next)
		write_node(out, c);
}

static void around(FILE *out, const struct html_node *n, const char *before, const char *after)
{
	fputs(before, out);
	write_children(out, n);
	fputs(after, out);
}

static void write_link(FILE *out, const struct html_node *n)
{
	const char *href = html_get(n, "href");
	if (note_is_backlink(n))
		return;
	if (!href || *href == '#') {
		write_children(out, n);
		return;
	}
	fputs("<a href=\"", out);
	html_attr(out, href);
	fputs("\">", out);
	write_children(out, n);
	fputs("</a>", out);
}

/* Pictures travel as attachments; the text says where they stood. */
static void write_image(FILE *out, const struct html_node *n)
{
	const char *alt = html_get(n, "alt"), *src = html_get(n, "src");
	bool alone = n->parent && !html_is(n->parent, "p") && !html_is(n->parent, "a");
	if (text_blank(alt) && !src)
		return;
	fputs(alone ? "<p>[" : "[", out);
	html_text(out, text_blank(alt) ? "image" : alt);
	fputs(alone ? "]</p>" : "]", out);
}

static void write_pre(FILE *out, const struct html_node *n)
{
	char *code = html_inner_text(NULL, n);
	fputs("<pre><code>", out);
	html_text(out, code);
	fputs("</code></pre>", out);
	talloc_free(code);
}

static void write_table(FILE *out, const struct html_node *table)
{
	for (const struct html_node *n = table; n; n = html_next(table, n)) {
		if (!html_is(n, "tr"))
			continue;
		bool first = true;
		fputs("<p>", out);
		for (const struct html_node *c = n->first; c; c = c->next)
			if (html_is(c, "td") || html_is(c, "th")) {
				fputs(first ? "" : " · ", out);
				write_children(out, c);
				first = false;
			}
		fputs("</p>", out);
	}
}

/* Numbers are written out: some servers drop the list's own. */
static void write_notes(FILE *out, const struct html_node *section)
{
	int number = 0;
	for (const struct html_node *n = section; n; n = html_next(section, n)) {
		if (!html_is(n, "li") || n->parent->parent != section)
			continue;
		fprintf(out, "<p>[%d] ", ++number);
		for (const struct html_node *c = n->first; c; c = c->next)
			if (html_is(c, "p"))
				around(out, c, "", c->next ? " " : "");
			else
				write_node(out, c);
		fputs("</p>", out);
	}
}

static void write_element(FILE *out, const struct html_node *n)
{
	char tag[32];
	if (n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2]) {
		around(out, n, "<p><strong>", "</strong></p>");
		return;
	}
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (strcmp(n->name, kept[i].name) == 0) {
			fprintf(out, "<%s>", kept[i].as);
			snprintf(tag, sizeof tag, "</%s>", kept[i].as);
			around(out, n, "", tag);
			return;
		}
	write_children(out, n);
}

static const struct {
	const char *name;
	void (*write)(FILE *, const struct html_node *);
} specials[] = { { "a", write_link }, { "img", write_image }, { "pre", write_pre }, { "table", write_table } };

static void write_node(FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		html_text(out, n->text);
	if (n->kind != HTML_ELEMENT)
		return;
	if (note_is_mark(n)) {
		char *number = note_number(NULL, n);
		fprintf(out, " [%s]", number);
		talloc_free(number);
		return;
	}
	if (note_is_section(n)) {
		write_notes(out, n);
		return;
	}
	for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
		if (html_is(n, specials[i].name)) {
			specials[i].write(out, n);
			return;
		}
	if (html_is(n, "br"))
		fputs("<br>", out);
	else if (html_is(n, "hr"))
		fputs("<p>* * *</p>", out);
	else
		write_element(out, n);
}

void fedi_html_write(FILE *out, const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	write_children(out, root);
	talloc_free(root);
}
