#include "feeds/parse/fullest.h"
#include "feeds/text/markdown.h"
#include "feeds/text/plain_address.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>

/* In percent: how many of the words of a text are in another one that has the same to say. */
enum { SAME = 80 };
/* Bytes of two texts that are compared; enough to tell whether they are the same. */
enum { COMPARED = 4096 };

bool fullest_is_html(const struct record_text *t) { return !strcmp(t->type, RECORD_HTML) || !strcmp(t->type, RECORD_XHTML); }

static void write_plain(FILE *out, const char *s, size_t n, bool escaped)
{
	char *part = mem_ndup(NULL, s, n);
	escaped ? (void)fputs(part, out) : html_text(out, part);
	talloc_free(part);
}

/* Writes text with its addresses as links.  escaped: its "&" and "<" are written as references already. */
static void write_linked(FILE *out, const char *s, bool escaped)
{
	const char *run = s;
	for (const char *p = s; *p;) {
		bool word = p == s || !(isalnum((unsigned char)p[-1]) || strchr("/=@\"'", p[-1]));
		size_t n = *p == 'h' && word ? plain_address(p) : 0;
		if (n) {
			write_plain(out, run, (size_t)(p - run), escaped);
			fputs("<a href=\"", out);
			write_plain(out, p, n, escaped);
			fputs("\">", out);
			write_plain(out, p, n, escaped);
			fputs("</a>", out);
			run = p + n;
		}
		p += n ? n : 1;
	}
	write_plain(out, run, strlen(run), escaped);
}

/* Plain text as HTML: paragraphs at blank lines, <br> at other line ends. */
static char *paragraphs(void *owner, const char *s)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	fputs("<p>", out);
	for (const char *p = s; *p;) {
		size_t n = strcspn(p, "\n"), ends = strspn(p + n, " \t\r\n");
		char *line = mem_ndup(d, p, n);
		size_t lines = 0;
		for (size_t i = 0; i < ends; i++)
			lines += p[n + i] == '\n';
		write_linked(out, line, false);
		talloc_free(line);
		p += n + ends;
		if (*p && lines)
			fputs(lines > 1 ? "</p>\n<p>" : "<br>\n", out);
	}
	fputs("</p>", out);
	return document_finish(d, owner);
}

/* HTML that has no tags. */
static char *linked(void *owner, const char *s)
{
	struct document *d = document_new(owner);
	write_linked(document_out(d), s, true);
	return document_finish(d, owner);
}

/* Said, or seen: of what is called HTML only when it has no tag. */
static bool is_markdown(const struct record_text *t)
{
	if (text_starts(t->type, "text/markdown") || text_starts(t->type, "text/x-markdown"))
		return true;
	return fullest_is_html(t) ? !strchr(t->value, '<') && markdown_is(t->value) : markdown_is(t->value);
}

char *fullest_html(void *owner, const struct record_text *t)
{
	if (text_blank(t->value))
		return NULL;
	if (is_markdown(t))
		return markdown_html(owner, t->value);
	if (!fullest_is_html(t))
		return paragraphs(owner, t->value);
	return strchr(t->value, '<') || !strstr(t->value, "://") ? mem_dup(owner, t->value) : linked(owner, t->value);
}

static bool is_text(const struct record_text *t)
{
	return !text_blank(t->value) && (fullest_is_html(t) || text_starts(t->type, "text/"));
}

/* About how many bytes of t a reader sees. */
static size_t visible(const struct record_text *t)
{
	bool html = fullest_is_html(t), tag = false;
	size_t n = 0;
	for (const char *p = t->value; *p; p++) {
		if (html && (*p == '<' || *p == '>'))
			tag = *p == '<';
		else
			n += !tag && (unsigned char)*p > ' ';
	}
	return n;
}

static const struct record_text *fullest_content(const struct record *r)
{
	const struct record_text *best = NULL;
	size_t length = 0;
	for (size_t i = 0; i < r->content_count; i++) {
		const struct record_text *t = &r->contents[i];
		if (!is_text(t))
			continue;
		size_t n = strlen(t->value);
		bool same = best && fullest_is_html(t) == fullest_is_html(best);
		/* Plain text may have lost pictures and links, but not half of the words. */
		bool better = !best || (same ? n > length : fullest_is_html(t) ? visible(t) * 2 > visible(best) : visible(t) > visible(best) * 2);
		if (better)
			best = t, length = n;
	}
	return best;
}

static char *words_of(void *owner, const struct record_text *t)
{
	struct html_node *root = fullest_is_html(t) ? html_parse(NULL, t->value, strlen(t->value)) : NULL;
	char *line = root ? html_line(owner, root, COMPARED) : mem_ndup(owner, t->value, strnlen(t->value, COMPARED));
	talloc_free(root);
	return text_fold(owner, line);
}

/* How many of the words of text, in percent, are in the others too; addresses do not count. */
static unsigned shared(void *scratch, const char *text, const char *other, const char *title)
{
	struct set *known = set_new(scratch);
	size_t all = 0, found = 0;
	char *both = mem_printf(scratch, "%s %s", other, title), *words = mem_dup(scratch, text);
	for (char *word; (word = strsep(&both, " \t\r\n.,;:!?()\"-"));)
		set_add(known, word);
	for (char *word; (word = strsep(&words, " \t\r\n.,;:!?()\"-"));)
		if (*word && !strchr(word, '/') && !text_starts(word, "http")) {
			all++;
			found += set_has(known, word);
		}
	return all ? (unsigned)(found * 100 / all) : 100;
}

static bool has_media(const struct record_text *t)
{
	static const char *const media[] = { "<img", "<iframe", "<video", "<audio", "<svg", "<object", "<embed", "<table", NULL };
	for (size_t i = 0; media[i] && fullest_is_html(t); i++)
		if (strcasestr(t->value, media[i]))
			return true;
	return false;
}

enum relation { CONTENT_ALONE, SUMMARY_ALONE, BOTH };

/* What of content and summary is the text of the post. */
static enum relation relate(const struct record *r, const struct record_text *content, const struct record_text *summary)
{
	size_t long_content = visible(content), long_summary = visible(summary);
	if (long_summary <= long_content * 2)
		return CONTENT_ALONE;
	void *scratch = talloc_new(NULL);
	const char *c = words_of(scratch, content), *s = words_of(scratch, summary), *title = r->title.value ? words_of(scratch, &r->title) : "";
	enum relation relation = BOTH;
	if (shared(scratch, s, c, "") >= SAME)
		relation = CONTENT_ALONE;
	else if (shared(scratch, c, s, title) >= SAME && !has_media(content))
		relation = SUMMARY_ALONE;
	talloc_free(scratch);
	return relation;
}

/* Relative links in one text have one base. */
static bool same_base(const struct record_text *a, const struct record_text *b)
{
	return a->base && b->base ? !strcmp(a->base, b->base) : a->base == b->base;
}

static void append(void *owner, struct fullest *f, bool html)
{
	f->content = mem_printf(owner, html ? "%s\n<div>%s</div>" : "%s\n%s", f->content, f->summary);
	f->summary = NULL;
}

struct fullest fullest_of(void *owner, const struct record *r)
{
	const struct record_text *content = fullest_content(r), *summary = is_text(&r->summary) ? &r->summary : NULL;
	struct fullest f = { .text = content ? content : summary ? summary : r->subtitle.value ? &r->subtitle : NULL };
	if (!f.text)
		return f;
	enum relation relation = content && summary ? relate(r, content, summary) : CONTENT_ALONE;
	if (relation == SUMMARY_ALONE)
		f.text = summary;
	f.content = fullest_html(owner, f.text);
	if (summary && strcmp(f.text->value, summary->value))
		f.summary = fullest_html(owner, summary);
	if (relation == BOTH && same_base(content, summary))
		append(owner, &f, fullest_is_html(summary));
	return f;
}
