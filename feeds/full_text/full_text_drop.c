#include "feeds/clean/clean_style.h"
#include "feeds/full_text/full_text_elements.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 24, NAMES_MAX = 2000 };

static const char *const never[] = { "script", "style", "noscript", "template", "nav", "aside", "form", "button", "input", "select", "textarea", "dialog", "link",
                                     "meta", "title", "menu", NULL };
static const char *const roles[] = { "navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar", NULL };
/* Words in class and id of what stands around articles. */
static const char *const around[] = { "comment", "comments", "disqus", "respond", "sidebar", "share", "sharing", "sharedaddy", "social", "related",
	"relatedposts", "recommended", "recommendations", "promo", "promoted", "newsletter", "subscribe", "subscription", "signup", "cookie", "cookies", "consent",
	"gdpr", "breadcrumb", "breadcrumbs", "pagination", "pager", "advert", "advertisement", "ads", "sponsor", "sponsored", "popup", "modal", "masthead", "menu",
	"nav", "navbar", "navigation", "footer", "widget", "widgets", "byline", "meta", "bio", "tags", "categories", "skip", "print", "rating", "outbrain", "taboola",
	"paywall", "toolbar", "teaser", "trending", "popular", "banner", "hidden", NULL };
static const char *const within[] = { "article", "body", "content", "entry", "hentry", "main", "page", "post", "story", "text", "blog", "prose", "markdown", NULL };

static bool is_in(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

/* Takes the next word of a class or an id: "relatedPosts" and "related-posts" are two words, "sharedaddy" is one. */
static bool next_word(const char **s, char word[WORD_MAX])
{
	size_t n = 0;
	while (**s && !isalnum((unsigned char)**s))
		++*s;
	for (; isalnum((unsigned char)**s); ++*s) {
		if (n && isupper((unsigned char)**s) && islower((unsigned char)(*s)[-1]))
			break;
		if (n < WORD_MAX - 1)
			word[n++] = **s;
	}
	word[n] = '\0';
	return n > 0;
}

static void count_words(const char *value, int *for_it, int *against)
{
	char word[WORD_MAX];
	while (value && next_word(&value, word)) {
		*for_it += is_in(word, within);
		*against += is_in(word, around);
	}
}

int full_text_hint(const struct html_node *node)
{
	int for_it = 0, against = 0;
	count_words(html_get(node, "class"), &for_it, &against);
	count_words(html_get(node, "id"), &for_it, &against);
	return (for_it > 0) - (against > 0 ? 2 : 0);
}

/* In the order of how far it is to be believed. */
int full_text_mark(const struct html_node *node)
{
	static const char *const named[] = { "entry-content", "post-content", "article-content", "article-body", "article__body", "article__content", "post-body",
	                                     "gh-content", "post-full-content", "post__content", "post-entry", "story-body", "story-content", "blog-post-content",
	                                     "td-post-content", "single-content", "available-content", NULL };
	if (node->kind != HTML_ELEMENT)
		return 0;
	const char *property = html_get(node, "itemprop");
	if (property && strcasestr(property, "articleBody"))
		return 4;
	if (html_has_class(node, "e-content"))
		return 3;
	return html_has_one_class(node, named) ? 2 : 0;
}

static bool is_hidden(const struct html_node *node)
{
	const char *style = html_get(node, "style");
	return html_get(node, "hidden") || (style && clean_style_hides(style)) || text_same(html_get(node, "aria-hidden"), "true");
}

/* Is an article's body below node?  Comments are articles too, in some themes. */
static bool holds_article(struct html_node *node)
{
	for (struct html_node *n = html_next(node, node); n; n = html_next(node, n)) {
		bool body = html_is(n, "main") || html_is(n, "article");
		if (full_text_mark(n) || (body && full_text_hint(n) > -1))
			return true;
	}
	return false;
}

/* What is a paragraph's or a picture's own has classes of any kind. */
static bool is_text(const struct html_node *node)
{
	static const char *const names[] = { "p", "figure", "pre", "blockquote", NULL };
	return !html_is_block(node) || is_in(node->name, names);
}

static bool is_away(struct html_node *node)
{
	const char *role = html_get(node, "role");
	if (is_in(node->name, never) || (role && is_in(role, roles)) || is_hidden(node))
		return true;
	if (html_is(node, "article") || html_is(node, "main") || full_text_mark(node) || full_text_hint(node) > -1)
		return (html_is(node, "footer") || html_is(node, "header")) && !holds_article(node);
	return !is_text(node) && !holds_article(node);
}

/* An element's names are read once for each element around it, so none may be as long as a page. */
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
		bool away = node->kind == HTML_COMMENT || (node->kind == HTML_ELEMENT && is_away(node));
		next = away ? html_skip(root, node) : html_next(root, node);
		if (away)
			html_remove(node);
	}
}
