#include "gateway/archive/rendering/letter_html.h"
#include "gateway/archive/picture/picture.h"
#include "gateway/archive/rendering/footnotes.h"
#include "gateway/archive/rendering/letter_table.h"
#include "gateway/archive/rendering/list_number.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

#define SMALL_PICTURE 64 /* pixels; up to this a picture stays inline, as an emoji does */

#define CODE_FONT "font-family:Menlo,Consolas,monospace"
/* In some programs a table does not inherit the font. */
#define TEXT_FONT "font-family:Charter,Georgia,serif"
#define SOFT "font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:21px;color:#625b4f"
#define FRAME "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"padding:0 0 20px\">" \
	"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>"
#define FRAME_END "</tr></table></td></tr></table>\n"

/*
 * Elements that are replaced by a fixed start and end.  Of an element that is
 * in neither table below only the content is written.
 */
static const struct { const char *name, *open, *close; } spellings[] = {
	{ "b", "<strong>", "</strong>" }, { "strong", "<strong>", "</strong>" }, { "i", "<em>", "</em>" }, { "em", "<em>", "</em>" },
	{ "cite", "<em>", "</em>" }, { "dfn", "<em>", "</em>" }, { "var", "<em>", "</em>" }, { "u", "<u>", "</u>" }, { "ins", "<u>", "</u>" },
	{ "small", "<small>", "</small>" }, { "del", "<del>", "</del>" }, { "s", "<del>", "</del>" }, { "q", "&ldquo;", "&rdquo;" },
	{ "rt", " (", ")" }, { "br", "<br>", "" },
	{ "sup", "<sup style=\"font-size:13px;line-height:0\">", "</sup>" }, { "sub", "<sub style=\"font-size:13px;line-height:0\">", "</sub>" },
	{ "code", "<code class=\"code\" style=\"background-color:#f4f1ea;" CODE_FONT ";font-size:15px\">", "</code>" },
	{ "kbd", "<code class=\"code\" style=\"background-color:#f4f1ea;" CODE_FONT ";font-size:15px\">", "</code>" },
	{ "samp", "<code class=\"code\" style=\"background-color:#f4f1ea;" CODE_FONT ";font-size:15px\">", "</code>" },
	{ "mark", "<span style=\"background-color:#f8ebc4;color:#211e1a\">", "</span>" },
	{ "ul", "<ul style=\"margin:0 0 20px;padding:0 0 0 26px\">", "</ul>\n" },
	{ "blockquote", FRAME "<td class=\"soft\" style=\"border-left:3px solid #b04429;padding:0 0 0 16px;" TEXT_FONT ";font-size:18px;line-height:29px;color:#625b4f\">", "</td>" FRAME_END },
	{ "figcaption", "<p class=\"soft\" style=\"margin:0 0 20px;" SOFT "\">", "</p>\n" },
	{ "summary", "<p style=\"margin:0 0 20px\"><strong>", "</strong></p>\n" }, { "dt", "<p style=\"margin:0 0 6px\"><strong>", "</strong></p>\n" },
	{ "hr", "<hr class=\"rule\" style=\"border:0;border-top:1px solid #e0dacd;margin:32px 0\">\n", "" },
};

/* Blocks that keep their language, direction and alignment. */
static const struct { const char *name, *open, *style; } blocks[] = {
	{ "p", "p", "margin:0 0 20px" }, { "div", "div", "" }, { "aside", "div", "" },
	{ "address", "p", "margin:0 0 20px" }, { "li", "li", "margin:0 0 6px" }, { "dd", "div", "margin:0 0 0 26px" },
	{ "h2", "h2", "margin:32px 0 10px;font-size:22px;line-height:28px;font-weight:bold;color:#211e1a" },
	{ "h3", "h3", "margin:28px 0 8px;font-size:19px;line-height:26px;font-weight:bold;color:#211e1a" },
	{ "h4", "h4", "margin:24px 0 8px;font-size:18px;line-height:26px;font-weight:bold;color:#211e1a" },
	{ "h5", "h5", "margin:24px 0 8px;font-size:18px;line-height:26px;font-weight:bold;color:#211e1a" },
	{ "h6", "h6", "margin:24px 0 8px;font-size:18px;line-height:26px;font-weight:bold;color:#211e1a" },
};

static void write_node(FILE *out, const struct html_node *n);

static void write_inside(FILE *out, const struct html_node *parent)
{
	for (const struct html_node *n = parent->first; n; n = n->next)
		write_node(out, n);
}

static void attribute(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(out, " %s=\"", name);
	html_attr(out, value);
	fputc('"', out);
}

/* Links within the page do not work in many mail programs: a reference to a footnote is written as its number alone. */
static void write_link(FILE *out, const struct html_node *a)
{
	const char *href = html_get(a, "href");
	if (footnotes_is_reference(a)) {
		fputc('[', out);
		write_inside(out, a);
		fputc(']', out);
	} else if (!href || *href == '#') {
		write_inside(out, a);
	} else {
		fputs("<a class=\"lk\"", out);
		attribute(out, "href", href);
		fputs(" style=\"color:#0d5c56\">", out);
		write_inside(out, a);
		fputs("</a>", out);
	}
}

static bool is_reference(const struct html_node *sup) { return sup->first && !sup->first->next && footnotes_is_reference(sup->first); }

static bool is_within(const struct html_node *n, const char *name)
{
	while (n->parent && !html_is(n, name))
		n = n->parent;
	return html_is(n, name);
}

/* Outlook alone obeys the attribute: it shows a large picture as wide as it is, whatever the style. */
static void write_any_width(FILE *out, const struct html_node *img)
{
	if (!is_within(img, "table"))
		fprintf(out, " width=\"%d\"", LETTER_HTML_WIDTH);
	fputs(" style=\"display:block;width:auto;max-width:100%;height:auto;border:0\">", out);
}

/* Width and height are attributes for programs without max-width; a picture that is too wide is scaled down. */
static void write_size(FILE *out, long width, long height)
{
	if (width > LETTER_HTML_WIDTH) {
		height = height * LETTER_HTML_WIDTH / width;
		width = LETTER_HTML_WIDTH;
	}
	if (width)
		fprintf(out, " width=\"%ld\"", width);
	if (width && height)
		fprintf(out, " height=\"%ld\"", height);
	fputs(width && width <= SMALL_PICTURE ? " style=\"border:0\">" : " style=\"display:block;max-width:100%;height:auto;border:0\">", out);
}

static void write_picture(FILE *out, const struct html_node *img)
{
	const char *src = html_get(img, "src"), *alt = html_get(img, "alt"), *w = html_get(img, "width"), *h = html_get(img, "height");
	long width = w ? atol(w) : 0, height = h ? atol(h) : 0;
	if (!src)
		return;
	/* To load it would tell its host who reads. */
	if (picture_is_poster(src)) {
		html_text(out, text_blank(alt) ? "Video" : alt);
		return;
	}
	fputs("<img", out);
	attribute(out, "src", src);
	attribute(out, "alt", alt ? alt : "");
	if (!width && (!height || height > SMALL_PICTURE))
		write_any_width(out, img);
	else
		write_size(out, width, height);
}

/* Not all programs support white-space: line breaks and runs of spaces are written as <br> and &nbsp;. */
static void write_code(FILE *out, const struct html_node *pre)
{
	char *text = html_inner_text(NULL, pre);
	size_t size = strlen(text);
	while (size && text[size - 1] == '\n')
		text[--size] = '\0';
	fputs(FRAME "<td class=\"code ink\" dir=\"ltr\" style=\"background-color:#f4f1ea;padding:14px 16px;" CODE_FONT
	      ";font-size:14px;line-height:21px;color:#211e1a\">", out);
	for (const char *s = text; *s; s++) {
		if (*s == '\n')
			fputs("<br>", out);
		else if (*s == '\t')
			fputs("&nbsp;&nbsp;&nbsp;&nbsp;", out);
		else if (*s == ' ' && (s == text || s[-1] == '\n' || s[-1] == ' ' || s[-1] == '\t' || s[1] == ' '))
			fputs("&nbsp;", out);
		else
			html_text(out, (char[]){ *s, '\0' });
	}
	fputs("</td>" FRAME_END, out);
	talloc_free(text);
}

static bool is_block(const struct html_node *n) { return n && html_is_block(n); }

static bool holds_blocks(const struct html_node *parent)
{
	for (const struct html_node *n = html_next(parent, parent); n; n = html_next(parent, n))
		if (is_block(n))
			return true;
	return false;
}

/* The text of an item or a note stands on the line of its number. */
static void write_numbered(FILE *out, const struct html_node *li, const char *style, const char *number)
{
	bool paragraph = html_is(li->first, "p");
	const char *element = !paragraph && holds_blocks(li) ? "div" : "p";
	fprintf(out, "<%s style=\"%s\">%s. ", element, style, number);
	write_inside(out, paragraph ? li->first : li);
	fprintf(out, "</%s>\n", element);
	for (const struct html_node *n = paragraph ? li->first->next : NULL; n; n = n->next)
		write_node(out, n);
}

/* Some programs ignore start, reversed, type and value: such numbers are written as text. */
static void write_list(FILE *out, const struct html_node *ol)
{
	struct list_number numbers = list_number_begin(ol);
	char room[LIST_NUMBER_ROOM];
	if (list_number_is_plain(ol)) {
		fputs("<ol style=\"margin:0 0 20px;padding:0 0 0 26px\">", out);
		write_inside(out, ol);
		fputs("</ol>\n", out);
		return;
	}
	fputs("<div style=\"margin:0 0 20px;padding:0 0 0 26px\">", out);
	for (const struct html_node *li = ol->first; li; li = li->next)
		if (html_is(li, "li"))
			write_numbered(out, li, "margin:0 0 6px", list_number_next(&numbers, li, room));
	fputs("</div>\n", out);
}

static void write_footnotes(FILE *out, const struct html_node *section)
{
	size_t number = 0;
	char room[LIST_NUMBER_ROOM];
	fputs(FRAME "<td class=\"rule ink\" style=\"border-top:1px solid #e0dacd;padding-top:18px;" TEXT_FONT ";font-size:15px;line-height:23px;color:#211e1a\">\n", out);
	for (const struct html_node *n = section->first; n; n = n->next) {
		if (html_is(n, "h2")) {
			fputs("<h2 class=\"ink\" style=\"margin:0 0 8px;font-size:16px;line-height:23px;color:#211e1a\">", out);
			write_inside(out, n);
			fputs("</h2>\n", out);
		}
		for (const struct html_node *li = html_is(n, "ol") ? n->first : NULL; li; li = li->next)
			if (html_is(li, "li")) {
				snprintf(room, sizeof room, "%zu", ++number);
				write_numbered(out, li, "margin:0 0 8px", room);
			}
	}
	fputs("</td>" FRAME_END, out);
}

/* The last paragraph of a quote has no margin, so that the border ends with the text. */
static void write_style(FILE *out, const struct html_node *n, const char *usual)
{
	const char *own = html_get(n, "style"), *align = own ? strstr(own, "text-align: ") : NULL;
	const char *style = html_is(n, "p") && html_is(n->parent, "blockquote") && !n->next ? "margin:0" : usual;
	if (!*style && !align)
		return;
	fprintf(out, " style=\"%s", style);
	if (align)
		fprintf(out, "%stext-align:%.*s", *style ? ";" : "", (int)strcspn(align + 12, ";"), align + 12);
	fputc('"', out);
}

static bool write_block(FILE *out, const struct html_node *n)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		if (!html_is(n, blocks[i].name))
			continue;
		const char *name = *blocks[i].open == 'p' && holds_blocks(n) ? "div" : blocks[i].open;
		fprintf(out, "<%s", name);
		if (blocks[i].name[0] == 'h')
			fputs(" class=\"ink\"", out);
		attribute(out, "lang", html_get(n, "lang"));
		attribute(out, "dir", html_get(n, "dir"));
		write_style(out, n, blocks[i].style);
		fputc('>', out);
		write_inside(out, n);
		fprintf(out, "</%s>%s", name, html_is(n, "li") ? "" : "\n");
		return true;
	}
	return false;
}

/* No paragraph can be in a paragraph. */
static void write_spelled(FILE *out, const struct html_node *n, const char *open, const char *close)
{
	const char *end = text_starts(open, "<p ") && holds_blocks(n) ? strstr(close, "</p>") : NULL;
	fprintf(out, "%s%s", end ? "<div" : "", open + (end ? strlen("<p") : 0));
	write_inside(out, n);
	if (end)
		fprintf(out, "%.*s</div>\n", (int)(end - close), close);
	else
		fputs(close, out);
}

static bool write_spelling(FILE *out, const struct html_node *n)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		if (html_is(n, spellings[i].name)) {
			fputs(html_is(n, "sup") && is_reference(n) ? "&nbsp;" : "", out);
			write_spelled(out, n, spellings[i].open, spellings[i].close);
			return true;
		}
	return false;
}

/* White space between blocks, comments, rp and wbr are not written. */
static bool is_dropped(const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		return text_blank(n->text) && (is_block(n->previous) || is_block(n->next));
	return n->kind != HTML_ELEMENT || html_is(n, "rp") || html_is(n, "wbr");
}

/* A picture, or the link to an embedded player, with its caption close below. */
static void write_figure(FILE *out, const struct html_node *figure)
{
	bool open = false;
	for (const struct html_node *n = figure->first; n; n = n->next) {
		if (is_dropped(n))
			continue;
		bool phrase = !is_block(n) && !holds_blocks(n);
		if (phrase != open)
			fputs(open ? "</p>\n" : "<p style=\"margin:0 0 8px\">", out);
		open = phrase;
		write_node(out, n);
	}
	fputs(open ? "</p>\n" : "", out);
}

static void write_table(FILE *out, const struct html_node *table) { letter_table_write(out, table, write_inside); }

static void write_node(FILE *out, const struct html_node *n)
{
	static const struct { const char *name; void (*write)(FILE *, const struct html_node *); } writers[] = {
		{ "a", write_link }, { "img", write_picture }, { "pre", write_code }, { "ol", write_list }, { "table", write_table },
		{ "section", write_footnotes }, { "figure", write_figure },
	};
	if (is_dropped(n))
		return;
	if (n->kind == HTML_TEXT) {
		html_text(out, n->text);
		return;
	}
	for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
		if (html_is(n, writers[i].name)) {
			writers[i].write(out, n);
			return;
		}
	if (!write_block(out, n) && !write_spelling(out, n))
		write_inside(out, n);
}

static bool is_phrase(const struct html_node *root)
{
	return root->first && !holds_blocks(root);
}

void letter_html_write(FILE *out, const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	bool phrase = is_phrase(root);
	footnotes_drop_backlinks(root);
	fputs(phrase ? "<p style=\"margin:0 0 20px\">" : "", out);
	write_inside(out, root);
	fputs(phrase ? "</p>\n" : "", out);
	talloc_free(root);
}
