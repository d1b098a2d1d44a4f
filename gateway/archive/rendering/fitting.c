#include "gateway/archive/rendering/fitting.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define LONG_ATTRIBUTE 2000 /* bytes; a longer one is left out, because it cannot be cut */
#define LONG_WORD 100       /* bytes; a longer one is cut inside */

/* Where a beginning ends is a number of units: a byte of text is one, an element is one. */
static size_t units_of(const struct html_node *n) { return n->kind == HTML_TEXT ? strlen(n->text) : n->kind == HTML_ELEMENT; }

/* The node in which the first units end, and how many of its own are kept; NULL when the whole has no more. */
static struct html_node *node_at(struct html_node *root, size_t units, size_t *kept)
{
	struct html_node *n = html_next(root, root);
	while (n && units_of(n) <= units) {
		units -= units_of(n);
		n = html_next(root, n);
	}
	*kept = units;
	return n;
}

static bool is_within(const struct html_node *n, const struct html_node *ancestor)
{
	while (n && n != ancestor)
		n = n->parent;
	return n;
}

/* The outermost block around n that may go as a whole, because three quarters of the units come before it. */
static struct html_node *sparable(struct html_node *root, const struct html_node *n, size_t units)
{
	size_t before = 0;
	for (struct html_node *block = html_next(root, root); block; block = html_next(root, block)) {
		if (before && before >= units / 4 * 3 && html_is_block(block) && is_within(n, block))
			return block;
		if (block == n)
			break;
		before += units_of(block);
	}
	return NULL;
}

/* Removes what follows n, and elements that are empty then. */
static void remove_behind(const struct html_node *root, struct html_node *n)
{
	for (; n != root; n = n->parent)
		while (n->next)
			html_remove(n->next);
}

static void remove_from(const struct html_node *root, struct html_node *n)
{
	struct html_node *up;
	remove_behind(root, n);
	do {
		up = n->parent;
		html_remove(n);
		n = up;
	} while (n != root && !n->first);
}

/* Cuts after a line or a word, or at least not inside a character. */
static void cut_text(struct html_node *text, size_t size)
{
	size_t end = size, least = size > LONG_WORD ? size - LONG_WORD : 0;
	while (end > least && !strchr(" \t\n", text->text[end]))
		end--;
	if (end == least)
		for (end = size; end && ((unsigned char)text->text[end] & 0xC0) == 0x80;)
			end--;
	char *kept = mem_printf(NULL, "%.*s…", (int)end, text->text);
	html_set_text(text, kept, strlen(kept));
	talloc_free(kept);
}

static bool is_heading(const struct html_node *n)
{
	return n->kind == HTML_ELEMENT && n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2];
}

static void drop_last_headings(struct html_node *root)
{
	for (struct html_node *n = html_last(root); n && n != root;) {
		bool heading = is_heading(n);
		struct html_node *up = n->parent;
		if (heading)
			remove_from(root, n);
		n = heading ? html_last(root) : up;
	}
}

static void keep(struct html_node *root, size_t units)
{
	size_t rest;
	struct html_node *n = node_at(root, units, &rest), *block = n ? sparable(root, n, units) : NULL;
	if (!n)
		return;
	if (block) {
		remove_from(root, block);
	} else if (n->kind == HTML_TEXT && rest) {
		cut_text(n, rest);
		remove_behind(root, n);
	} else {
		remove_from(root, n);
	}
	drop_last_headings(root);
}

static char *beginning(void *owner, const char *html, size_t units)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	keep(root, units);
	char *kept = html_to_string(owner, root);
	talloc_free(root);
	return kept;
}

static size_t size_written(const char *html, void (*write)(FILE *, const char *))
{
	struct document *d = document_new(NULL);
	size_t size;
	write(document_out(d), html);
	document_text(d, &size);
	talloc_free(d);
	return size;
}

static char *without_long_attributes(void *owner, const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	for (struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		for (size_t i = n->kind == HTML_ELEMENT ? n->attribute_count : 0; i-- > 0;)
			if (strnlen(n->attributes[i].value, LONG_ATTRIBUTE + 1) > LONG_ATTRIBUTE)
				html_set(n, n->attributes[i].name, NULL);
	char *rest = html_to_string(owner, root);
	talloc_free(root);
	return rest;
}

char *fitting(void *owner, const char *html, size_t max, void (*write)(FILE *, const char *))
{
	void *scratch = talloc_new(NULL);
	/* A renderer writes at least the text, so that no more than max units can fit. */
	char *most = beginning(scratch, without_long_attributes(scratch, html), max), *best = mem_dup(scratch, "");
	size_t fits = 0, too_many = max;
	if (size_written(most, write) <= max)
		best = most;
	while (best != most && too_many - fits > 1) {
		size_t middle = fits + (too_many - fits) / 2;
		char *one = beginning(scratch, most, middle);
		bool small = size_written(one, write) <= max;
		*(small ? &fits : &too_many) = middle;
		if (small)
			best = one;
		else
			talloc_free(one);
	}
	char *result = mem_dup(owner, best);
	talloc_free(scratch);
	return result;
}
