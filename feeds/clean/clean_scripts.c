#include "feeds/clean/clean_scripts.h"
#include "feeds/clean/clean_embed_link.h"
#include "feeds/clean/clean_embeds.h"
#include "feeds/clean/clean_formula.h"
#include "feeds/clean/clean_lazy.h"
#include "feeds/clean/clean_url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

#define BESIDE 64 /* nodes that are examined beside a noscript */

/* --- scripts --- */

void clean_scripts_script(struct clean *c, struct html_node *script)
{
	const char *src = html_get(script, "src") ? html_get(script, "src") : clean_lazy_address(script);
	void *scratch = talloc_new(NULL);
	if (clean_formula_script(c, script)) {
		talloc_free(scratch);
		return;
	}
	char *url = src ? clean_url(scratch, c->base, src, true) : NULL, *page = url ? clean_embed_of_script(scratch, url) : NULL;
	if (page) {
		struct html_node *embed = html_new_element(c->root, "iframe");
		html_set(embed, "src", page);
		html_insert_before(script, embed);
		clean_embed_link(c, embed);
	}
	html_remove(script);
	talloc_free(scratch);
}

/* --- noscript --- */

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

/* Is the link somewhere in node? */
static bool has_link(struct html_node *node, const char *href)
{
	int looked = 0;
	for (struct html_node *n = node; n && looked < BESIDE; n = html_next(node, n), looked++) {
		const char *other = html_is(n, "a") ? html_get(n, "href") : NULL;
		if (other && strcmp(other, href) == 0)
			return true;
	}
	return false;
}

static bool is_repeated(struct html_node *noscript, const char *href)
{
	struct html_node *before = clean_previous_element(noscript), *after = noscript->next;
	while (after && after->kind == HTML_TEXT && text_blank(after->text))
		after = after->next;
	return (before && has_link(before, href)) || (after && has_link(after, href));
}

static bool asks_for_scripts(const struct html_node *noscript)
{
	char *text = html_inner_text(NULL, noscript);
	bool asks = strcasestr(text, "javascript");
	talloc_free(text);
	return asks;
}

static bool says_more(struct html_node *noscript)
{
	struct html_node *a = find(noscript, "a");
	const char *href = a ? html_get(a, "href") : NULL;
	return href && !asks_for_scripts(noscript) && !is_repeated(noscript, href);
}

void clean_scripts_noscript(struct html_node *noscript)
{
	static const char *const lazy_classes[] = { "lazy", "lazyload", "lazy-hidden", "progressiveMedia-thumbnail", NULL };
	struct html_node *a = find(noscript, "a"), *img = find(noscript, "img"), *beside = img ? picture_beside(noscript) : NULL;
	if (a && !(beside && img)) {
		if (says_more(noscript)) {
			html_unwrap(noscript);
			return;
		}
	} else if (img && !beside) {
		html_insert_before(noscript, img);
	} else if (img && clean_lazy_is_address(html_get(img, "src")) &&
	           (html_has_one_class(beside, lazy_classes) || !clean_lazy_is_address(html_get(beside, "src")))) {
		html_set(beside, "src", html_get(img, "src"));
	}
	html_remove(noscript);
}
