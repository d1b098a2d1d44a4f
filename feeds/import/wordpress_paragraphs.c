#include "feeds/import/wordpress_paragraphs.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Blocks nested deeper are written unchanged: each level reads its text once more. */
enum { DEEPEST = 20, NAME = 16 };

struct tag {
	char name[NAME];
	bool closing;
	const char *end; /* the position after it */
};

/* Reads the tag at p, which is a '<'; false when it is only that character.  Once a tag is not closed, no later one can be:
 * *unclosed, initially false, is set then, so that the rest is not read again for every '<'. */
static bool read_tag(const char *p, const char *end, struct tag *tag, bool *unclosed)
{
	if (*unclosed)
		return false;
	size_t n = 0;
	char quote = '\0';
	const char *s = p + 1;
	tag->closing = s < end && *s == '/';
	s += tag->closing;
	for (; s < end && isalnum((unsigned char)*s); s++)
		if (n < NAME - 1)
			tag->name[n++] = (char)tolower((unsigned char)*s);
	tag->name[n] = '\0';
	for (; s < end && (quote || *s != '>'); s++)
		if (quote ? *s == quote : *s == '"' || *s == '\'')
			quote = quote ? '\0' : *s;
	*unclosed = s == end;
	tag->end = s + 1;
	return n > 0 && s < end;
}

static bool among(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static bool is_block(const char *name)
{
	static const char *const names[] = { "address", "article", "aside", "audio", "blockquote", "canvas", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset",
	                                     "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "iframe", "legend",
	                                     "li", "main", "map", "menu", "nav", "object", "ol", "p", "pre", "script", "section", "style", "summary", "svg", "table",
	                                     "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video", NULL };
	return among(name, names);
}

/* Blocks whose content gets paragraphs too. */
static bool is_container(const char *name)
{
	static const char *const names[] = { "article", "aside", "blockquote", "center", "div", "main", "section", NULL };
	return among(name, names);
}

static const char *trim(const char *from, const char **to)
{
	while (from < *to && isspace((unsigned char)*from))
		from++;
	while (*to > from && isspace((unsigned char)(*to)[-1]))
		(*to)--;
	return from;
}

/* WordPress embeds a URL that is a paragraph of its own (oEmbed); here it becomes a link. */
static bool write_address(FILE *out, const char *from, const char *to)
{
	if (to - from < 10 || to - from > URL_MAX || strncasecmp(from, "http", 4) != 0)
		return false;
	char *url = mem_ndup(NULL, from, (size_t)(to - from));
	bool alone = !strpbrk(url, " \t\r\n<>\"") && url_valid(url);
	if (alone) {
		fputs("<p><a href=\"", out);
		html_attr(out, url);
		fputs("\">", out);
		html_text(out, url);
		fputs("</a></p>\n", out);
	}
	talloc_free(url);
	return alone;
}

static bool ends_with_break(const char *from, const char *p)
{
	const char *tag = memrchr(from, '<', (size_t)(p - from));
	return tag && p[-1] == '>' && p - tag >= 4 && strncasecmp(tag, "<br", 3) == 0;
}

/* One paragraph: every line end outside of a tag becomes <br>. */
static void write_paragraph(FILE *out, const char *from, const char *to)
{
	from = trim(from, &to);
	if (from == to || write_address(out, from, to))
		return;
	bool unclosed = false;
	fputs("<p>", out);
	for (const char *p = from; p < to;) {
		struct tag tag;
		if (*p == '<' && read_tag(p, to, &tag, &unclosed)) {
			fwrite(p, 1, (size_t)(tag.end - p), out);
			p = tag.end;
			continue;
		}
		if (*p == '\n' && !ends_with_break(from, p))
			fputs("<br>", out);
		if (*p != '\r')
			fputc(*p, out);
		p++;
	}
	fputs("</p>\n", out);
}

/* The position after the line at p if it is blank, else NULL. */
static const char *blank_line(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p < end && *p == '\n' ? p + 1 : NULL;
}

/* Text without blocks: paragraphs are separated by blank lines. */
static void write_text(FILE *out, const char *from, const char *to)
{
	for (const char *p = from; p < to; p++) {
		const char *next = *p == '\n' ? blank_line(p + 1, to) : NULL;
		if (!next)
			continue;
		write_paragraph(out, from, p);
		from = next;
		p = next - 1;
	}
	write_paragraph(out, from, to);
}

/* The position of the closing tag for open, with *after the position after it; both are end when it is not closed. */
static const char *inside_end(const struct tag *open, const char *end, const char **after)
{
	int depth = 1;
	bool unclosed = false;
	struct tag tag;
	for (const char *p = open->end; p < end; p++) {
		if (*p != '<' || !read_tag(p, end, &tag, &unclosed) || strcmp(tag.name, open->name) != 0)
			continue;
		depth += tag.closing ? -1 : 1;
		if (depth == 0) {
			*after = tag.end;
			return p;
		}
	}
	*after = end;
	return end;
}

static void write_inside(FILE *out, const char *from, const char *to, int depth);

/* Writes the block at p; returns the position after it. */
static const char *write_block(FILE *out, const char *p, const struct tag *tag, const char *end, int depth)
{
	const char *after = tag->end, *inner;
	if (!tag->closing && strcmp(tag->name, "hr") != 0) {
		inner = inside_end(tag, end, &after);
		if (is_container(tag->name) && depth < DEEPEST) {
			fwrite(p, 1, (size_t)(tag->end - p), out);
			write_inside(out, tag->end, inner, depth + 1);
			p = inner;
		}
	}
	fwrite(p, 1, (size_t)(after - p), out);
	fputc('\n', out);
	return after;
}

static const char *comment_end(const char *p, const char *end, bool *unclosed)
{
	if (*unclosed || end - p < 4 || strncmp(p, "<!--", 4) != 0)
		return NULL;
	const char *close = memmem(p + 4, (size_t)(end - p - 4), "-->", 3);
	*unclosed = !close;
	return close ? close + 3 : NULL;
}

static void write_inside(FILE *out, const char *from, const char *to, int depth)
{
	bool unclosed = false;
	for (const char *p = from; p < to;) {
		struct tag tag;
		const char *comment = *p == '<' ? comment_end(p, to, &unclosed) : NULL;
		bool is_tag = !comment && *p == '<' && read_tag(p, to, &tag, &unclosed);
		if (!comment && !(is_tag && is_block(tag.name))) {
			p = is_tag ? tag.end : p + 1;
			continue;
		}
		write_text(out, from, p);
		if (comment)
			fwrite(p, 1, (size_t)(comment - p), out);
		from = p = comment ? comment : write_block(out, p, &tag, to, depth);
	}
	write_text(out, from, to);
}

void wordpress_paragraphs(FILE *out, const char *html) { write_inside(out, html, html + strlen(html), 0); }
