#include "feeds/clean/clean_lazy.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
	"data-lazy-src", "data-src", "data-original", "data-orig-src", "data-actualsrc", "data-lazy", "data-lazyload", "data-flickity-lazyload", "data-echo",
	"data-litespeed-src", "data-cfsrc", "data-ezsrc", "data-rocket-src", "data-rocketsrc", "data-opt-src", "data-iframe-src", "data-embed-src",
	"data-consent-src", "data-cookieconsent-src", "data-cookieblock-src", "data-cmp-src", "data-src-cmplz", "data-borlabs-cookie-src", "data-suppressedsrc",
	"lazy-src", "loading-src", NULL
};
static const char *const set_names[] = { "data-lazy-srcset", "data-srcset", "data-litespeed-srcset", "data-cfsrcset", "data-ezsrcset", "data-opt-srcset", NULL };

bool clean_lazy_is_address(const char *s) { return !text_blank(s) && !text_starts(s, "data:") && !text_starts(s, "about:") && !text_starts(s, "javascript:"); }

const char *clean_lazy_address(const struct html_node *node)
{
	for (const char *const *name = names; *name; name++)
		if (clean_lazy_is_address(html_get(node, *name)))
			return html_get(node, *name);
	return NULL;
}

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

static bool take_set(struct html_node *media, const struct html_node *from, const char *name)
{
	const char *set = html_get(from, name);
	char *address = set ? widest(NULL, set) : NULL;
	bool fits = clean_lazy_is_address(address);
	if (fits)
		html_set(media, "src", address);
	talloc_free(address);
	return fits;
}

bool clean_lazy_take_set(struct html_node *media, const struct html_node *from) { return take_set(media, from, "srcset"); }

bool clean_lazy_take(struct html_node *media, const struct html_node *from)
{
	const char *address = clean_lazy_address(from);
	if (address)
		html_set(media, "src", address);
	for (const char *const *name = set_names; !address && *name; name++)
		if (take_set(media, from, *name))
			return true;
	return address;
}
