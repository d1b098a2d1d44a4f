#include "feeds/full_text/full_text_class.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 24 };

/* Words in the class and id of elements that are not part of an article. */
static const char *const negative[] = {
	"comment", "comments", "disqus", "respond", "sidebar", "share", "sharing", "sharedaddy", "social", "related",
	"relatedposts", "recommended", "recommendations", "promo", "promoted", "newsletter", "subscribe", "subscription",
	"signup", "cookie", "cookies", "consent", "gdpr", "breadcrumb", "breadcrumbs", "pagination", "pager", "advert",
	"advertisement", "ads", "sponsor", "sponsored", "popup", "modal", "masthead", "menu", "nav", "navbar", "navigation",
	"footer", "widget", "widgets", "byline", "meta", "bio", "tags", "categories", "skip", "print", "rating", "outbrain",
	"taboola", "paywall", "toolbar", "teaser", "trending", "popular", "banner", "hidden", NULL
};
/* The same for elements that contain one. */
static const char *const positive[] = {
	"article", "body", "content", "entry", "hentry", "main", "page", "post", "story", "text", "blog", "prose", "markdown", NULL
};

static bool is_in(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

/* Reads the next word of a class or id: "relatedPosts" and "related-posts" are two words, "sharedaddy" is one. */
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

static void count_words(const char *value, int *for_article, int *against)
{
	char word[WORD_MAX];
	while (value && next_word(&value, word)) {
		*for_article += is_in(word, positive);
		*against += is_in(word, negative);
	}
}

int full_text_class_weight(const struct html_node *node)
{
	int for_article = 0, against = 0;
	count_words(html_get(node, "class"), &for_article, &against);
	count_words(html_get(node, "id"), &for_article, &against);
	return (for_article > 0) - (against > 0 ? 2 : 0);
}

int full_text_declared(const struct html_node *node)
{
	static const char *const named[] = {
		"entry-content", "post-content", "article-content", "article-body", "article__body", "article__content",
		"post-body", "gh-content", "post-full-content", "post__content", "post-entry", "story-body", "story-content",
		"blog-post-content", "td-post-content", "single-content", "available-content", NULL
	};
	if (node->kind != HTML_ELEMENT)
		return 0;
	const char *property = html_get(node, "itemprop");
	if (property && strcasestr(property, "articleBody"))
		return 4;
	if (html_has_class(node, "e-content"))
		return 3;
	return html_has_one_class(node, named) ? 2 : 0;
}
