#pragma once
/* clean_check - does clean HTML keep what feeds/clean/clean.h promises?  Written without its tables, for the test and the fuzzer. */
#include "gateway/base/html/html.h"
#include <ctype.h>
#include <string.h>

static const char *const clean_check_elements =
	" a abbr address aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure"
	" h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rb rp rt rtc ruby s samp section small span strong sub summary sup table tbody"
	" td tfoot th thead time tr u ul var wbr ";
static const char *const clean_check_attributes =
	" abbr alt aria-label aria-labelledby cite class colspan datetime dir height href hreflang id lang open rel reversed role rowspan"
	" scope span src start style title type value width ";

static bool clean_check_listed(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = list; n && (p = strstr(p, word)); p++)
		if (p[-1] == ' ' && p[n] == ' ')
			return true;
	return false;
}

static bool clean_check_url(const struct html_attribute *a)
{
	static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:", "#p-" };
	size_t most = strcmp(a->name, "src") == 0 ? 2 : 5;
	for (const char *p = a->value; *p; p++)
		if ((unsigned char)*p <= ' ' || strchr("\"<>\\`", *p))
			return false;
	for (size_t i = 0; i < most; i++)
		if (strncmp(a->value, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

/* What is wrong with an attribute, or NULL. */
static const char *clean_check_attribute(const struct html_attribute *a)
{
	if (!clean_check_listed(clean_check_attributes, a->name))
		return a->name;
	if (strcmp(a->name, "href") == 0 || strcmp(a->name, "src") == 0 || strcmp(a->name, "cite") == 0)
		return clean_check_url(a) ? NULL : a->value;
	if (strcmp(a->name, "id") == 0)
		return strncmp(a->value, "p-", 2) == 0 ? NULL : a->value;
	if (strcmp(a->name, "style") == 0)
		return a->value[strspn(a->value, "abcdefghijklmnopqrstuvwxyz0123456789-:; ")] ? a->value : NULL;
	if (strcmp(a->name, "class") == 0)
		return strcmp(a->value, "notes") == 0 || strncmp(a->value, "language-", 9) == 0 ? NULL : a->value;
	return NULL;
}

/* What in html breaks a promise (in a string of html's tree, for owner), or NULL. */
static const char *clean_check(void *owner, const char *html)
{
	const struct html_node *root = html_parse(owner, html, strlen(html));
	size_t cuts = 0;
	for (const struct html_node *n = html_next(root, root); n; n = html_next(root, n)) {
		if (n->kind == HTML_COMMENT && (strcmp(n->text, "more") != 0 || ++cuts > 1))
			return "a comment";
		if (n->kind != HTML_ELEMENT)
			continue;
		if (!clean_check_listed(clean_check_elements, n->name))
			return n->name;
		for (size_t i = 0; i < n->attribute_count; i++) {
			const char *bad = clean_check_attribute(&n->attributes[i]);
			if (bad)
				return bad;
		}
	}
	return NULL;
}
