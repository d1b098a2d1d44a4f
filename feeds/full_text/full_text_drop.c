#include "feeds/full_text/full_text_drop.h"
#include "feeds/clean/clean_style.h"
#include "feeds/full_text/full_text_class.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

enum { NAMES_MAX = 2000 };

/* Elements and ARIA roles that are never part of an article. */
static const char *const never[] = {
	"script", "style", "noscript", "template", "nav", "aside", "form", "button", "input", "select", "textarea", "dialog",
	"link", "meta", "title", "menu", NULL
};
static const char *const roles[] = {
	"navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar",
	"toolbar", NULL
};

static bool is_in(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

static bool is_hidden(const struct html_node *node)
{
	const char *style = html_get(node, "style");
	return html_get(node, "hidden") || (style && clean_style_hides(style)) || text_same(html_get(node, "aria-hidden"), "true");
}

/* Does node contain the body of an article?  In some themes comments are article elements too. */
static bool holds_article(struct html_node *node)
{
	for (struct html_node *n = html_next(node, node); n; n = html_next(node, n)) {
		bool body = html_is(n, "main") || html_is(n, "article");
		if (full_text_declared(n) || (body && full_text_class_weight(n) > -1))
			return true;
	}
	return false;
}

/* Inline elements and these have classes of any kind, which say nothing. */
static bool is_text(const struct html_node *node)
{
	static const char *const names[] = { "p", "figure", "pre", "blockquote", NULL };
	return !html_is_block(node) || is_in(node->name, names);
}

static bool is_unwanted(struct html_node *node)
{
	const char *role = html_get(node, "role");
	if (is_in(node->name, never) || (role && is_in(role, roles)) || is_hidden(node))
		return true;
	if (html_is(node, "article") || html_is(node, "main") || full_text_declared(node) || full_text_class_weight(node) > -1)
		return (html_is(node, "footer") || html_is(node, "header")) && !holds_article(node);
	return !is_text(node) && !holds_article(node);
}

/* The class and id of an element are examined once for each of its ancestors, so their length has a limit. */
static void drop_long_names(struct html_node *root)
{
	static const char *const names[] = { "class", "id", NULL };
	for (struct html_node *n = html_next(root, root); n; n = html_next(root, n))
		for (const char *const *name = names; *name; name++) {
			const char *value = html_get(n, *name);
			if (value && strnlen(value, NAMES_MAX + 1) > NAMES_MAX)
				html_set(n, *name, NULL);
		}
}

void full_text_drop(struct html_node *root)
{
	drop_long_names(root);
	for (struct html_node *node = html_next(root, root), *next; node; node = next) {
		bool unwanted = node->kind == HTML_COMMENT || (node->kind == HTML_ELEMENT && is_unwanted(node));
		next = unwanted ? html_skip(root, node) : html_next(root, node);
		if (unwanted)
			html_remove(node);
	}
}
