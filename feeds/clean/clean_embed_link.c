#include "feeds/clean/clean_embed_link.h"
#include "feeds/clean/clean_embeds.h"
#include "feeds/clean/clean_lazy.h"
#include "feeds/clean/clean_url.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Scripts for lazy loading, and for consent, put a stand-in into src. */
static const char *address_of(const struct html_node *n)
{
	const char *src = clean_lazy_address(n) ? clean_lazy_address(n) : html_get(n, "src");
	return clean_lazy_is_address(src) ? src : NULL;
}

static const char *first_source(struct html_node *media)
{
	const char *src = address_of(media);
	for (struct html_node *n = html_next(media, media); !src && n; n = html_next(media, n))
		if (html_is(n, "source") || html_is(n, "embed"))
			src = address_of(n);
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
	while (html_is(parent, "noscript"))
		parent = parent->parent;
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

static bool is_stand_in(const char *poster)
{
	static const char *const names[] = { "spacergif.org", "spacer.", "blank.", "placeholder.", "transparent.", "1x1." };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(poster, names[i]))
			return true;
	return !clean_lazy_is_address(poster);
}

/* The address in url(...) of a style, or NULL; belongs to owner. */
static char *background(void *owner, const char *style)
{
	const char *url = style ? strstr(style, "url(") : NULL;
	if (!url)
		return NULL;
	url += 4 + strspn(url + 4, " '\"");
	return mem_ndup(owner, url, strcspn(url, "'\")"));
}

/* The preview picture: the media element's own, that of a card around it (Ghost), that of its style; or NULL. */
static char *poster_of(void *owner, const struct clean *c, const struct html_node *media)
{
	static const char *const names[] = { "poster", "data-poster", "data-kg-custom-thumbnail", "data-kg-thumbnail" };
	const struct html_node *card = media->parent;
	while (card->name && !html_is(card, "figure"))
		card = card->parent;
	for (size_t i = 0; i < 2 * sizeof names / sizeof *names; i++) {
		const char *poster = html_get(i % 2 ? card : media, names[i / 2]);
		char *url = poster && !is_stand_in(poster) ? clean_url(owner, c->base, poster, true) : NULL;
		if (url)
			return url;
	}
	char *behind = html_is(media, "video") ? background(owner, html_get(media, "style")) : NULL;
	return behind && !is_stand_in(behind) ? clean_url(owner, c->base, behind, true) : NULL;
}

void clean_embed_link(struct clean *c, struct html_node *media)
{
	void *scratch = talloc_new(NULL);
	const char *source = first_source(media), *poster = poster_of(scratch, c, media);
	char *url = source ? clean_url(scratch, c->base, source, true) : NULL;
	if (url && !is_tiny(media) && !clean_embed_repeats(media)) {
		struct clean_embed embed = clean_embed_of(scratch, url);
		struct html_node *a = html_new_element(c->root, "a"), *place = a;
		html_set(a, "href", embed.page);
		fill_link(c, a, poster ? poster : embed.poster, caption(scratch, media, &embed));
		if (!is_inline_place(media->parent)) {
			place = html_new_element(c->root, "p");
			html_append(place, a);
		}
		html_insert_before(media, place);
	}
	html_remove(media);
	talloc_free(scratch);
}

/* The text, or the link, that is all of what block holds; or NULL. */
static const struct html_node *only_child(const struct html_node *block)
{
	const struct html_node *only = NULL;
	for (const struct html_node *n = block->first; n; n = n->next) {
		if (n->kind == HTML_COMMENT || (n->kind == HTML_TEXT && text_blank(n->text)))
			continue;
		if (only || (n->kind == HTML_ELEMENT && !html_is(n, "a")))
			return NULL;
		only = n;
	}
	return only;
}

/* The address that is all of what block holds, as text or as a link to itself; or NULL. */
static char *only_address(void *owner, const struct html_node *block)
{
	const struct html_node *only = only_child(block);
	const char *href = only && only->kind == HTML_ELEMENT ? html_get(only, "href") : NULL;
	if (!only || (only->kind == HTML_ELEMENT && !href))
		return NULL;
	char *words = text_trim(owner, href ? html_inner_text(owner, only) : only->text);
	bool address = (text_starts(words, "https://") || text_starts(words, "http://")) && !words[strcspn(words, " \t\n")];
	return address && (!href || strcmp(href, words) == 0) ? words : NULL;
}

void clean_embed_address(struct clean *c, struct html_node *block)
{
	void *scratch = talloc_new(NULL);
	char *words = only_address(scratch, block), *url = words ? clean_url(scratch, c->base, words, true) : NULL;
	if (url && (clean_embed_is_known(url) || html_has_class(block, "wp-block-embed__wrapper"))) {
		struct html_node *embed = html_new_element(c->root, "iframe");
		html_set(embed, "src", url);
		html_append(block, embed);
		while (block->first != embed)
			html_remove(block->first);
		if (html_is(block->parent, "figure"))
			html_unwrap(block);
		clean_embed_link(c, embed);
	}
	talloc_free(scratch);
}
