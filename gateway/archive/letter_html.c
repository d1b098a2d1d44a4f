#include "gateway/archive/letter_html.h"
#include "gateway/archive/notes.h"
#include "gateway/base/escape.h"
#include "gateway/base/mem.h"
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 4 };

/* Elements that stay, with the style that stands in each. */
static const struct kept {
	const char *name, *as, *attributes;
} kept[] = {
	{ "p", "p", " style=\"margin:0 0 20px\"" },
	{ "h2", "h2", " class=\"ink\" style=\"margin:32px 0 10px;font-size:22px;line-height:28px;font-weight:bold;color:#211e1a\"" },
	{ "h3", "h3", " class=\"ink\" style=\"margin:28px 0 8px;font-size:19px;line-height:26px;font-weight:bold;color:#211e1a\"" },
	{ "h4", "h4", " class=\"ink\" style=\"margin:24px 0 8px;font-size:18px;line-height:26px;font-weight:bold;color:#211e1a\"" },
	{ "h5", "h4", " class=\"ink\" style=\"margin:24px 0 8px;font-size:18px;line-height:26px;font-weight:bold;color:#211e1a\"" },
	{ "h6", "h4", " class=\"ink\" style=\"margin:24px 0 8px;font-size:18px;line-height:26px;font-weight:bold;color:#211e1a\"" },
	{ "ul", "ul", " style=\"margin:0 0 20px;padding:0 0 0 24px\"" },
	{ "ol", "ol", " style=\"margin:0 0 20px;padding:0 0 0 28px\"" },
	{ "li", "li", " style=\"margin:0 0 6px\"" },
	{ "dt", "p", " style=\"margin:0 0 4px;font-weight:bold\"" },
	{ "dd", "p", " style=\"margin:0 0 14px;padding:0 0 0 24px\"" },
	{ "summary", "p", " style=\"margin:0 0 8px;font-weight:bold\"" },
	{ "figcaption", "p", " class=\"soft\" style=\"margin:6px 0 20px;font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:21px;color:#625b4f\"" },
	{ "strong", "strong", "" }, { "b", "strong", "" }, { "em", "em", "" }, { "i", "em", "" }, { "cite", "em", "" }, { "dfn", "em", "" },
	{ "s", "del", "" }, { "del", "del", "" }, { "u", "u", "" }, { "ins", "u", "" }, { "small", "small", "" },
	{ "sub", "sub", " style=\"font-size:13px;line-height:0\"" }, { "sup", "sup", " style=\"font-size:13px;line-height:0\"" },
	{ "code", "code", " style=\"font-family:Menlo,Consolas,monospace;font-size:15px\"" },
	{ "kbd", "code", " style=\"font-family:Menlo,Consolas,monospace;font-size:15px\"" },
	{ "samp", "code", " style=\"font-family:Menlo,Consolas,monospace;font-size:15px\"" },
};

static void write_node(FILE *out, const struct html_node *n);

static void write_children(FILE *out, const struct html_node *n)
{
	for (const struct html_node *c = n->first; c; c = c->next)
		write_node(out, c);
}

static void write_link(FILE *out, const struct html_node *n)
{
	const char *href = html_get(n, "href");
	if (note_is_backlink(n))
		return;
	/* Links within the page do nothing in half of all mail programs. */
	if (!href || *href == '#') {
		write_children(out, n);
		return;
	}
	fputs("<a class=\"lk\" href=\"", out);
	html_attr(out, href);
	fputs("\" style=\"color:#0d5c56\">", out);
	write_children(out, n);
	fputs("</a>", out);
}

static void write_image(FILE *out, const struct html_node *n)
{
	const char *src = html_get(n, "src"), *alt = html_get(n, "alt"), *width = html_get(n, "width");
	int wide = width ? atoi(width) : 0;
	if (!src)
		return;
	fputs("<img src=\"", out);
	html_attr(out, src);
	fputs("\" alt=\"", out);
	html_attr(out, alt ? alt : "");
	fprintf(out, "\" width=\"%d\" border=\"0\" style=\"display:block;max-width:100%%;height:auto;margin:0 0 10px\">",
	        wide > 0 && wide < LETTER_HTML_WIDTH ? wide : LETTER_HTML_WIDTH);
}

/* Code as a cell: Outlook and Gmail's apps know no white-space:pre, so blanks and line ends are spelled out. */
static void write_code(FILE *out, const struct html_node *n)
{
	char *code = html_inner_text(NULL, n);
	size_t size = strlen(code);
	while (size && strchr(" \n\r\t", code[size - 1]))
		code[--size] = '\0';
	fputs("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:0 0 20px\"><tr>"
	      "<td class=\"code ink\" style=\"background-color:#f4f1ea;padding:14px 16px;font-family:Menlo,Consolas,monospace;font-size:14px;"
	      "line-height:21px;color:#211e1a\">", out);
	bool start = true;
	for (const char *p = code; *p; p++) {
		char one[2] = { *p, '\0' };
		if (*p == '\n')
			fputs("<br>", out);
		else if (*p == '\t')
			fputs("&nbsp;&nbsp;&nbsp;&nbsp;", out);
		else if (*p == ' ' && (start || p[1] == ' '))
			fputs("&nbsp;", out);
		else if (*p != '\r')
			html_text(out, one);
		start = *p == '\n' || (start && strchr(" \t", *p));
	}
	fputs("</td></tr></table>", out);
	talloc_free(code);
}

static void write_quote(FILE *out, const struct html_node *n)
{
	fputs("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:0 0 20px\"><tr>"
	      "<td class=\"soft\" style=\"border-left:3px solid #b04429;padding:2px 0 0 16px;color:#625b4f;font-size:18px;line-height:29px\">", out);
	write_children(out, n);
	fputs("</td></tr></table>", out);
}

static bool is_cell(const struct html_node *n) { return html_is(n, "td") || html_is(n, "th"); }

static size_t cells_of(const struct html_node *row)
{
	size_t count = 0;
	for (const struct html_node *c = row->first; c; c = c->next)
		count += is_cell(c);
	return count;
}

static size_t widest_row(const struct html_node *table)
{
	size_t most = 0;
	for (const struct html_node *n = table; n; n = html_next(table, n))
		if (html_is(n, "tr") && cells_of(n) > most)
			most = cells_of(n);
	return most;
}

static void write_row(FILE *out, const struct html_node *row, bool flat)
{
	bool first = true;
	fputs(flat ? "<p style=\"margin:0 0 10px\">" : "<tr>", out);
	for (const struct html_node *c = row->first; c; c = c->next) {
		if (!is_cell(c))
			continue;
		bool head = html_is(c, "th");
		if (flat)
			fputs(first ? "" : " &middot; ", out);
		else
			fprintf(out, "<td class=\"rule\" valign=\"top\" style=\"border-bottom:1px solid #e0dacd;padding:6px 10px 6px 0;font-size:15px;line-height:22px%s\">",
			        head ? ";font-weight:bold" : "");
		write_children(out, c);
		if (!flat)
			fputs("</td>", out);
		first = false;
	}
	fputs(flat ? "</p>" : "</tr>", out);
}

/* A phone shows four columns at most; a wider table becomes a line per row. */
static void write_table(FILE *out, const struct html_node *table)
{
	bool flat = widest_row(table) > COLUMNS;
	for (const struct html_node *n = table; n; n = html_next(table, n))
		if (html_is(n, "caption")) {
			fputs("<p style=\"margin:0 0 8px;font-weight:bold\">", out);
			write_children(out, n);
			fputs("</p>", out);
		}
	if (!flat)
		fputs("<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"margin:0 0 20px\">", out);
	for (const struct html_node *n = table; n; n = html_next(table, n))
		if (html_is(n, "tr"))
			write_row(out, n, flat);
	if (!flat)
		fputs("</table>", out);
}

/* A note's own text: its paragraphs run on as one. */
static void write_note(FILE *out, const struct html_node *li, int number)
{
	fprintf(out, "<p style=\"margin:0 0 8px\">%d. ", number);
	for (const struct html_node *c = li->first; c; c = c->next)
		if (html_is(c, "p")) {
			write_children(out, c);
			fputs(c->next ? " " : "", out);
		} else {
			write_node(out, c);
		}
	fputs("</p>", out);
}

static void write_notes(FILE *out, const struct html_node *section)
{
	int number = 0;
	fputs("<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td class=\"rule ink\" style=\"border-top:1px solid "
	      "#e0dacd;padding-top:18px;font-size:15px;line-height:23px;color:#211e1a\">"
	      "<h2 class=\"ink\" style=\"margin:0 0 8px;font-size:16px;line-height:23px;color:#211e1a\">Notes</h2>", out);
	for (const struct html_node *n = section; n; n = html_next(section, n))
		if (html_is(n, "li") && n->parent->parent == section)
			write_note(out, n, ++number);
	fputs("</td></tr></table>", out);
}

static void write_mark(FILE *out, const struct html_node *mark)
{
	char *number = note_number(NULL, mark);
	fputs("&nbsp;<sup style=\"font-size:13px;line-height:0\">[", out);
	html_text(out, number);
	fputs("]</sup>", out);
	talloc_free(number);
}

static void write_kept(FILE *out, const struct html_node *n)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (strcmp(kept[i].name, n->name) == 0) {
			const char *start = html_is(n, "ol") ? html_get(n, "start") : NULL;
			fprintf(out, "<%s%s", kept[i].as, kept[i].attributes);
			if (start)
				fprintf(out, " start=\"%d\"", atoi(start));
			fputc('>', out);
			write_children(out, n);
			fprintf(out, "</%s>%s", kept[i].as, html_is_block(n->name) ? "\n" : "");
			return;
		}
	write_children(out, n);
}

/* Elements that need more than a style. */
static const struct special {
	const char *name;
	void (*write)(FILE *, const struct html_node *);
} specials[] = {
	{ "a", write_link }, { "img", write_image }, { "pre", write_code }, { "blockquote", write_quote }, { "table", write_table },
};

static void write_node(FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		html_text(out, n->text);
	if (n->kind != HTML_ELEMENT)
		return;
	if (note_is_mark(n)) {
		write_mark(out, n);
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
		fputs("<p align=\"center\" class=\"soft\" style=\"margin:0 0 20px;color:#625b4f\">* * *</p>", out);
	else
		write_kept(out, n);
}

void letter_html_write(FILE *out, const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	write_children(out, root);
	talloc_free(root);
}
