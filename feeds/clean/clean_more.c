#include "feeds/clean/clean_more.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* "<!--more-->", "<!--more Read on-->", Ghost's "<!--members-only-->". */
static bool is_more_comment(const char *text)
{
	char *s = text_squeeze(NULL, text);
	bool more = strcmp(s, "more") == 0 || text_starts(s, "more ") || strcmp(s, "members-only") == 0;
	talloc_free(s);
	return more;
}

/* In a feed the marker may be WordPress's span#more-61, Blogger's a[name=more], or the block or rule of a paywall. */
static bool is_more(const struct html_node *n)
{
	static const char *const anchors[] = { "span", "a", NULL };
	if (n->kind == HTML_COMMENT)
		return is_more_comment(n->text);
	if (!n->attribute_count)
		return false;
	if (html_is(n, "hr"))
		return html_has_class(n, "more") || html_has_class(n, "paywall");
	if (html_has_class(n, "wp-block-jetpack-paywall"))
		return true;
	const char *id = html_get(n, "id"), *name = html_get(n, "name");
	if (!clean_is_one(n, anchors) || !clean_is_empty(n))
		return false;
	if (id && text_starts(id, "more-") && id[5] && !id[5 + strspn(id + 5, "0123456789")])
		return true;
	return name && strcmp(name, "more") == 0;
}

static struct html_node *new_more(struct html_node *root)
{
	struct html_node *comment = html_new_text(root, "more");
	comment->kind = HTML_COMMENT;
	return comment;
}

static bool stands_alone(const struct html_node *node)
{
	for (const struct html_node *n = node->parent->first; n; n = n->next)
		if (n != node && !clean_is_empty(n))
			return false;
	return true;
}

void clean_more(struct clean *c)
{
	struct html_node *more = NULL;
	for (struct html_node *n = html_next(c->root, c->root); n; n = html_next(c->root, n))
		if (is_more(n)) {
			more = new_more(c->root);
			html_insert_before(n, more);
			html_remove(n);
			break;
		}
	/* Alone in its paragraph it replaces the paragraph. */
	while (more && more->parent->name && (html_is(more->parent, "p") || !html_is_block(more->parent)) && stands_alone(more)) {
		struct html_node *up = more->parent;
		html_insert_before(up, more);
		html_remove(up);
	}
	for (struct html_node *n = c->root, *after; n; n = after) {
		after = html_next(c->root, n);
		if (n->kind == HTML_COMMENT && n != more)
			html_remove(n);
	}
}
