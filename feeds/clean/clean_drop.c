#include "feeds/clean/clean_tree.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* "<!--more-->", "<!--more Read on-->", Ghost's "<!--members-only-->". */
static bool is_cut_comment(const char *text)
{
	char *s = text_squeeze(NULL, text);
	bool cut = strcmp(s, "more") == 0 || text_starts(s, "more ") || strcmp(s, "members-only") == 0;
	talloc_free(s);
	return cut;
}

/* What is left of a cut in a feed: WordPress's span#more-61, Blogger's a[name=more], a paywall's block or rule. */
static bool is_cut(const struct html_node *n)
{
	static const char *const anchors[] = { "span", "a", NULL };
	if (n->kind == HTML_COMMENT)
		return is_cut_comment(n->text);
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

static struct html_node *new_cut(struct html_node *root)
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

/* The first one counts.  Alone in its paragraph it takes the paragraph's place. */
void clean_cut(struct clean *c)
{
	struct html_node *cut = NULL;
	for (struct html_node *n = html_next(c->root, c->root); n; n = html_next(c->root, n))
		if (is_cut(n)) {
			cut = new_cut(c->root);
			html_insert_before(n, cut);
			html_remove(n);
			break;
		}
	while (cut && cut->parent->name && (html_is(cut->parent, "p") || !html_is_block(cut->parent)) && stands_alone(cut)) {
		struct html_node *up = cut->parent;
		html_insert_before(up, cut);
		html_remove(up);
	}
	for (struct html_node *n = c->root, *after; n; n = after) {
		after = html_next(c->root, n);
		if (n->kind == HTML_COMMENT && n != cut)
			html_remove(n);
	}
}

/* A form that asks for something asks in the name of another page; one round a whole text is only a wrapper. */
static bool asks(const struct html_node *form)
{
	static const char *const silent[] = { "hidden", "submit", "button", "image", "reset", NULL };
	for (const struct html_node *n = html_next(form, form); n; n = html_next(form, n)) {
		const char *type = html_get(n, "type");
		bool question = html_is(n, "textarea") || html_is(n, "select") || html_is(n, "input");
		for (size_t i = 0; question && type && silent[i]; i++)
			question = !text_same(type, silent[i]);
		if (question)
			return true;
	}
	return false;
}

/* What a program puts into a post for its own pages: sign-up boxes, buttons to share, "you may also like". */
static bool is_furniture(const struct html_node *n)
{
	static const char *const classes[] = {
		"wp-block-jetpack-subscriptions", "subscription-widget-wrap", "subscription-widget-wrap-editor", "subscribe-widget",
		"sharedaddy", "sd-sharing-enabled", "jp-relatedposts", "addtoany_share_save_container", "kg-signup-card",
		/* what scripts draw with, or what is drawn beside what it was drawn from */
		"kg-audio-player", "kg-video-player-container", "kg-video-overlay", "kg-bookmark-icon", "katex-html",
		"rouge-gutter", "linenos", "lineno", "hljs-ln-numbers", "crayon-nums", NULL
	};
	return html_has_one_class(n, classes);
}

static bool is_heading(const struct html_node *n)
{
	return n->kind == HTML_ELEMENT && n->name && n->name[0] == 'h' && n->name[1] >= '1' && n->name[1] <= '6' && !n->name[2];
}

static bool is_sign(const char *text)
{
	static const char *const signs[] = { "", "#", "¶", "§", "🔗", "⚓", "∞", NULL };
	for (size_t i = 0; signs[i]; i++)
		if (strcmp(text, signs[i]) == 0)
			return true;
	return false;
}

/* A heading's sign that links to the heading itself. */
static bool is_permalink(const struct html_node *a)
{
	const struct html_node *heading = a->parent;
	const char *href = html_get(a, "href");
	while (heading && heading->name && !is_heading(heading))
		heading = heading->parent;
	if (!html_is(a, "a") || !href || *href != '#' || !heading || !heading->name)
		return false;
	char *text = html_inner_text(NULL, a);
	bool permalink = is_sign(text_squeeze(text, text)) && clean_is_empty(a) == text_blank(text);
	talloc_free(text);
	return permalink;
}

static bool is_hidden(const struct html_node *n)
{
	return html_get(n, "hidden") || clean_style_hides(html_get(n, "style"));
}

static bool is_dropped(const struct html_node *n)
{
	const char *as;
	if (n->kind != HTML_ELEMENT)
		return false;
	if (clean_fate(n->name, &as) == CLEAN_DROP || (html_is(n, "form") && asks(n)))
		return true;
	return n->attribute_count && (is_hidden(n) || is_furniture(n) || is_permalink(n));
}

void clean_drop(struct clean *c)
{
	for (struct html_node *n = html_next(c->root, c->root), *after; n; n = after) {
		bool dropped = is_dropped(n);
		after = dropped ? html_skip(c->root, n) : html_next(c->root, n);
		if (dropped)
			html_remove(n);
	}
}
