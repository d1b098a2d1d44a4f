#include "feeds/clean/clean_drop.h"
#include "feeds/clean/clean_rules.h"
#include "feeds/clean/clean_style.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A form with a visible field is dropped; one without is only a wrapper round the text. */
static bool has_field(const struct html_node *form)
{
	static const char *const invisible[] = { "hidden", "submit", "button", "image", "reset", NULL };
	for (const struct html_node *n = html_next(form, form); n; n = html_next(form, n)) {
		const char *type = html_get(n, "type");
		bool field = html_is(n, "textarea") || html_is(n, "select") || html_is(n, "input");
		for (size_t i = 0; field && type && invisible[i]; i++)
			field = !text_same(type, invisible[i]);
		if (field)
			return true;
	}
	return false;
}

/* Sign-up boxes, sharing buttons and related posts that blog software puts into a post. */
static bool is_boilerplate(const struct html_node *n)
{
	static const char *const classes[] = {
		"wp-block-jetpack-subscriptions", "subscription-widget-wrap", "subscription-widget-wrap-editor", "subscribe-widget",
		"sharedaddy", "sd-sharing-enabled", "jp-relatedposts", "addtoany_share_save_container", "kg-signup-card",
		/* controls of scripts, and renderings of a formula or of code that is there as text too */
		"kg-audio-player", "kg-video-player-container", "kg-video-overlay", "kg-bookmark-icon", "katex-html",
		"rouge-gutter", "linenos", "lineno", "hljs-ln-numbers", "crayon-nums", NULL
	};
	return html_has_one_class(n, classes);
}

static bool is_anchor_sign(const char *text)
{
	static const char *const signs[] = { "", "#", "¶", "§", "🔗", "⚓", "∞", NULL };
	for (size_t i = 0; signs[i]; i++)
		if (strcmp(text, signs[i]) == 0)
			return true;
	return false;
}

/* A sign in a heading that links to the heading itself. */
static bool is_permalink(const struct html_node *a)
{
	const struct html_node *heading = a->parent;
	const char *href = html_get(a, "href");
	while (heading && heading->name && !clean_is_heading(heading))
		heading = heading->parent;
	if (!html_is(a, "a") || !href || *href != '#' || !heading || !heading->name)
		return false;
	char *text = html_inner_text(NULL, a);
	bool permalink = is_anchor_sign(text_squeeze(text, text)) && clean_is_empty(a) == text_blank(text);
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
	if (clean_action(n->name, &as) == CLEAN_DROP || (html_is(n, "form") && has_field(n)))
		return true;
	return n->attribute_count && (is_hidden(n) || is_boilerplate(n) || is_permalink(n));
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
