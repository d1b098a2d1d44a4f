#include "feeds/full_text/full_text_hero.h"
#include "feeds/clean/clean_style.h"
#include "feeds/full_text/full_text_class.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Pixels; what says that it is smaller is an icon or a portrait. */
enum { LEAST = 200 };
/* Pictures of a page that are looked at, and the bytes of a class that are; the first ones decide. */
enum { PICTURES = 20, NAMES_MAX = 500 };

struct candidate {
	const struct html_node *picture;
	const struct html_node *article; /* the innermost around it */
	const struct html_node *header;  /* of the article, with the picture in it; or NULL */
	const struct html_node *around;  /* the element that the header is in */
	size_t at;
};

struct full_text_heroes {
	const struct html_node **order; /* the nodes of the page as it was */
	size_t nodes;
	struct candidate *all;
	size_t count;
};

/* Words in class or id of pictures, or of what is around them, that are no part of the article. */
static bool is_aside(const struct html_node *n)
{
	static const char *const names[] = { "nav", "aside", "footer", "noscript", "template", "form", "button", "dialog", "menu", NULL };
	static const char *const words[] = { "avatar", "author", "logo", "icon", "profile", "emoji", "badge", "advert", NULL };
	const char *const values[] = { html_get(n, "class"), html_get(n, "id") }, *style = html_get(n, "style");
	for (size_t i = 0; names[i]; i++)
		if (html_is(n, names[i]))
			return true;
	for (size_t i = 0; words[i]; i++)
		for (size_t k = 0; k < 2; k++)
			if (values[k] && (strnlen(values[k], NAMES_MAX) == NAMES_MAX || strcasestr(values[k], words[i])))
				return true;
	return html_get(n, "hidden") || text_same(html_get(n, "aria-hidden"), "true") || (style && clean_style_hides(style)) || full_text_class_weight(n) < -1;
}

static bool is_small(const struct html_node *img)
{
	const char *width = html_get(img, "width"), *height = html_get(img, "height");
	return (width && atoi(width) > 0 && atoi(width) < LEAST) || (height && atoi(height) > 0 && atoi(height) < LEAST / 2);
}

/* The element to write for an img: the outermost of those that are nothing but the picture. */
static const struct html_node *whole(const struct html_node *img)
{
	static const char *const names[] = { "picture", "a", "figure" };
	const struct html_node *best = img;
	for (const struct html_node *n = img->parent; n; n = n->parent)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (html_is(n, names[i]))
				best = n;
			else if (html_is(n, "article") || html_is(n, "main"))
				return best;
	return best;
}

/* Fills c from what is around the picture; false when it is no candidate. */
static bool place(struct candidate *c, const struct html_node *img)
{
	for (const struct html_node *n = img->parent; n; n = n->parent) {
		bool main = html_is(n, "main");
		if (html_is(n, "header") && n->parent) {
			c->header = n;
			c->around = n->parent;
		}
		if (html_is(n, "article") || (main && c->header)) {
			c->article = n;
			return full_text_class_weight(n) > -1;
		}
		if (main || (n->kind == HTML_ELEMENT && is_aside(n) && !full_text_declared(n)))
			return false;
	}
	return false;
}

struct full_text_heroes *full_text_heroes(void *owner, struct html_node *root)
{
	struct full_text_heroes *h = mem_new(owner, struct full_text_heroes);
	size_t pictures = 0;
	for (const struct html_node *n = root; n; n = html_next(root, n)) {
		struct candidate c = { .picture = n, .at = h->nodes };
		*mem_push(h, h->order, h->nodes) = n;
		if (!html_is(n, "img") || ++pictures > PICTURES || is_small(n) || is_aside(n) || !place(&c, n))
			continue;
		c.picture = whole(n);
		*mem_push(h, h->all, h->count) = c;
	}
	return h;
}

static bool is_in(const struct html_node *node, const struct html_node *outer)
{
	while (node && node != outer)
		node = node->parent;
	return node != NULL;
}

const struct html_node *full_text_hero(const struct full_text_heroes *h, const struct html_node *body)
{
	size_t at = 0;
	while (at < h->nodes && h->order[at] != body)
		at++;
	for (size_t i = 0; i < h->count; i++) {
		const struct candidate *c = &h->all[i];
		if (is_in(body, c->article) ? c->at < at || (c->header && is_in(c->around, body)) : c->header && is_in(c->around, body))
			return c->picture;
	}
	return NULL;
}
