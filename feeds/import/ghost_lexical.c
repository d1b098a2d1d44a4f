#include "feeds/import/ghost_card.h"
#include "feeds/import/ghost_document.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <stdbool.h>
#include <string.h>

/* Nesting that is read; lists are as deep in practice as an outline. */
enum { DEEPEST = 60 };

static void write_nodes(FILE *out, const json_t *nodes, int depth);

static const char *of(const json_t *node, const char *name)
{
	const char *value = json_string_value(json_object_get(node, name));
	return value ? value : "";
}

static bool is(const json_t *node, const char *type)
{
	const char *own = of(node, "type");
	return strcmp(text_starts(own, "extended-") ? own + strlen("extended-") : own, type) == 0;
}

/* The bits of a text's format. */
static const struct { json_int_t bit; const char *tag; } formats[] = {
	{ 1, "strong" }, { 2, "em" }, { 4, "s" }, { 8, "u" }, { 16, "code" }, { 32, "sub" }, { 64, "sup" }, { 128, "mark" },
};
enum { FORMATS = sizeof formats / sizeof *formats };

static void write_text(FILE *out, const json_t *node)
{
	json_int_t format = json_integer_value(json_object_get(node, "format"));
	for (size_t i = 0; i < FORMATS; i++)
		if (format & formats[i].bit)
			fprintf(out, "<%s>", formats[i].tag);
	html_text(out, of(node, "text"));
	for (size_t i = FORMATS; i-- > 0;)
		if (format & formats[i].bit)
			fprintf(out, "</%s>", formats[i].tag);
}

static void write_element(FILE *out, const char *tag, const json_t *node, int depth)
{
	fprintf(out, "<%s>", tag);
	write_nodes(out, json_object_get(node, "children"), depth);
	fprintf(out, "</%s>", tag);
}

static void write_link(FILE *out, const json_t *node, int depth)
{
	fputs("<a href=\"", out);
	html_attr(out, of(node, "url"));
	fputs("\">", out);
	write_nodes(out, json_object_get(node, "children"), depth);
	fputs("</a>", out);
}

/* An item that holds only a list is the list below the item before it. */
static bool is_nested(const json_t *item) { return is(item, "listitem") && is(json_array_get(json_object_get(item, "children"), 0), "list"); }

static void write_items(FILE *out, const json_t *items, int depth)
{
	size_t i, count = json_array_size(items);
	json_t *item;
	bool open = false;
	json_array_foreach(items, i, item) {
		if (!open)
			fputs("<li>", out);
		if (json_is_true(json_object_get(item, "checked")))
			fputs("[x] ", out);
		write_nodes(out, json_object_get(item, "children"), depth);
		open = i + 1 < count && is_nested(json_array_get(items, i + 1));
		if (!open)
			fputs("</li>", out);
	}
}

static void write_list(FILE *out, const json_t *node, int depth)
{
	json_int_t start = json_integer_value(json_object_get(node, "start"));
	bool numbers = strcmp(of(node, "listType"), "number") == 0 || strcmp(of(node, "tag"), "ol") == 0;
	fputs(numbers ? "<ol" : "<ul", out);
	if (numbers && start > 1)
		fprintf(out, " start=\"%" JSON_INTEGER_FORMAT "\"", start);
	fputs(">", out);
	write_items(out, json_object_get(node, "children"), depth);
	fputs(numbers ? "</ol>" : "</ul>", out);
}

static const char *heading(const json_t *node)
{
	static const char *const tags[] = { "h1", "h2", "h3", "h4", "h5", "h6" };
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (strcmp(tags[i], of(node, "tag")) == 0)
			return tags[i];
	return "h2";
}

static void write_node(FILE *out, const json_t *node, int depth)
{
	if (is(node, "text"))
		write_text(out, node);
	else if (is(node, "linebreak"))
		fputs("<br>", out);
	else if (is(node, "tab"))
		fputs(" ", out);
	else if (is(node, "paragraph"))
		write_element(out, "p", node, depth);
	else if (is(node, "heading"))
		write_element(out, heading(node), node, depth);
	else if (is(node, "quote") || is(node, "aside"))
		write_element(out, "blockquote", node, depth);
	else if (is(node, "list"))
		write_list(out, node, depth);
	else if (is(node, "link") || is(node, "autolink") || is(node, "at-link"))
		write_link(out, node, depth);
	else if (!ghost_card(out, of(node, "type"), node))
		/* Of what is not known, what is in it. */
		write_nodes(out, json_object_get(node, "children"), depth);
}

static void write_nodes(FILE *out, const json_t *nodes, int depth)
{
	size_t i;
	json_t *node;
	if (depth > 0)
		json_array_foreach(nodes, i, node)
			write_node(out, node, depth - 1);
}

char *ghost_lexical(void *owner, const char *text)
{
	json_t *root = text_blank(text) ? NULL : json_loads(text, 0, NULL);
	const json_t *nodes = json_object_get(json_object_get(root, "root"), "children");
	struct document *d = document_new(owner);
	write_nodes(document_out(d), nodes, DEEPEST);
	char *html = document_finish(d, owner);
	json_decref(root);
	return text_blank(html) ? NULL : html;
}
