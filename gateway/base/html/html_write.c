#include "gateway/base/html/html.h"
#include "gateway/base/html/html_element.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/text/escape.h"
#include <string.h>
#include <strings.h>

static bool text_only(const struct html_node *node)
{
	return node && node->name && (node->traits & HTML_TEXT_ONLY) && !(node->traits & HTML_ENTITIES);
}

/* The text of a script or style cannot be escaped: it is not written if it would end the element. */
static bool ends_element(const char *text, const char *name)
{
	for (const char *p = text; (p = strstr(p, "</")); p += 2)
		if (strncasecmp(p + 2, name, strlen(name)) == 0)
			return true;
	return strstr(text, "<!--");
}

static void write_text(FILE *out, const struct html_node *node)
{
	if (!text_only(node->parent))
		html_text(out, node->text);
	else if (!ends_element(node->text, node->parent->name))
		fputs(node->text, out);
}

static void write_comment(FILE *out, const char *text)
{
	size_t n = strlen(text);
	if (*text != '>' && *text != '-' && !strstr(text, "--") && (!n || text[n - 1] != '-'))
		fprintf(out, "<!--%s-->", text);
}

/* The parser drops one line feed at the beginning of these. */
static bool begins_with_line(const struct html_node *node)
{
	static const char *const names[] = { "pre", "listing", "textarea" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (html_is(node, names[i]))
			return node->first && node->first->kind == HTML_TEXT && node->first->text[0] == '\n';
	return false;
}

static void write_start(FILE *out, const struct html_node *node)
{
	putc_unlocked('<', out);
	fputs_unlocked(node->name, out);
	for (size_t i = 0; i < node->attribute_count; i++) {
		putc_unlocked(' ', out);
		fputs_unlocked(node->attributes[i].name, out);
		fputs_unlocked("=\"", out);
		html_attr(out, node->attributes[i].value);
		putc_unlocked('"', out);
	}
	fputs_unlocked(begins_with_line(node) ? ">\n" : ">", out);
}

static void write_end(FILE *out, const struct html_node *node)
{
	if (node->kind != HTML_ELEMENT || !node->name || (node->traits & HTML_VOID))
		return;
	fputs_unlocked("</", out);
	fputs_unlocked(node->name, out);
	putc_unlocked('>', out);
}

void html_write(FILE *out, const struct html_node *root)
{
	const struct html_node *n = root;
	for (;;) {
		if (n->kind == HTML_TEXT)
			write_text(out, n);
		else if (n->kind == HTML_COMMENT)
			write_comment(out, n->text);
		else if (n->name)
			write_start(out, n);
		if (n->first && !(n->traits & HTML_VOID)) {
			n = n->first;
			continue;
		}
		write_end(out, n);
		for (; n != root && !n->next; n = n->parent)
			if (n->parent != root || root->name)
				write_end(out, n->parent);
		if (n == root)
			return;
		n = n->next;
	}
}

char *html_to_string(void *owner, const struct html_node *root)
{
	struct document *d = document_new(NULL);
	html_write(document_out(d), root);
	return document_finish(d, owner);
}
