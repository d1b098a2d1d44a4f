#include "gateway/archive/rendering/fedi_html.h"
#include "gateway/archive/rendering/footnotes.h"
#include "gateway/archive/rendering/list_number.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Inline elements and lists, as elements that every server keeps. */
static const struct { const char *name, *open, *close; } spellings[] = {
	{ "b", "<strong>", "</strong>" }, { "strong", "<strong>", "</strong>" }, { "i", "<em>", "</em>" }, { "em", "<em>", "</em>" },
	{ "cite", "<em>", "</em>" }, { "dfn", "<em>", "</em>" }, { "var", "<em>", "</em>" }, { "code", "<code>", "</code>" },
	{ "kbd", "<code>", "</code>" }, { "samp", "<code>", "</code>" }, { "q", "“", "”" }, { "rt", " (", ")" }, { "br", "<br>", "" },
	{ "ul", "<ul>", "</ul>" }, { "blockquote", "<blockquote>", "</blockquote>" },
};

static void write_node(FILE *out, const struct html_node *n);
static void write_blocks(FILE *out, const struct html_node *parent);

static void write_inside(FILE *out, const struct html_node *parent)
{
	for (const struct html_node *n = parent->first; n; n = n->next)
		write_node(out, n);
}

/* Some servers turn a line feed into a line break. */
static void write_text(FILE *out, const char *text)
{
	char *line = mem_dup(NULL, text);
	for (char *p = line; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	html_text(out, line);
	talloc_free(line);
}

static void begin_link(FILE *out, const char *href)
{
	fputs("<a href=\"", out);
	html_attr(out, href);
	fputs("\">", out);
}

static void write_link(FILE *out, const struct html_node *a)
{
	const char *href = html_get(a, "href");
	bool web = href && (text_starts(href, "https://") || text_starts(href, "http://"));
	if (footnotes_is_reference(a)) {
		fputs("\xC2\xA0[", out);
		write_inside(out, a);
		fputc(']', out);
		return;
	}
	/* write_picture writes a link of its own, and links do not nest. */
	for (const struct html_node *n = html_next(a, a); web && n; n = html_next(a, n))
		web = !html_is(n, "img");
	if (web)
		begin_link(out, href);
	write_inside(out, a);
	fputs(web ? "</a>" : "", out);
}

static void write_picture(FILE *out, const struct html_node *img)
{
	const char *src = html_get(img, "src"), *alt = html_get(img, "alt");
	if (!src)
		return;
	begin_link(out, src);
	fputs(text_blank(alt) ? "[image" : "[image: ", out);
	write_text(out, text_blank(alt) ? "" : alt);
	fputs("]</a>", out);
}

static void write_code(FILE *out, const struct html_node *pre)
{
	char *text = html_inner_text(NULL, pre);
	fputs("<pre><code>", out);
	html_text(out, text);
	fputs("</code></pre>", out);
	talloc_free(text);
}

/* Writes the content of a block, which may be text and blocks, as lines. */
static void write_lines(FILE *out, const struct html_node *parent)
{
	bool written = false, line = true;
	for (const struct html_node *n = parent->first; n; n = n->next) {
		bool list = html_is(n, "ul") || html_is(n, "ol");
		if (n->kind == HTML_TEXT && text_blank(n->text) && line)
			continue;
		bool flows = html_is_block(n) && !list && !html_is(n, "pre") && !html_is(n, "blockquote");
		if (flows && written)
			fputs("<br>", out);
		if (flows)
			write_lines(out, n);
		else
			write_node(out, n);
		line = html_is_block(n);
		written = !list;
	}
}

static void write_row(FILE *out, const struct html_node *row)
{
	bool first = true;
	for (const struct html_node *cell = row->first; cell; cell = cell->next) {
		if (!html_is(cell, "td") && !html_is(cell, "th"))
			continue;
		fputs(first ? "" : " | ", out);
		write_lines(out, cell);
		first = false;
	}
}

static void write_table(FILE *out, const struct html_node *table)
{
	bool first = true;
	fputs("<p>", out);
	for (const struct html_node *n = html_next(table, table), *after; n; n = after) {
		bool row = html_is(n, "tr"), caption = html_is(n, "caption");
		after = row || caption ? html_skip(table, n) : html_next(table, n);
		if (!row && !caption)
			continue;
		fputs(first ? "" : "<br>", out);
		if (row)
			write_row(out, n);
		else
			write_inside(out, n);
		first = false;
	}
	fputs("</p>", out);
}

static void write_footnotes(FILE *out, const struct html_node *section)
{
	size_t number = 0;
	for (const struct html_node *n = section->first; n; n = n->next) {
		if (html_is(n, "h2"))
			write_node(out, n);
		for (const struct html_node *li = html_is(n, "ol") ? n->first : NULL; li; li = li->next) {
			if (!html_is(li, "li"))
				continue;
			fprintf(out, "<p>[%zu] ", ++number);
			write_lines(out, li);
			fputs("</p>", out);
		}
	}
}

static void write_terms(FILE *out, const struct html_node *dl)
{
	bool open = false;
	for (const struct html_node *n = dl->first; n; n = n->next) {
		bool term = html_is(n, "dt");
		if (!term && !html_is(n, "dd"))
			continue;
		fputs(term && open ? "</p><p>" : open ? "<br>" : "<p>", out);
		fputs(term ? "<strong>" : "", out);
		write_lines(out, n);
		fputs(term ? "</strong>" : "", out);
		open = true;
	}
	fputs(open ? "</p>" : "", out);
}

/* No server keeps the attributes by which a list counts in its own way, so such a list becomes numbered paragraphs. */
static void write_numbered(FILE *out, const struct html_node *ol)
{
	struct list_number numbers = list_number_begin(ol);
	char room[LIST_NUMBER_ROOM];
	if (list_number_is_plain(ol)) {
		fputs("<ol>", out);
		write_inside(out, ol);
		fputs("</ol>", out);
		return;
	}
	for (const struct html_node *li = ol->first; li; li = li->next) {
		if (!html_is(li, "li"))
			continue;
		fprintf(out, "<p>%s. ", list_number_next(&numbers, li, room));
		write_lines(out, li);
		fputs("</p>", out);
	}
}

static void write_heading(FILE *out, const struct html_node *n)
{
	fputs("<p><strong>", out);
	write_inside(out, n);
	fputs("</strong></p>", out);
}

/* Blocks that only hold other blocks. */
static bool is_wrapper(const struct html_node *n)
{
	static const char *const names[] = { "div", "aside", "details", "figure" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (html_is(n, names[i]))
			return true;
	return false;
}

static bool write_spelling(FILE *out, const struct html_node *n)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		if (html_is(n, spellings[i].name)) {
			fputs(spellings[i].open, out);
			if (html_is(n, "blockquote"))
				write_blocks(out, n);
			else
				write_inside(out, n);
			fputs(spellings[i].close, out);
			return true;
		}
	return false;
}

static void write_block(FILE *out, const struct html_node *n)
{
	if ((n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6') || html_is(n, "summary"))
		write_heading(out, n);
	else if (html_is(n, "ol"))
		write_numbered(out, n);
	else if (html_is(n, "hr"))
		fputs("<p>* * *</p>", out);
	else if (html_is(n, "pre"))
		write_code(out, n);
	else if (html_is(n, "table"))
		write_table(out, n);
	else if (html_is(n, "dl"))
		write_terms(out, n);
	else if (footnotes_is_section(n))
		write_footnotes(out, n);
	else if (html_is(n, "li")) {
		fputs("<li>", out);
		write_lines(out, n);
		fputs("</li>", out);
	} else if (is_wrapper(n))
		write_blocks(out, n);
	else {
		fputs("<p>", out);
		write_lines(out, n);
		fputs("</p>", out);
	}
}

static void write_node(FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_COMMENT || html_is(n, "rp") || html_is(n, "wbr"))
		return;
	if (n->kind == HTML_TEXT)
		write_text(out, n->text);
	else if (html_is(n, "a"))
		write_link(out, n);
	else if (html_is(n, "img"))
		write_picture(out, n);
	else if (write_spelling(out, n))
		return;
	else if (html_is_block(n))
		write_block(out, n);
	else {
		/* 10<sup>2</sup> must not become "102". */
		fputs(html_is(n, "sup") && n->first && n->first->kind == HTML_TEXT ? "^" : "", out);
		write_inside(out, n);
	}
}

/* Text between blocks becomes a paragraph. */
static void write_blocks(FILE *out, const struct html_node *parent)
{
	bool open = false;
	for (const struct html_node *n = parent->first; n; n = n->next) {
		bool block = html_is_block(n);
		if (!block && !open && (n->kind == HTML_COMMENT || (n->kind == HTML_TEXT && text_blank(n->text))))
			continue;
		if (block == open)
			fputs(open ? "</p>" : "<p>", out);
		open = !block;
		write_node(out, n);
	}
	fputs(open ? "</p>" : "", out);
}

void fedi_html_write(FILE *out, const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	footnotes_drop_backlinks(root);
	write_blocks(out, root);
	talloc_free(root);
}
