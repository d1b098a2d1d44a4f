#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <libxml/HTMLparser.h>
#include <string.h>

/* Of a title or a name; what is longer is none. */
enum { LONGEST = 4096, DEPTH = 64 };

/* s is at "<": returns the length of the tag if it is one of HTML, else 0; *end: it is an end tag. */
static size_t html_tag(const char *s, bool *end, char name[16])
{
	/* libxml2 knows the elements of HTML 4; these are newer. */
	static const char *const newer[] = { "article", "aside", "audio", "details", "figcaption", "figure", "footer", "header", "main",
	                                     "mark", "nav", "picture", "rp", "rt", "ruby", "section", "source", "summary", "time",
	                                     "video", "wbr", "bdi", "math", "svg", "embed", NULL };
	size_t n = 0;
	*end = s[1] == '/';
	const char *p = s + 1 + *end;
	if (!isalpha((unsigned char)*p))
		return 0;
	while (n < 15 && isalnum((unsigned char)p[n]))
		name[n] = (char)tolower((unsigned char)p[n]), n++;
	name[n] = '\0';
	const char *stop = strchr(p, '>');
	if (!stop || !strchr(" \t\r\n/>", p[n]))
		return 0;
	bool known = htmlTagLookup((const xmlChar *)name) != NULL;
	for (size_t i = 0; newer[i] && !known; i++)
		known = !strcmp(newer[i], name);
	return known ? (size_t)(stop + 1 - s) : 0;
}

static bool html_reference(const char *s)
{
	char name[16];
	size_t n = strcspn(s + 1, ";<& \t\n");
	if (!n || s[1 + n] != ';' || n >= sizeof name)
		return false;
	memcpy(name, s + 1, n);
	name[n] = '\0';
	if (name[0] != '#')
		return htmlEntityLookup((const xmlChar *)name) != NULL || !strcmp(name, "apos");
	bool hex = name[1] == 'x' || name[1] == 'X';
	size_t digits = strspn(name + 1 + hex, hex ? "0123456789abcdefABCDEF" : "0123456789");
	return digits && digits == n - 1 - hex;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* Does the tag [tag, tag + n) in s show that s is HTML? */
static bool is_evidence(const char *s, const char *tag, size_t n, bool end, const char *name)
{
	if (end || tag[n - 2] == '/')
		return true;
	if (!strcmp(name, "br") || !strcmp(name, "wbr"))
		return !(tag > s && is_blank(tag[-1]) && is_blank(tag[n]));
	return html_is_void(name) && memchr(tag, '=', n);
}

bool record_looks_like_html(const char *s)
{
	bool seen = false, end;
	char name[16];
	for (const char *p = s; (p = strpbrk(p, "<&"));) {
		if (*p == '&') {
			if (html_reference(p))
				seen = true;
			p++;
			continue;
		}
		size_t n = html_tag(p, &end, name);
		/* "a < b" and "<3" are not tags.  A tag that HTML does not have means that this is text about tags. */
		if (!n && (isalpha((unsigned char)p[1]) || p[1] == '/'))
			return false;
		seen = seen || (n && is_evidence(s, p, n, end, name));
		p += n ? n : 1;
	}
	return seen;
}

static bool is_block_name(const char *name)
{
	static const char *const names[] = { "p", "div", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "section", "article", "header", "footer",
	                                     "aside", "details", "main", "center", "address", "h1", "h2", "h3", "h4", "h5", "h6", "hr", NULL };
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

struct blocks {
	char open[DEPTH][16];
	size_t depth, count;
};

/* Takes the tag [tag, tag + n); false when it is not where it may be. */
static bool take_tag(struct blocks *b, const char *tag, size_t n, bool end, const char *name)
{
	if (end)
		return b->depth && !strcmp(b->open[--b->depth], name);
	if (!b->depth && !is_block_name(name))
		return false;
	b->count++;
	if (html_is_void(name) || tag[n - 2] == '/')
		return true;
	if (b->depth == DEPTH)
		return false;
	strcpy(b->open[b->depth++], name);
	return true;
}

/* The length of the comment or tag at p, which is taken; 0 for text; *right is set to false when it may not be there. */
static size_t take(struct blocks *b, const char *p, bool *right)
{
	char name[16];
	bool end;
	const char *after = !strncmp(p, "<!--", 4) ? strstr(p, "-->") : NULL;
	if (after)
		return (size_t)(after + 3 - p);
	size_t n = *p == '<' ? html_tag(p, &end, name) : 0;
	if (n)
		*right = take_tag(b, p, n, end, name);
	else
		*right = *p == '<' && (isalpha((unsigned char)p[1]) || p[1] == '/') ? false : b->depth || is_blank(*p);
	return n;
}

bool record_is_blocks(const char *s)
{
	struct blocks b = { .depth = 0 };
	bool right = true;
	for (const char *p = s; *p && right;) {
		size_t n = take(&b, p, &right);
		p += n ? n : 1;
	}
	return right && b.count && !b.depth;
}

const char *record_plain(void *owner, const char *s)
{
	if (!strpbrk(s, "<&") || strlen(s) > LONGEST || !record_looks_like_html(s))
		return s;
	struct html_node *root = html_parse(NULL, s, strlen(s));
	char *line = html_line(owner, root, LONGEST);
	talloc_free(root);
	return line;
}

char *record_unwrap(char *s)
{
	/* The second is what a parser of HTML makes of the first. */
	static const struct { const char *start, *end; } markers[] = { { "<![CDATA[", "]]>" }, { "<!--[CDATA[", "]]-->" } };
	for (size_t i = 0; i < 2; i++) {
		size_t start = strlen(markers[i].start), end = strlen(markers[i].end), size = strlen(s);
		if (size < start + end || !text_starts(s, markers[i].start) || !text_ends(s, markers[i].end))
			continue;
		s[size - end] = '\0';
		for (s += start; is_blank(*s); s++)
			;
		for (size = strlen(s); size && is_blank(s[size - 1]); size--)
			s[size - 1] = '\0';
		return record_unwrap(s);
	}
	return s;
}
