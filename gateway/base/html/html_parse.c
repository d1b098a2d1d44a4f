#include "gateway/base/html/html_balance.h"
#include "gateway/base/html/html_build.h"
#include "gateway/base/html/html_gumbo.h"
#include "gateway/base/html/html_source.h"
#include "gateway/base/memory/arena.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <gumbo.h>
#include <string.h>

/* Gumbo may add rows and bodies of tables to what html_balance lets through, nothing else. */
#define MAX_TREE_DEPTH (4 * HTML_MAX_DEPTH)

/* In gumbo the number of a reference may overflow, which may give invalid UTF-8: such bytes become U+FFFD. */
static const char *whole(struct arena *arena, const char *s)
{
	size_t size = strlen(s);
	if (text_utf8(s, size))
		return s;
	char *text = arena_room(arena, size * 3 + 1), *to = text;
	while (*s) {
		const char *at = s;
		if (text_next(&s) == 0xFFFD)
			to = stpcpy(to, "\xEF\xBF\xBD");
		else
			to = mempcpy(to, at, (size_t)(s - at));
	}
	*to = '\0';
	arena_took(arena, (size_t)(to - text) + 1);
	return text;
}

/*
 * Decoded text without control characters (character references can make them), of which
 * carriage returns and form feeds become the white space that they mean.
 */
static char *plain_text(struct arena *arena, const char *s)
{
	s = whole(arena, s);
	char *text = arena_room(arena, strlen(s) + 1), *to = text;
	for (const char *p = s; *p; p++) {
		unsigned char c = (unsigned char)*p;
		if (c == '\r')
			*to++ = '\n';
		else if (c == '\f')
			*to++ = ' ';
		else if (c >= ' ' ? c != 0x7F : c == '\t' || c == '\n')
			*to++ = *p;
	}
	*to = '\0';
	arena_took(arena, (size_t)(to - text) + 1);
	return text;
}

static void take_name(struct html_node *node, const GumboElement *e)
{
	GumboStringPiece name = e->original_tag;
	if (e->tag == GUMBO_TAG_UNKNOWN)
		gumbo_tag_from_original_text(&name);
	if (e->tag != GUMBO_TAG_UNKNOWN || !name.data || !name.length) {
		html_rename(node, e->tag != GUMBO_TAG_UNKNOWN ? gumbo_normalized_tagname(e->tag) : "span");
		return;
	}
	size_t size = name.data[name.length - 1] == HTML_SOURCE_MARK ? name.length - 1 : name.length;
	html_rename(node, arena_keep(node->arena, name.data, size));
}

static void take_attributes(struct html_node *node, const GumboVector *attributes)
{
	if (attributes->length)
		node->attributes = arena_get(node->arena, attributes->length * sizeof *node->attributes);
	for (unsigned i = 0; i < attributes->length; i++) {
		const GumboAttribute *a = attributes->data[i];
		node->attributes[node->attribute_count++] =
			(struct html_attribute){ arena_keep(node->arena, a->name, strlen(a->name)), plain_text(node->arena, a->value) };
	}
}

static const GumboVector *children(const GumboNode *node)
{
	static const GumboVector none;
	if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
		return &node->v.element.children;
	return &none;
}

static struct html_node *take(struct html_node *root, const GumboNode *from)
{
	struct html_node *node = arena_get(root->arena, sizeof *node);
	node->arena = root->arena;
	switch (from->type) {
	case GUMBO_NODE_ELEMENT:
	case GUMBO_NODE_TEMPLATE:
		node->kind = HTML_ELEMENT;
		take_name(node, &from->v.element);
		take_attributes(node, &from->v.element.attributes);
		return node;
	case GUMBO_NODE_COMMENT:
		node->kind = HTML_COMMENT;
		break;
	default:
		node->kind = HTML_TEXT;
		break;
	}
	node->text = plain_text(node->arena, from->v.text.text);
	return node;
}

/* Appends copies of all children of from to parent; without recursion, because the source decides how deep they nest. */
static void take_children(struct html_node *root, const GumboNode *from)
{
	struct { const GumboVector *children; unsigned at; } stack[MAX_TREE_DEPTH] = { { children(from), 0 } };
	struct html_node *parent = root;
	size_t depth = 1;
	while (depth) {
		if (stack[depth - 1].at == stack[depth - 1].children->length) {
			depth--;
			if (depth)
				parent = parent->parent;
			continue;
		}
		const GumboNode *next = stack[depth - 1].children->data[stack[depth - 1].at++];
		struct html_node *node = take(root, next);
		html_append(parent, node);
		if (children(next)->length && depth < MAX_TREE_DEPTH) {
			stack[depth].children = children(next);
			stack[depth++].at = 0;
			parent = node;
		}
	}
}

static struct html_node *new_root(void *owner, size_t size)
{
	struct html_node *root = mem_new(owner, struct html_node);
	/* About half of a document is tags, and a node takes as much memory as a short paragraph. */
	root->arena = arena_new(root, 2 * size);
	return root;
}

static size_t capped(size_t size) { return size < HTML_MAX_SIZE ? size : HTML_MAX_SIZE; }

struct html_node *html_gumbo(void *owner, const char *before, const char *source, size_t size)
{
	GumboOptions options = kGumboDefaultOptions;
	options.max_errors = 0;
	struct html_node *root = new_root(owner, capped(size));
	struct document *d = document_new(root);
	struct html_source plain;
	size_t plain_size;
	html_source_begin(&plain, document_out(d), d);
	fputs(before, document_out(d));
	html_balance(&plain.sink, source, capped(size));
	const char *text = document_text(d, &plain_size);
	GumboOutput *output = gumbo_parse_with_options(&options, text, plain_size);
	const GumboVector *halves = children(output->root);
	for (unsigned i = 0; i < halves->length; i++)
		take_children(root, halves->data[i]);
	gumbo_destroy_output(&options, output);
	talloc_free(d);
	return root;
}

struct html_node *html_parse(void *owner, const char *source, size_t size)
{
	struct html_node *root = new_root(owner, capped(size));
	struct html_build build;
	html_build_begin(&build, root);
	html_balance(&build.sink, source, capped(size));
	if (html_build_end(&build))
		return root;
	talloc_free(root);
	return html_gumbo(owner, HTML_GUMBO_FRAGMENT, source, size);
}

struct html_node *html_parse_page(void *owner, const char *source, size_t size)
{
	return html_gumbo(owner, "<!DOCTYPE html>", source, size);
}
