#include "feeds/clean/clean_media.h"
#include "feeds/clean/clean_embeds.h"
#include "feeds/clean/clean_url.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BESIDE 64 /* nodes that are examined beside a noscript */

/* --- pictures --- */

/* The attributes in which lazy-loading scripts keep the URL. */
static const char *const lazy[] = { "data-lazy-src", "data-src", "data-original", "data-orig-src", "data-actualsrc", NULL };
static const char *const lazy_sets[] = { "data-lazy-srcset", "data-srcset", NULL };
static const char *const sets[] = { "srcset", NULL };

static bool is_address(const char *s) { return !text_blank(s) && !text_starts(s, "data:") && !text_starts(s, "about:"); }

/*
 * The widest picture of a srcset (HTML section 4.8.4.2.1) up to what a page needs.  A candidate ends at a comma that
 * is followed by white space or that ends its address: addresses may hold commas.
 */
static char *widest(void *owner, const char *set)
{
	static const long enough = 1600;
	char *best = NULL;
	long best_width = -1;
	while (*set) {
		set += strspn(set, " \t\n,");
		size_t n = strcspn(set, " \t\n"), size = n;
		while (size && set[size - 1] == ',')
			size--;
		const char *descriptor = set + n;
		size_t rest = size < n ? 0 : strcspn(descriptor, ",");
		long width = strtol(descriptor, NULL, 10);
		if (size && (best_width < 0 || (width > best_width && width <= enough) || best_width > enough)) {
			talloc_free(best);
			best = mem_ndup(owner, set, size);
			best_width = width;
		}
		set += n + rest;
	}
	return best;
}

static bool take_address(struct html_node *img, const struct html_node *from, const char *const *names, bool set)
{
	for (; *names; names++) {
		const char *value = html_get(from, *names);
		char *address = !value ? NULL : set ? widest(NULL, value) : mem_dup(NULL, value);
		bool fits = is_address(address);
		if (fits)
			html_set(img, "src", address);
		talloc_free(address);
		if (fits)
			return true;
	}
	return false;
}

/* Jetpack adds a parameter to the URLs for its script; src has the real one. */
static bool has_pending_parameter(const struct html_node *img)
{
	const char *address = html_get(img, "data-lazy-src");
	return address && strstr(address, "is-pending-load=1") && is_address(html_get(img, "src"));
}

/* From the source elements before img in its picture element; those before another img are not its own. */
static void take_source(struct html_node *img)
{
	struct html_node *n = img;
	while (n->previous && !html_is(n->previous, "img"))
		n = n->previous;
	for (; n != img && !is_address(html_get(img, "src")); n = n->next)
		if (html_is(n, "source") && !take_address(img, n, lazy_sets, true))
			take_address(img, n, sets, true);
}

static void find_address(struct html_node *img)
{
	if (has_pending_parameter(img))
		return;
	if (take_address(img, img, lazy, false) || take_address(img, img, lazy_sets, true)) {
		/* Some hide the picture until their script has loaded it. */
		html_set(img, "style", NULL);
		return;
	}
	if (!is_address(html_get(img, "src")))
		take_address(img, img, sets, true);
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

/* --- noscript: the picture for user agents without scripts --- */

static struct html_node *find(struct html_node *below, const char *name)
{
	for (struct html_node *n = html_next(below, below); n; n = html_next(below, n))
		if (html_is(n, name))
			return n;
	return NULL;
}

/* The picture in a wrapper.  The search is limited: wrappers are small, and a large element may be beside many noscripts. */
static struct html_node *wrapped(struct html_node *below)
{
	int looked = 0;
	for (struct html_node *n = html_next(below, below); n && looked < BESIDE; n = html_next(below, n), looked++)
		if (html_is(n, "img"))
			return clean_is_empty(below->first) ? n : NULL;
	return NULL;
}

static struct html_node *picture_beside(struct html_node *noscript)
{
	struct html_node *before = clean_previous_element(noscript), *after = noscript->next;
	if (html_is(before, "canvas"))
		before = clean_previous_element(before);
	for (int looked = 0; looked < BESIDE && after && after->kind == HTML_TEXT && text_blank(after->text); looked++)
		after = after->next;
	struct html_node *sides[] = { before, after };
	for (size_t i = 0; i < 2; i++) {
		if (html_is(sides[i], "img"))
			return sides[i];
		if (sides[i] && sides[i]->kind == HTML_ELEMENT && !html_is(sides[i], "noscript") && wrapped(sides[i]))
			return wrapped(sides[i]);
	}
	return NULL;
}

/* Its picture replaces a lazy-loaded one beside it. */
static void noscript(struct html_node *node)
{
	static const char *const lazy_classes[] = { "lazy", "lazyload", "lazy-hidden", "progressiveMedia-thumbnail", NULL };
	struct html_node *img = find(node, "img"), *beside = img ? picture_beside(node) : NULL;
	if (img && !beside)
		html_insert_before(node, img);
	else if (img && is_address(html_get(img, "src")) &&
	         (html_has_one_class(beside, lazy_classes) || !is_address(html_get(beside, "src"))))
		html_set(beside, "src", html_get(img, "src"));
	html_remove(node);
}

/* --- embeds --- */

static const char *first_source(struct html_node *media)
{
	const char *src = html_get(media, "src");
	for (struct html_node *n = html_next(media, media); !src && n; n = html_next(media, n))
		if (html_is(n, "source") || html_is(n, "embed"))
			src = html_get(n, "src");
		else if (html_is(n, "param") && html_get(n, "name") && text_same(html_get(n, "name"), "movie"))
			src = html_get(n, "value");
	return src ? src : html_get(media, "data");
}

static const char *kind_of(const struct html_node *media, const struct clean_embed *embed)
{
	const char *type = html_get(media, "type");
	if (html_is(media, "audio") || (type && text_starts(type, "audio/")))
		return "Audio";
	if (html_is(media, "video") || (type && text_starts(type, "video/")))
		return "Video";
	return embed->kind;
}

/* The text of the link that replaces an embed: its title, or its kind and host. */
static char *caption(void *owner, const struct html_node *media, const struct clean_embed *embed)
{
	static const char *const names[] = { "title", "aria-label", "alt", NULL };
	for (size_t i = 0; names[i]; i++)
		if (!text_blank(html_get(media, names[i])))
			return text_squeeze(owner, html_get(media, names[i]));
	struct error ignored;
	struct url *u = url_parse(owner, embed->page, &ignored);
	return mem_printf(owner, "%s: %s", kind_of(media, embed), !u ? embed->page : text_starts(u->host, "www.") ? u->host + 4 : u->host);
}

static bool is_inline_place(const struct html_node *parent)
{
	return parent && parent->name && (html_is(parent, "p") || html_is(parent, "figure") || !html_is_block(parent));
}

static bool is_tiny(const struct html_node *n)
{
	const char *width = html_get(n, "width"), *height = html_get(n, "height");
	return (width && isdigit((unsigned char)*width) && atoi(width) <= 1) || (height && isdigit((unsigned char)*height) && atoi(height) <= 1);
}

/* The content of the link: the preview picture, or words. */
static void fill_link(struct clean *c, struct html_node *a, const char *poster, const char *words)
{
	if (!poster) {
		html_append(a, html_new_text(c->root, words));
		return;
	}
	struct html_node *img = html_new_element(c->root, "img");
	html_set(img, "src", poster);
	html_set(img, "alt", words);
	html_append(a, img);
}

static void link_instead(struct clean *c, struct html_node *media)
{
	void *scratch = talloc_new(NULL);
	const char *source = first_source(media), *poster = html_get(media, "poster");
	char *url = source ? clean_url(scratch, c->base, source, true) : NULL;
	if (url && !is_tiny(media) && !clean_embed_repeats(media)) {
		struct clean_embed embed = clean_embed_of(scratch, url);
		struct html_node *a = html_new_element(c->root, "a"), *place = a;
		html_set(a, "href", embed.page);
		fill_link(c, a, poster && clean_url(scratch, c->base, poster, true) ? poster : embed.poster, caption(scratch, media, &embed));
		if (!is_inline_place(media->parent)) {
			place = html_new_element(c->root, "p");
			html_append(place, a);
		}
		html_insert_before(media, place);
	}
	html_remove(media);
	talloc_free(scratch);
}

static bool holds_other(struct html_node *object)
{
	static const char *const readable[] = { "p", "a", "img", "iframe", "video", NULL };
	for (size_t i = 0; readable[i]; i++)
		if (find(object, readable[i]))
			return true;
	return false;
}

/* The text of mi, mn, mo, ms and mtext. */
static char *symbols(void *owner, struct html_node *math)
{
	char *text = mem_dup(owner, "");
	for (struct html_node *n = html_next(math, math); n; n = html_next(math, n))
		if (n->kind == HTML_TEXT && n->parent->name && n->parent->name[0] == 'm' && !text_blank(n->text))
			text = mem_check(talloc_asprintf_append_buffer(text, "%s ", n->text));
	return text;
}

/* Replaces a formula by its alttext, its TeX annotation, or its symbols. */
static void formula(struct clean *c, struct html_node *math)
{
	const char *alt = html_get(math, "alttext");
	struct html_node *tex = find(math, "annotation");
	char *text = alt ? mem_dup(NULL, alt) : tex ? html_inner_text(NULL, tex) : symbols(NULL, math), *plain = text_squeeze(text, text);
	if (*plain) {
		struct html_node *code = html_new_element(c->root, "code");
		html_append(code, html_new_text(c->root, plain));
		html_insert_before(math, code);
	}
	html_remove(math);
	talloc_free(text);
}

/* WordPress's classes for a figure and its caption, from before HTML5. */
static void caption_of_picture(struct html_node *p)
{
	if (!html_has_class(p, "wp-caption-text") || !html_is(p->parent, "div") || !html_has_class(p->parent, "wp-caption"))
		return;
	html_rename(p, "figcaption");
	html_rename(p->parent, "figure");
}

static void one(struct clean *c, struct html_node *n)
{
	static const char *const embeds[] = { "iframe", "embed", "video", "audio", NULL };
	if (n->kind == HTML_ELEMENT && strchr(n->name, '-'))
		clean_embed_rename(n);
	if (html_is(n, "img"))
		picture(c, n);
	else if (html_is(n, "math"))
		formula(c, n);
	else if (html_is(n, "p"))
		caption_of_picture(n);
	else if (html_is(n, "object") && holds_other(n))
		html_unwrap(n);
	else if (html_is(n, "object") || clean_is_one(n, embeds))
		link_instead(c, n);
}

/* From the end, so that the content of a node is done before the node may be removed. */
static void each(struct clean *c, bool scripts)
{
	for (struct html_node *n = html_last(c->root), *before; n; n = before) {
		before = html_before(c->root, n);
		if (scripts && html_is(n, "noscript"))
			noscript(n);
		else if (!scripts)
			one(c, n);
	}
}

void clean_media(struct clean *c)
{
	each(c, false);
	each(c, true);
}
