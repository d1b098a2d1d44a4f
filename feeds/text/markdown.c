#include "feeds/text/markdown.h"
#include "feeds/text/plain_address.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <cmark.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* How often each of the marks is there. */
struct marks {
	size_t headings, fences, items, quotes, references, links, strong;
};

/* Behind "- ", "* ", "+ ", "12. " or "12) "; NULL when s is none of these. */
static const char *behind_bullet(const char *s)
{
	size_t digits = strspn(s, "0123456789");
	if (!s[digits] || (digits ? digits > 3 || !strchr(".)", s[digits]) : !strchr("-*+", *s)))
		return NULL;
	s += digits ? digits + 1 : 1;
	return s[0] == ' ' && s[1] != ' ' && s[1] ? s + 1 : NULL;
}

/* "[name]: https://..." */
static bool is_reference(const char *s)
{
	size_t n = strcspn(s, "]\n");
	return *s == '[' && n > 1 && text_starts(s + n, "]: ") && plain_address(s + n + 3);
}

static void look_at_line(const char *s, struct marks *m)
{
	size_t indent = strspn(s, " "), level = strspn(s, "#");
	const char *line = s + (indent > 3 ? 0 : indent);
	m->headings += level >= 1 && level <= 6 && s[level] == ' ' && isgraph((unsigned char)s[level + 1]);
	m->fences += text_starts(line, "```") || text_starts(line, "~~~");
	m->items += behind_bullet(line) != NULL;
	m->quotes += text_starts(line, "> ");
	m->references += is_reference(line);
}

/* "[words](https://...)", "![alt](/picture.png "title")" */
static bool is_link(const char *s)
{
	static const char *const starts[] = { "https://", "http://", "mailto:", "/", "#", "./", "../", NULL };
	size_t n = strcspn(s, "]\n");
	if (n < 1 || !text_starts(s + n, "]("))
		return false;
	for (size_t i = 0; starts[i]; i++)
		if (text_starts(s + n + 2, starts[i]))
			return strchr(s + n, ')') != NULL;
	return false;
}

/* "**words**" and "__words__", on one line; not "2**3**4", nor "__init__". */
static bool is_strong(const char *text, const char *s)
{
	if ((s[0] != '*' && s[0] != '_') || s[1] != s[0] || s[2] == s[0] || !isgraph((unsigned char)s[2]) || (s > text && !strchr(" \t\n(\"'", s[-1])))
		return false;
	size_t n = strcspn(s + 2, "\n");
	for (const char *end = s + 3; end < s + 2 + n; end++)
		if (end[0] == s[0] && end[1] == s[0])
			return isgraph((unsigned char)end[-1]) && !isalnum((unsigned char)end[2]) && (s[0] == '*' || memchr(s + 2, ' ', (size_t)(end - s - 2)));
	return false;
}

bool markdown_is(const char *text)
{
	struct marks m = { 0 };
	for (const char *p = text; *p; p++) {
		if (p == text || p[-1] == '\n')
			look_at_line(p, &m);
		m.links += *p == '[' && is_link(p + 1);
		m.strong += is_strong(text, p);
	}
	size_t kinds = (m.headings > 0) + (m.items > 1) + (m.quotes > 0) + (m.headings > 1);
	return m.links || m.strong || m.references || m.fences > 1 || kinds > 1;
}

/* Makes links of the addresses in a text node. */
static void link_addresses(cmark_node *node)
{
	void *scratch = talloc_new(NULL);
	const char *all = mem_dup(scratch, cmark_node_get_literal(node)), *run = all;
	for (const char *p = all; *p;) {
		bool word = p == all || !(isalnum((unsigned char)p[-1]) || strchr("/=@\"'", p[-1]));
		size_t n = *p == 'h' && word ? plain_address(p) : 0;
		if (!n) {
			p++;
			continue;
		}
		cmark_node *before = cmark_node_new(CMARK_NODE_TEXT), *link = cmark_node_new(CMARK_NODE_LINK), *inside = cmark_node_new(CMARK_NODE_TEXT);
		cmark_node_set_literal(before, mem_ndup(scratch, run, (size_t)(p - run)));
		cmark_node_set_literal(inside, mem_ndup(scratch, p, n));
		cmark_node_set_url(link, mem_ndup(scratch, p, n));
		cmark_node_append_child(link, inside);
		cmark_node_insert_before(node, before);
		cmark_node_insert_before(node, link);
		run = p += n;
	}
	if (run != all)
		cmark_node_set_literal(node, run);
	talloc_free(scratch);
}

char *markdown_html(void *owner, const char *text)
{
	cmark_node *root = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);
	cmark_consolidate_text_nodes(root);
	cmark_iter *i = cmark_iter_new(root);
	for (cmark_event_type event; (event = cmark_iter_next(i)) != CMARK_EVENT_DONE;) {
		cmark_node *node = cmark_iter_get_node(i), *parent = cmark_node_parent(node);
		if (event == CMARK_EVENT_ENTER && cmark_node_get_type(node) == CMARK_NODE_TEXT && cmark_node_get_type(parent) != CMARK_NODE_LINK)
			link_addresses(node);
	}
	cmark_iter_free(i);
	char *html = mem_check(cmark_render_html(root, CMARK_OPT_UNSAFE)), *mine = mem_dup(owner, html);
	free(html);
	cmark_node_free(root);
	return mine;
}
