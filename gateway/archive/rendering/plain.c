#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/rendering/footnotes.h"
#include "gateway/archive/rendering/list_number.h"
#include "gateway/archive/rendering/plain_wrap.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define SHORT_LINK 60 /* bytes; a longer URL is listed at the end, so that its sentence can still be read */

struct plain {
	struct plain_wrap *wrap;
	const char **links; /* listed at the end */
	size_t link_count;
	size_t notes;       /* numbers that footnotes use: the links are numbered after them */
};

static void write_blocks(struct plain *p, const struct html_node *parent);

/* --- inline content --- */

static void write_inline(struct plain *p, FILE *out, const struct html_node *n);

static void write_inside(struct plain *p, FILE *out, const struct html_node *parent)
{
	for (const struct html_node *n = parent->first; n; n = n->next)
		write_inline(p, out, n);
}

/* A line feed in the output stands for <br>, so white space in the source becomes spaces. */
static void write_text(FILE *out, const char *s)
{
	for (; *s; s++)
		fputc(strchr("\n\t\r", *s) ? ' ' : *s, out);
}

static size_t link_number(struct plain *p, const char *href)
{
	size_t n = 0;
	while (n < p->link_count && strcmp(p->links[n], href) != 0)
		n++;
	if (n == p->link_count)
		*mem_push(p, p->links, p->link_count) = mem_dup(p, href);
	return p->notes + n + 1;
}

/* Skips the scheme and "www.". */
static const char *bare(const char *address)
{
	static const char *const schemes[] = { "https://www.", "http://www.", "https://", "http://", "mailto:", "tel:" };
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (text_starts(address, schemes[i]))
			return address + strlen(schemes[i]);
	return address;
}

static bool is_own_text(const char *href, const char *words)
{
	const char *a = bare(href), *b = bare(words);
	size_t n = strlen(a), m = strlen(b);
	n -= n && a[n - 1] == '/';
	m -= m && b[m - 1] == '/';
	return n == m && strncmp(a, b, n) == 0;
}

static bool is_picture(const char *address)
{
	static const char *const endings[] = { ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg" };
	char *path = mem_ndup(NULL, address, strcspn(address, "?#")), *lower = text_lower(path, path);
	bool picture = false;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		picture = picture || text_ends(lower, endings[i]);
	talloc_free(path);
	return picture;
}

/* The URL is left out when a picture links to its larger version, when there is no text, and for links within the page. */
static bool needs_no_url(const struct html_node *a, const char *href, const char *words)
{
	for (const struct html_node *n = html_next(a, a); !*words && n; n = html_next(a, n))
		if (html_is(n, "img") && !text_blank(html_get(n, "alt")))
			return is_picture(href);
	return !*words || *href == '#';
}

static void write_link(struct plain *p, FILE *out, const struct html_node *a)
{
	const char *href = html_get(a, "href");
	char *words = html_inner_text(NULL, a), *inside = text_squeeze(words, words);
	if (footnotes_is_reference(a))
		fprintf(out, " [%s]", inside);
	else if (!href || needs_no_url(a, href, inside))
		write_inside(p, out, a);
	else if (is_own_text(href, inside))
		fprintf(out, strchr(inside, ':') ? "<%s>" : "%s", inside);
	else {
		write_inside(p, out, a);
		if (strlen(href) < SHORT_LINK)
			fprintf(out, " <%s>", href);
		else
			fprintf(out, " [%zu]", link_number(p, href));
	}
	talloc_free(words);
}

static void write_picture(FILE *out, const struct html_node *img)
{
	const char *alt = html_get(img, "alt");
	if (!text_blank(alt)) {
		fputs(" [image: ", out);
		write_text(out, alt);
		fputs("] ", out);
	}
}

static void wrapped(struct plain *p, FILE *out, const struct html_node *n, const char *before, const char *after)
{
	fputs(before, out);
	write_inside(p, out, n);
	fputs(after, out);
}

static void write_inline(struct plain *p, FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		write_text(out, n->text);
	else if (n->kind != HTML_ELEMENT || html_is(n, "rp") || footnotes_is_backlink(n))
		return;
	else if (html_is(n, "br"))
		fputc('\n', out);
	else if (html_is(n, "img"))
		write_picture(out, n);
	else if (html_is(n, "a"))
		write_link(p, out, n);
	else if (html_is(n, "q"))
		wrapped(p, out, n, "“", "”");
	else if (html_is(n, "rt"))
		wrapped(p, out, n, "(", ")");
	else if (html_is(n, "sup") && n->first && n->first->kind == HTML_TEXT)
		wrapped(p, out, n, "^", "");
	else if (html_is_block(n))
		wrapped(p, out, n, " ", " ");
	else
		write_inside(p, out, n);
}

/* Writes the text from n up to the next block, wrapped; returns that block, or NULL. */
static const struct html_node *write_words(struct plain *p, const struct html_node *n)
{
	struct document *d = document_new(NULL);
	for (; n && !html_is_block(n); n = n->next)
		write_inline(p, document_out(d), n);
	plain_wrap_text(p->wrap, document_text(d, NULL));
	talloc_free(d);
	return n;
}

/* --- blocks --- */

static void write_heading(struct plain *p, const struct html_node *n)
{
	struct document *d = document_new(NULL);
	write_inside(p, document_out(d), n);
	char *words = text_squeeze(d, document_text(d, NULL));
	plain_wrap_gap(p->wrap);
	plain_wrap_text(p->wrap, words);
	if (n->name[1] <= '4' && *words)
		plain_wrap_rule(p->wrap, '-', words);
	talloc_free(d);
}

static void write_items(struct plain *p, const struct html_node *list)
{
	struct list_number numbers = list_number_begin(list);
	char room[LIST_NUMBER_ROOM];
	bool loose = false;
	for (const struct html_node *li = list->first; li; li = li->next)
		loose = loose || (html_is(li, "li") && html_is(li->first, "p"));
	if (loose || !html_is(list->parent, "li"))
		plain_wrap_gap(p->wrap);
	for (const struct html_node *li = list->first; li; li = li->next) {
		char mark[LIST_NUMBER_ROOM + 2] = "- ";
		if (!html_is(li, "li"))
			continue;
		if (html_is(list, "ol"))
			snprintf(mark, sizeof mark, "%s. ", list_number_next(&numbers, li, room));
		if (loose)
			plain_wrap_gap(p->wrap);
		plain_wrap_indent(p->wrap, mark, NULL);
		write_blocks(p, li);
		plain_wrap_outdent(p->wrap);
		if (!loose)
			plain_wrap_tight(p->wrap);
	}
	plain_wrap_gap(p->wrap);
}

static void write_footnotes(struct plain *p, const struct html_node *section)
{
	size_t number = 0;
	for (const struct html_node *n = html_next(section, section); n; n = html_next(section, n)) {
		char mark[32];
		if (html_is(n, "h2")) {
			plain_wrap_gap(p->wrap);
			write_words(p, n->first);
			plain_wrap_gap(p->wrap);
		}
		if (!html_is(n, "li") || !html_is(n->parent, "ol") || n->parent->parent != section)
			continue;
		snprintf(mark, sizeof mark, "[%zu] ", ++number);
		plain_wrap_indent(p->wrap, mark, NULL);
		write_blocks(p, n);
		plain_wrap_outdent(p->wrap);
		plain_wrap_tight(p->wrap);
	}
	plain_wrap_gap(p->wrap);
}

static void write_code(struct plain *p, const struct html_node *pre)
{
	char *text = html_inner_text(NULL, pre);
	plain_wrap_gap(p->wrap);
	plain_wrap_indent(p->wrap, "    ", "    ");
	plain_wrap_lines(p->wrap, text);
	plain_wrap_outdent(p->wrap);
	plain_wrap_gap(p->wrap);
	talloc_free(text);
}

static void write_quote(struct plain *p, const struct html_node *quote)
{
	plain_wrap_gap(p->wrap);
	plain_wrap_indent(p->wrap, "> ", "> ");
	write_blocks(p, quote);
	plain_wrap_outdent(p->wrap);
	plain_wrap_gap(p->wrap);
}

static char *cell_text(struct plain *p, const struct html_node *cell)
{
	struct document *d = document_new(NULL);
	write_inside(p, document_out(d), cell);
	char *text = text_squeeze(p, document_text(d, NULL));
	talloc_free(d);
	return text;
}

/* Writes the cells of a row on one line. */
static void write_row(struct plain *p, const struct html_node *row)
{
	struct document *d = document_new(NULL);
	size_t cells = 0;
	for (const struct html_node *cell = row->first; cell; cell = cell->next) {
		if (!html_is(cell, "td") && !html_is(cell, "th"))
			continue;
		fprintf(document_out(d), "%s%s", cells++ ? " | " : "", cell_text(p, cell));
	}
	plain_wrap_text(p->wrap, document_text(d, NULL));
	talloc_free(d);
}

static void write_table(struct plain *p, const struct html_node *table)
{
	plain_wrap_gap(p->wrap);
	for (const struct html_node *n = html_next(table, table), *after; n; n = after) {
		bool row = html_is(n, "tr"), caption = html_is(n, "caption");
		after = row || caption ? html_skip(table, n) : html_next(table, n);
		if (row)
			write_row(p, n);
		else if (caption)
			write_words(p, n->first);
		if (row || caption)
			plain_wrap_tight(p->wrap);
	}
	plain_wrap_gap(p->wrap);
}

static void write_terms(struct plain *p, const struct html_node *dl)
{
	plain_wrap_gap(p->wrap);
	for (const struct html_node *n = dl->first; n; n = n->next) {
		if (html_is(n, "dt"))
			write_words(p, n->first);
		if (html_is(n, "dd")) {
			plain_wrap_indent(p->wrap, "    ", "    ");
			write_blocks(p, n);
			plain_wrap_outdent(p->wrap);
		}
		plain_wrap_tight(p->wrap);
	}
	plain_wrap_gap(p->wrap);
}

static void write_block(struct plain *p, const struct html_node *n)
{
	if (n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6')
		write_heading(p, n);
	else if (html_is(n, "ul") || html_is(n, "ol"))
		write_items(p, n);
	else if (footnotes_is_section(n))
		write_footnotes(p, n);
	else if (html_is(n, "pre"))
		write_code(p, n);
	else if (html_is(n, "blockquote"))
		write_quote(p, n);
	else if (html_is(n, "table"))
		write_table(p, n);
	else if (html_is(n, "dl"))
		write_terms(p, n);
	else if (html_is(n, "hr")) {
		plain_wrap_gap(p->wrap);
		plain_wrap_text(p->wrap, "* * *");
	} else {
		plain_wrap_gap(p->wrap);
		write_blocks(p, n);
	}
	if (!html_is(n, "figcaption"))
		plain_wrap_gap(p->wrap);
}

/* The text of a list item follows its number on the same line; blocks follow below. */
static void write_blocks(struct plain *p, const struct html_node *parent)
{
	for (const struct html_node *n = parent->first; n;) {
		if (!html_is_block(n)) {
			n = write_words(p, n);
			continue;
		}
		write_block(p, n);
		n = n->next;
	}
}

static void write_links(struct plain *p)
{
	plain_wrap_gap(p->wrap);
	if (p->link_count)
		plain_wrap_text(p->wrap, "Links");
	plain_wrap_gap(p->wrap);
	for (size_t i = 0; i < p->link_count; i++) {
		char mark[32];
		snprintf(mark, sizeof mark, "[%zu] ", p->notes + i + 1);
		plain_wrap_indent(p->wrap, mark, NULL);
		plain_wrap_text(p->wrap, p->links[i]);
		plain_wrap_outdent(p->wrap);
		plain_wrap_tight(p->wrap);
	}
}

void plain_write(FILE *out, const char *html, int width)
{
	struct plain *p = mem_new(NULL, struct plain);
	struct html_node *root = html_parse(p, html, strlen(html));
	p->wrap = plain_wrap_new(p, out, width);
	p->notes = footnotes_count(root);
	write_blocks(p, root);
	write_links(p);
	talloc_free(p);
}
