#include "feeds/clean/clean_media.h"
#include "feeds/clean/clean_embed_link.h"
#include "feeds/clean/clean_embeds.h"
#include "feeds/clean/clean_formula.h"
#include "feeds/clean/clean_lazy.h"
#include "feeds/clean/clean_scripts.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- pictures --- */

/* Jetpack adds a parameter to the URLs for its script; src has the real one. */
static bool has_pending_parameter(const struct html_node *img)
{
	const char *address = html_get(img, "data-lazy-src");
	return address && strstr(address, "is-pending-load=1") && clean_lazy_is_address(html_get(img, "src"));
}

/* From the source elements before img in its picture element; those before another img are not its own. */
static void take_source(struct html_node *img)
{
	struct html_node *n = img;
	while (n->previous && !html_is(n->previous, "img"))
		n = n->previous;
	for (; n != img && !clean_lazy_is_address(html_get(img, "src")); n = n->next)
		if (html_is(n, "source") && !clean_lazy_take(img, n))
			clean_lazy_take_set(img, n);
}

static void find_address(struct html_node *img)
{
	if (has_pending_parameter(img))
		return;
	if (clean_lazy_take(img, img)) {
		/* Some hide the picture until their script has loaded it. */
		html_set(img, "style", NULL);
		return;
	}
	if (!clean_lazy_is_address(html_get(img, "src")))
		clean_lazy_take_set(img, img);
	if (html_is(img->parent, "picture"))
		take_source(img);
}

static bool is_emoji(const struct html_node *img)
{
	const char *src = html_get(img, "src"), *alt = html_get(img, "alt");
	if (text_blank(alt) || text_length(alt) > 16)
		return false;
	return html_has_class(img, "wp-smiley") || html_has_class(img, "emoji") || (src && strstr(src, "/images/core/emoji/"));
}

/* Pictures of one pixel, and those of known trackers. */
static bool is_tracking_pixel(const struct html_node *img)
{
	static const char *const trackers[] = {
		"://pixel.wp.com/", "://stats.wordpress.com/", "://feeds.feedburner.com/~r/", "://feeds.wordpress.com/1.0/",
		"://pixel.quantserve.com/", "://b.scorecardresearch.com/", "://www.google-analytics.com/", NULL
	};
	const char *src = html_get(img, "src"), *width = html_get(img, "width"), *height = html_get(img, "height");
	for (size_t i = 0; src && trackers[i]; i++)
		if (strstr(src, trackers[i]))
			return true;
	return width && height && isdigit((unsigned char)*width) && isdigit((unsigned char)*height) && atoi(width) <= 1 && atoi(height) <= 1;
}

static void picture(struct clean *c, struct html_node *img)
{
	if (is_emoji(img)) {
		html_insert_before(img, html_new_text(c->root, html_get(img, "alt")));
		html_remove(img);
		return;
	}
	find_address(img);
	if (is_tracking_pixel(img))
		html_remove(img);
}

/* --- objects and captions --- */

static bool holds_other(const struct html_node *object)
{
	static const char *const readable[] = { "p", "a", "img", "iframe", "video", NULL };
	for (size_t i = 0; readable[i]; i++)
		for (const struct html_node *n = html_next(object, object); n; n = html_next(object, n))
			if (html_is(n, readable[i]))
				return true;
	return false;
}

/* WordPress's classes for a figure and its caption, from before HTML5. */
static void caption_of_picture(struct html_node *p)
{
	if (!html_has_class(p, "wp-caption-text") || !html_is(p->parent, "div") || !html_has_class(p->parent, "wp-caption"))
		return;
	html_rename(p, "figcaption");
	html_rename(p->parent, "figure");
}

static void paragraph(struct clean *c, struct html_node *n)
{
	caption_of_picture(n);
	clean_embed_address(c, n);
}

/* --- what only attributes say --- */

/* A drawing that has words, and is not only an ornament, becomes them. */
static void drawing(struct clean *c, struct html_node *svg)
{
	const char *label = html_get(svg, "aria-label");
	struct html_node *title = NULL, *text = NULL;
	for (struct html_node *n = html_next(svg, svg); n; n = html_next(svg, n)) {
		title = !title && html_is(n, "title") ? n : title;
		text = !text && html_is(n, "text") ? n : text;
	}
	if ((text || text_same(html_get(svg, "role"), "img")) && !text_same(html_get(svg, "aria-hidden"), "true")) {
		char *words = label ? mem_dup(NULL, label) : html_inner_text(NULL, title ? title : svg);
		clean_leave_trace(c, svg, words);
		talloc_free(words);
	}
	html_remove(svg);
}

/* The length of the common first words of two class names, up to a hyphen or an underscore. */
static size_t common_words(const char *a, const char *b)
{
	size_t size = 0;
	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (strchr("-_", a[i]))
			size = i + 1;
	return size;
}

/* Spans that are parts of one card ("kg-bookmark-author", "kg-bookmark-publisher") are set apart by CSS, which is not kept. */
static void set_apart(struct clean *c, struct html_node *span)
{
	const char *class = html_get(span, "class"), *next = html_is(span->next, "span") ? html_get(span->next, "class") : NULL;
	const struct html_node *up = span->parent;
	while (up->name && !html_is(up, "code") && !html_is(up, "pre"))
		up = up->parent;
	if (!up->name && class && next && strcmp(class, next) != 0 && common_words(class, next) > 4)
		html_insert_before(span->next, html_new_text(c->root, " "));
}

/* A box of a list of tasks; in a form it is the form's. */
static void checkbox(struct clean *c, struct html_node *input)
{
	const struct html_node *up = input->parent;
	const char *type = html_get(input, "type");
	bool listed = false;
	for (; up->name && !html_is(up, "form"); up = up->parent)
		listed = listed || html_is(up, "li");
	if (!listed || up->name || (!text_same(type, "checkbox") && !text_same(type, "radio")))
		return;
	bool blank = input->next && input->next->kind == HTML_TEXT && strchr(" \t\n", *input->next->text);
	html_insert_before(input, html_new_text(c->root, html_get(input, "checked") ? "[x]" : "[ ]"));
	if (!blank)
		html_insert_before(input, html_new_text(c->root, " "));
	html_remove(input);
}

static void one(struct clean *c, struct html_node *n)
{
	static const char *const embeds[] = { "iframe", "embed", "video", "audio", NULL };
	clean_embed_rename(n);
	if (html_is(n, "img"))
		picture(c, n);
	else if (html_is(n, "math"))
		clean_formula_math(c, n);
	else if (html_is(n, "svg"))
		drawing(c, n);
	else if (html_is(n, "span"))
		set_apart(c, n);
	else if (html_is(n, "input"))
		checkbox(c, n);
	else if (html_is(n, "script"))
		clean_scripts_script(c, n);
	else if (html_is(n, "object") && holds_other(n))
		html_unwrap(n);
	else if (html_is(n, "object") || clean_is_one(n, embeds))
		clean_embed_link(c, n);
	else if (html_is(n, "p") || html_is(n, "div"))
		paragraph(c, n);
}

/* From the end, so that the content of a node is done before the node may be removed. */
static void each(struct clean *c, bool scripts)
{
	for (struct html_node *n = html_last(c->root), *before; n; n = before) {
		before = html_before(c->root, n);
		if (scripts && html_is(n, "noscript"))
			clean_scripts_noscript(n);
		else if (!scripts)
			one(c, n);
	}
}

void clean_media(struct clean *c)
{
	each(c, false);
	each(c, true);
}
