#include "gateway/base/html/html.h"
#include "gateway/base/html/html_element.h"
#include "gateway/base/memory/arena.h"
#include "gateway/base/memory/mem.h"
#include <ctype.h>
#include <string.h>

const char *html_get(const struct html_node *node, const char *name)
{
	for (size_t i = 0; node && i < node->attribute_count; i++)
		if (*node->attributes[i].name == *name && strcmp(node->attributes[i].name, name) == 0)
			return node->attributes[i].value;
	return NULL;
}

static void remove_attribute(struct html_node *node, size_t at)
{
	memmove(node->attributes + at, node->attributes + at + 1, (--node->attribute_count - at) * sizeof *node->attributes);
}

static char *keep(struct html_node *node, const char *s) { return arena_keep(node->arena, s, strlen(s)); }

void html_set(struct html_node *node, const char *name, const char *value)
{
	for (size_t i = 0; i < node->attribute_count; i++) {
		if (strcmp(node->attributes[i].name, name) != 0)
			continue;
		if (value)
			node->attributes[i].value = keep(node, value);
		else
			remove_attribute(node, i);
		return;
	}
	if (!value)
		return;
	struct html_attribute *longer = arena_get(node->arena, (node->attribute_count + 1) * sizeof *longer);
	for (size_t i = 0; i < node->attribute_count; i++)
		longer[i] = node->attributes[i];
	longer[node->attribute_count++] = (struct html_attribute){ keep(node, name), keep(node, value) };
	node->attributes = longer;
}

void html_rename(struct html_node *node, const char *name)
{
	node->name = html_known_name(name, &node->traits);
	if (!node->name)
		node->name = keep(node, name);
}

void html_set_text(struct html_node *node, const char *text, size_t size) { node->text = arena_keep(node->arena, text, size); }

static bool has_word(const char *s, const char *word)
{
	size_t n = strlen(word);
	while (s && *s) {
		size_t gap = strspn(s, " \t\n\f\r"), length = strcspn(s + gap, " \t\n\f\r");
		if (length == n && n && strncmp(s + gap, word, n) == 0)
			return true;
		s += gap + length;
	}
	return false;
}

bool html_has_class(const struct html_node *node, const char *word) { return has_word(html_get(node, "class"), word); }

bool html_has_one_class(const struct html_node *node, const char *const *words)
{
	const char *classes = html_get(node, "class");
	for (; classes && *words; words++)
		if (strstr(classes, *words) && has_word(classes, *words))
			return true;
	return false;
}

bool html_is_void(const char *name) { return html_traits(name) & HTML_VOID; }
bool html_is_block(const struct html_node *node) { return node->traits & HTML_BLOCK; }

struct html_node *html_skip(const struct html_node *root, const struct html_node *node)
{
	for (; node && node != root; node = node->parent)
		if (node->next)
			return node->next;
	return NULL;
}

struct html_node *html_next(const struct html_node *root, const struct html_node *node)
{
	return node->first ? node->first : html_skip(root, node);
}

static struct html_node *deepest(struct html_node *node)
{
	while (node && node->last)
		node = node->last;
	return node;
}

struct html_node *html_last(const struct html_node *root) { return deepest(root->last); }

struct html_node *html_before(const struct html_node *root, const struct html_node *node)
{
	if (node->previous)
		return deepest(node->previous);
	return node->parent == root ? NULL : node->parent;
}

void html_remove(struct html_node *node)
{
	struct html_node *parent = node->parent;
	if (!parent)
		return;
	*(node->previous ? &node->previous->next : &parent->first) = node->next;
	*(node->next ? &node->next->previous : &parent->last) = node->previous;
	node->parent = node->next = node->previous = NULL;
}

void html_append(struct html_node *parent, struct html_node *child)
{
	html_remove(child);
	child->parent = parent;
	child->previous = parent->last;
	*(parent->last ? &parent->last->next : &parent->first) = child;
	parent->last = child;
}

void html_insert_before(struct html_node *where, struct html_node *node)
{
	if (where == node)
		return;
	html_remove(node);
	node->parent = where->parent;
	node->next = where;
	node->previous = where->previous;
	*(where->previous ? &where->previous->next : &where->parent->first) = node;
	where->previous = node;
}

void html_unwrap(struct html_node *node)
{
	while (node->first)
		html_insert_before(node, node->first);
	html_remove(node);
}

static struct html_node *new_node(struct html_node *root, enum html_kind kind)
{
	struct html_node *node = arena_get(root->arena, sizeof *node);
	node->arena = root->arena;
	node->kind = kind;
	return node;
}

struct html_node *html_new_element(struct html_node *root, const char *name)
{
	struct html_node *node = new_node(root, HTML_ELEMENT);
	html_rename(node, name);
	return node;
}

struct html_node *html_new_text(struct html_node *root, const char *text)
{
	struct html_node *node = new_node(root, HTML_TEXT);
	html_set_text(node, text, strlen(text));
	return node;
}

char *html_inner_text(void *owner, const struct html_node *node)
{
	size_t size = node->kind == HTML_TEXT ? strlen(node->text) : 0;
	for (const struct html_node *n = html_next(node, node); n; n = html_next(node, n))
		size += n->kind == HTML_TEXT ? strlen(n->text) : 0;
	char *text = mem_array(owner, char, size + 1), *to = text;
	if (node->kind == HTML_TEXT)
		to = stpcpy(to, node->text);
	for (const struct html_node *n = html_next(node, node); n; n = html_next(node, n))
		if (n->kind == HTML_TEXT)
			to = stpcpy(to, n->text);
	return text;
}
