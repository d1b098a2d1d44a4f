#include "gateway/archive/plain.h"
#include "gateway/archive/notes.h"
#include "gateway/base/document.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <stdlib.h>
#include <string.h>

/* A link up to this long stands behind its words; a longer one is listed at the end. */
enum { SHORT_LINK = 60, LINKS = 200 };

struct plain {
	FILE *out;
	void *scratch;
	int width;
	const char *prefix;      /* of every line: "> ", "    " */
	const char *first;       /* of the next line instead, once: "  - "; or NULL */
	bool begun;              /* something was written: the next block has an empty line before it */
	bool tight;              /* no empty line between blocks: inside a list */
	const char *links[LINKS];
	size_t link_count;
};

static size_t columns(const char *s) { return text_length(s); }

/* Writes words, wrapped; the line's prefix stands before each line. */
static void wrapped(struct plain *p, const char *text)
{
	const char *lead = p->first ? p->first : p->prefix;
	size_t column = columns(lead);
	bool fresh = true;
	fputs(lead, p->out);
	p->first = NULL;
	for (const char *s = text; *s;) {
		size_t n = strcspn(s, " \n");
		char *word = mem_ndup(p->scratch, s, n);
		size_t wide = columns(word);
		if (!fresh && column + 1 + wide > (size_t)p->width) {
			fprintf(p->out, "\n%s", p->prefix);
			column = columns(p->prefix);
			fresh = true;
		}
		fprintf(p->out, "%s%s", fresh ? "" : " ", word);
		column += wide + !fresh;
		fresh = false;
		talloc_free(word);
		s += n;
		if (*s == '\n') {
			fprintf(p->out, "\n%s", p->prefix);
			column = columns(p->prefix);
			fresh = true;
		}
		s += *s != '\0';
	}
	fputc('\n', p->out);
}

static void gap(struct plain *p)
{
	if (p->begun && !p->tight && !p->first) {
		/* No blanks at the end of an empty line in a quote. */
		char *bare = text_trim(p->scratch, p->prefix);
		fprintf(p->out, "%s\n", *bare ? bare : "");
		talloc_free(bare);
	}
	p->begun = true;
}

static void add_link(struct plain *p, FILE *out, const char *href, const char *words)
{
	if (!href || *href == '#' || strcmp(href, words) == 0)
		return;
	if (text_starts(href, "mailto:") && strcmp(href + 7, words) == 0)
		return;
	if (strlen(href) <= SHORT_LINK || p->link_count == LINKS) {
		fprintf(out, " <%s>", href);
		return;
	}
	p->links[p->link_count++] = mem_dup(p->scratch, href);
	fprintf(out, " (link %zu)", p->link_count);
}

/* The words of inline content; a <br> is a line feed. */
static void inline_text(struct plain *p, FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		for (const char *s = n->text; *s; s++)
			fputc(*s == '\n' || *s == '\t' || *s == '\r' ? ' ' : *s, out);
	if (n->kind != HTML_ELEMENT || note_is_backlink(n))
		return;
	if (note_is_mark(n)) {
		fprintf(out, " [%s]", note_number(p->scratch, n));
		return;
	}
	if (html_is(n, "br")) {
		fputc('\x02', out);
		return;
	}
	if (html_is(n, "img")) {
		const char *alt = html_get(n, "alt");
		fprintf(out, text_blank(alt) ? "[image]" : "[image: %s]", alt);
		return;
	}
	for (const struct html_node *c = n->first; c; c = c->next)
		inline_text(p, out, c);
	if (html_is(n, "a"))
		add_link(p, out, html_get(n, "href"), html_inner_text(p->scratch, n));
}

/* White space made single; the line feeds of <br> kept. */
static char *squeezed(void *owner, const char *s)
{
	char *t = text_squeeze(owner, s), *to = t;
	for (const char *from = t; *from; from++) {
		if (*from == ' ' && from[1] == '\x02')
			continue;
		*to++ = *from == '\x02' ? '\n' : *from;
		if (*from == '\x02' && from[1] == ' ')
			from++;
	}
	*to = '\0';
	while (to > t && to[-1] == '\n')
		*--to = '\0';
	return t;
}

static char *words_of(struct plain *p, const struct html_node *n)
{
	struct document *d = document_new(p->scratch);
	for (const struct html_node *c = n->first; c; c = c->next)
		inline_text(p, document_out(d), c);
	char *text = squeezed(p->scratch, document_text(d, NULL));
	talloc_free(d);
	return text;
}

static void write_blocks(struct plain *p, const struct html_node *parent);

static void write_paragraph(struct plain *p, const struct html_node *n)
{
	char *text = words_of(p, n);
	if (!*text)
		return;
	gap(p);
	wrapped(p, text);
}

static void write_heading(struct plain *p, const struct html_node *n)
{
	char *text = words_of(p, n);
	if (!*text)
		return;
	gap(p);
	wrapped(p, text);
	size_t wide = columns(text);
	fputs(p->prefix, p->out);
	for (size_t i = 0; i < wide && i < (size_t)p->width; i++)
		fputc('-', p->out);
	fputc('\n', p->out);
}

static void write_code(struct plain *p, const struct html_node *n)
{
	char *code = html_inner_text(p->scratch, n);
	gap(p);
	for (char *line = code, *end; *line; line = end) {
		size_t size = strcspn(line, "\n");
		end = line + size + (line[size] == '\n');
		if (size || *end)
			fprintf(p->out, size ? "%s    %.*s\n" : "\n", p->prefix, (int)size, line);
	}
	p->first = NULL;
}

/* Everything below n with another prefix; the first line may have its own. */
static void indented(struct plain *p, const struct html_node *n, const char *first, const char *rest)
{
	const char *prefix = p->prefix;
	if (first)
		p->first = mem_printf(p->scratch, "%s%s", p->first ? p->first : prefix, first);
	p->prefix = mem_printf(p->scratch, "%s%s", prefix, rest);
	write_blocks(p, n);
	p->prefix = prefix;
	p->first = NULL;
}

static void write_quote(struct plain *p, const struct html_node *n)
{
	if (p->begun && !p->tight)
		fputc('\n', p->out);
	p->begun = false;
	indented(p, n, NULL, "> ");
	p->begun = true;
}

static void write_list(struct plain *p, const struct html_node *list)
{
	const char *start = html_get(list, "start");
	int number = start ? atoi(start) : 1;
	bool tight = p->tight;
	gap(p);
	p->tight = true;
	for (const struct html_node *li = list->first; li; li = li->next) {
		if (!html_is(li, "li"))
			continue;
		char *mark = html_is(list, "ol") ? mem_printf(p->scratch, "%2d. ", number++) : mem_dup(p->scratch, "  - ");
		indented(p, li, mark, "    ");
	}
	p->tight = tight;
}

static void write_notes(struct plain *p, const struct html_node *section)
{
	int number = 0;
	bool tight = p->tight;
	gap(p);
	fprintf(p->out, "%sNotes\n", p->prefix);
	for (const struct html_node *n = section; n; n = html_next(section, n)) {
		if (!html_is(n, "li") || n->parent->parent != section)
			continue;
		if (number == 0)
			fputc('\n', p->out);
		p->tight = true;
		indented(p, n, mem_printf(p->scratch, "[%d] ", ++number), "    ");
	}
	p->tight = tight;
}

static void write_table(struct plain *p, const struct html_node *table)
{
	gap(p);
	for (const struct html_node *n = table; n; n = html_next(table, n)) {
		if (!html_is(n, "tr"))
			continue;
		struct document *d = document_new(p->scratch);
		for (const struct html_node *c = n->first; c; c = c->next)
			if (html_is(c, "td") || html_is(c, "th"))
				fprintf(document_out(d), "%s%s", document_text(d, NULL)[0] ? " | " : "", words_of(p, c));
		wrapped(p, document_text(d, NULL));
		talloc_free(d);
	}
}

static bool is_heading(const struct html_node *n) { return n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2]; }

static const struct {
	const char *name;
	void (*write)(struct plain *, const struct html_node *);
} blocks[] = {
	{ "p", write_paragraph }, { "pre", write_code }, { "blockquote", write_quote }, { "ul", write_list }, { "ol", write_list }, { "table", write_table },
	{ "figcaption", write_paragraph }, { "dt", write_paragraph }, { "dd", write_paragraph }, { "summary", write_paragraph },
};

static void write_block(struct plain *p, const struct html_node *n)
{
	if (note_is_section(n)) {
		write_notes(p, n);
		return;
	}
	if (is_heading(n)) {
		write_heading(p, n);
		return;
	}
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (html_is(n, blocks[i].name)) {
			blocks[i].write(p, n);
			return;
		}
	if (html_is(n, "hr")) {
		gap(p);
		fprintf(p->out, "%s* * *\n", p->prefix);
	} else {
		write_blocks(p, n);
	}
}

/* Blocks one by one; what stands between them inline is a paragraph of its own. */
static void write_blocks(struct plain *p, const struct html_node *parent)
{
	struct document *loose = document_new(p->scratch);
	for (const struct html_node *c = parent->first;; c = c->next) {
		bool block = c && c->kind == HTML_ELEMENT && html_is_block(c->name);
		if (c && !block) {
			inline_text(p, document_out(loose), c);
			continue;
		}
		char *text = squeezed(p->scratch, document_text(loose, NULL));
		if (*text) {
			gap(p);
			wrapped(p, text);
		}
		talloc_free(loose);
		loose = document_new(p->scratch);
		if (!c)
			break;
		write_block(p, c);
	}
	talloc_free(loose);
}

void plain_write(FILE *out, const char *html, int width)
{
	void *scratch = talloc_new(NULL);
	struct plain p = { .out = out, .scratch = scratch, .width = width, .prefix = "" };
	write_blocks(&p, html_parse(scratch, html, strlen(html)));
	if (p.link_count)
		fputc('\n', out);
	for (size_t i = 0; i < p.link_count; i++)
		fprintf(out, "(link %zu) %s\n", i + 1, p.links[i]);
	talloc_free(scratch);
}

static void line_of(FILE *out, const struct html_node *n)
{
	if (n->kind == HTML_TEXT)
		fputs(n->text, out);
	if (n->kind != HTML_ELEMENT || note_is_mark(n) || note_is_backlink(n))
		return;
	bool apart = html_is(n, "br") || (n->name && html_is_block(n->name)) || html_is(n, "td") || html_is(n, "th") || html_is(n, "li");
	if (apart)
		fputc(' ', out);
	for (const struct html_node *c = n->first; c; c = c->next)
		line_of(out, c);
	if (apart)
		fputc(' ', out);
}

char *plain_line(void *owner, const char *html)
{
	void *scratch = talloc_new(NULL);
	struct document *d = document_new(scratch);
	const struct html_node *root = html_parse(scratch, html, strlen(html));
	for (const struct html_node *c = root->first; c; c = c->next)
		line_of(document_out(d), c);
	char *line = text_squeeze(owner, document_text(d, NULL));
	talloc_free(scratch);
	return line;
}
