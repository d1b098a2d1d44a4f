#include "feeds/clean/clean_filter.h"
#include "feeds/clean/clean_rules.h"
#include "feeds/clean/clean_style.h"
#include "feeds/clean/clean_url.h"
#include "gateway/archive/picture/picture.h"
#include "gateway/base/memory/arena.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An id of the source and the id that replaces it. */
struct anchor {
	const char *source, *ours;
	struct html_node *node; /* the first that has it */
	size_t order;
	bool linked;            /* the target of a link in this text */
};

struct anchors {
	struct anchor *all;
	size_t count;
};

/* --- anchors --- */

/* The ids of footnotes, which no other element may have. */
static bool is_reserved(const char *name)
{
	if (strcmp(name, "p-notes") == 0)
		return true;
	if (!text_starts(name, "p-n") && !text_starts(name, "p-r"))
		return false;
	return isdigit((unsigned char)name[3]) && !name[3 + strspn(name + 3, "0123456789-")];
}

static char *our_name(void *owner, const char *id)
{
	char *s = mem_ndup(NULL, id, strnlen(id, 200));
	for (char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.:", *p))
			*p = '-';
	char *name = mem_printf(s, "%s%s", text_starts(s, "p-") ? "" : "p-", s);
	char *ours = mem_printf(owner, "%s%s", is_reserved(name) ? "p-x" : "p", name + 1);
	talloc_free(s);
	return ours;
}

static int by_name(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;
	int order = strcmp(x->ours, y->ours);
	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static struct anchor *find_anchor(const struct anchors *anchors, const char *name)
{
	size_t from = 0, to = anchors->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (strcmp(anchors->all[middle].ours, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < anchors->count && strcmp(anchors->all[from].ours, name) == 0 ? &anchors->all[from] : NULL;
}

/* The target of a link within this text, or NULL. */
static struct anchor *linked_anchor(const struct clean *c, const struct anchors *anchors, const struct html_node *a)
{
	const char *href = html_is(a, "a") ? html_get(a, "href") : NULL;
	char *fragment = href && strchr(href, '#') ? clean_url_fragment(NULL, c->base, href) : NULL;
	char *name = fragment ? our_name(fragment, fragment) : NULL;
	struct anchor *anchor = name ? find_anchor(anchors, name) : NULL;
	talloc_free(fragment);
	return anchor;
}

static struct anchors *list_anchors(struct clean *c)
{
	struct anchors *anchors = mem_new(c->root, struct anchors);
	for (struct html_node *n = html_next(c->root, c->root); n; n = html_next(c->root, n)) {
		const char *id = html_get(n, "id");
		if (!id && html_is(n, "a"))
			id = html_get(n, "name");
		if (!text_blank(id))
			*mem_push(anchors, anchors->all, anchors->count) = (struct anchor){ id, our_name(anchors, id), n, anchors->count, false };
	}
	if (anchors->count)
		qsort(anchors->all, anchors->count, sizeof *anchors->all, by_name);
	for (struct html_node *n = html_next(c->root, c->root); n; n = html_next(c->root, n)) {
		struct anchor *anchor = linked_anchor(c, anchors, n);
		if (anchor)
			anchor->linked = true;
	}
	return anchors;
}

/* The id that the node keeps: headings keep theirs for links from outside, other elements only when something links to them. */
static const char *kept_id(const struct anchors *anchors, const struct html_node *n)
{
	const char *id = html_get(n, "id");
	if (!id && html_is(n, "a"))
		id = html_get(n, "name");
	if (text_blank(id))
		return NULL;
	char *name = our_name(NULL, id);
	const struct anchor *anchor = find_anchor(anchors, name);
	talloc_free(name);
	return anchor && anchor->node == n && (anchor->linked || clean_is_heading(n)) ? anchor->ours : NULL;
}

/* --- values --- */

static char *one_of(void *owner, const char *value, const char *words)
{
	char *lower = text_lower(owner, text_trim(owner, value)), *word = mem_printf(owner, " %s ", lower);
	return *lower && !strchr(lower, ' ') && strstr(words, word) ? lower : NULL;
}

static char *only(void *owner, const char *value, const char *allowed, size_t max)
{
	char *s = text_trim(owner, value);
	return *s && strlen(s) <= max && !s[strspn(s, allowed)] ? s : NULL;
}

static char *number(void *owner, const char *value, bool may_be_negative)
{
	char *s = text_trim(owner, value), *end;
	long n = strtol(s, &end, 10);
	bool fits = end != s && n <= 99999 && n >= (may_be_negative ? -99999 : 1);
	return fits && (!*end || text_same(end, "px")) ? mem_printf(owner, "%ld", n) : NULL;
}

/* Each keyword once, so that the value cannot be long. */
static char *rel(void *owner, const char *value)
{
	static const char *const words[] = { "author", "bookmark", "external", "help", "license", "me", "nofollow", "noopener", "noreferrer", "sponsored", "tag", "ugc" };
	bool has[sizeof words / sizeof *words] = { false };
	char *result = mem_dup(owner, "");
	for (size_t size; *(value += strspn(value, " \t\n")); value += size) {
		size = strcspn(value, " \t\n");
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (!has[i] && strlen(words[i]) == size && strncasecmp(words[i], value, size) == 0) {
				has[i] = true;
				result = mem_check(talloc_asprintf_append_buffer(result, "%s%s", *result ? " " : "", words[i]));
			}
	}
	return *result ? result : NULL;
}

/* "language-c" tells highlighters the language; no other class is allowed. */
static char *language_class(void *owner, const char *value)
{
	char *rest = NULL;
	for (char *word = strtok_r(mem_dup(owner, value), " \t\n", &rest); word; word = strtok_r(NULL, " \t\n", &rest))
		if (text_starts(word, "language-") && strlen(word) < 40 && !word[9 + strspn(word + 9, "abcdefghijklmnopqrstuvwxyz0123456789+#-")])
			return word;
	return NULL;
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* One that is in the text itself is taken out of it; its address is all that a text of ours has of it. */
static char *picture(void *owner, const struct clean *c, const char *value)
{
	if (picture_is_data_url(value))
		return c->pictures ? mem_dup_or_null(owner, picture_list_add_url(c->pictures, value)) : NULL;
	if (picture_is_own(value))
		return c->pictures && picture_list_has(c->pictures, value) ? mem_dup(owner, value) : NULL;
	return clean_url(owner, c->base, value, true);
}

/* The allowed form of a value, or NULL. */
static char *cleaned(void *owner, const struct clean *c, enum clean_value kind, const char *value)
{
	switch (kind) {
	case CLEAN_TEXT: return mem_dup(owner, value);
	case CLEAN_LINK: return clean_url(owner, c->base, value, false);
	case CLEAN_PICTURE: return picture(owner, c, value);
	case CLEAN_SIZE: return number(owner, value, false);
	case CLEAN_NUMBER: return number(owner, value, true);
	case CLEAN_LANGUAGE: return only(owner, value, LETTERS DIGITS "-", 35);
	case CLEAN_DIRECTION: return one_of(owner, value, " ltr rtl auto ");
	case CLEAN_SCOPE: return one_of(owner, value, " row col rowgroup colgroup ");
	case CLEAN_LIST: return strlen(value) == 1 && strchr("1aAiI", *value) ? mem_dup(owner, value) : NULL;
	case CLEAN_DATE: return only(owner, value, DIGITS "-:+.TZWPYMDHS ", 40);
	case CLEAN_REL: return rel(owner, value);
	case CLEAN_FLAG: return mem_dup(owner, "");
	case CLEAN_STYLE: return clean_style(owner, value);
	case CLEAN_CODE: return language_class(owner, value);
	case CLEAN_NOTHING: break;
	}
	return NULL;
}

/* --- elements --- */

/* Makes older forms of alignment a style. */
static void alignment_to_style(struct html_node *n)
{
	static const char *const takers[] = { "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "caption", "center", NULL };
	static const struct { const char *place, *class; } places[] = {
		{ "left", "has-text-align-left" }, { "right", "has-text-align-right" }, { "center", "has-text-align-center" },
		{ "justify", "has-text-align-justify" },
	};
	const char *align = html_is(n, "center") ? "center" : html_get(n, "align"), *class = html_get(n, "class"), *style = html_get(n, "style");
	if ((!align && (!class || !strstr(class, "has-text-align-"))) || !clean_is_one(n, takers))
		return;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (text_same(align, places[i].place) || html_has_class(n, places[i].class)) {
			char *longer = mem_printf(NULL, "text-align: %s; %s", places[i].place, style ? style : "");
			html_set(n, "style", longer);
			talloc_free(longer);
			return;
		}
}

/* Makes the spans of word processors strong and em, and their b with a normal weight a span. */
static void style_to_emphasis(struct html_node *n)
{
	const char *style = html_get(n, "style");
	if (!style || (!html_is(n, "span") && !html_is(n, "b") && !html_is(n, "i")))
		return;
	char *weight = clean_style_value(NULL, style, "font-weight"), *slant = clean_style_value(NULL, style, "font-style");
	bool bold = weight && (text_starts(weight, "bold") || atoi(weight) >= 600);
	bool italic = slant && strcmp(slant, "italic") == 0;
	if (html_is(n, "b") && weight && !bold)
		html_rename(n, "span");
	else if (html_is(n, "span") && bold != italic) {
		html_rename(n, bold ? "strong" : "em");
		html_set(n, "style", NULL);
	}
	talloc_free(weight);
	talloc_free(slant);
}

/* The new href of a link within the text, or NULL. */
static char *local_href(void *owner, const struct clean *c, const struct anchors *anchors, const struct html_node *n)
{
	const struct anchor *anchor = linked_anchor(c, anchors, n);
	return anchor ? mem_printf(owner, "#%s", anchor->ours) : NULL;
}

static void filter_attributes(struct clean *c, const struct anchors *anchors, struct html_node *n, const char *as)
{
	void *scratch = talloc_new(NULL);
	const char *id = mem_dup_or_null(scratch, kept_id(anchors, n)), *local = local_href(scratch, c, anchors, n);
	size_t kept = 0;
	for (size_t i = 0; i < n->attribute_count; i++) {
		struct html_attribute a = n->attributes[i];
		const char *value = strcmp(a.name, "href") == 0 && local ? local : cleaned(scratch, c, clean_value(as, a.name), a.value);
		if (value)
			n->attributes[kept++] = (struct html_attribute){ a.name, arena_keep(n->arena, value, strlen(value)) };
	}
	n->attribute_count = kept;
	if (id)
		html_set(n, "id", id);
	talloc_free(scratch);
}

/* Every img has an alt, perhaps an empty one; false when it has no src. */
static bool settle_picture(struct html_node *img)
{
	if (!html_get(img, "src"))
		return false;
	if (!html_get(img, "alt"))
		html_set(img, "alt", "");
	return true;
}

static void filter(struct clean *c, const struct anchors *anchors, struct html_node *n)
{
	const char *as;
	alignment_to_style(n);
	style_to_emphasis(n);
	enum clean_action action = clean_action(n->name, &as);
	if (action == CLEAN_DROP) {
		html_remove(n);
		return;
	}
	if (action == CLEAN_UNWRAP) {
		html_unwrap(n);
		return;
	}
	if (n->attribute_count)
		filter_attributes(c, anchors, n, as);
	if (strcmp(n->name, as) != 0)
		html_rename(n, as);
	if (html_is(n, "img") && !settle_picture(n)) {
		clean_leave_trace(c, n, html_get(n, "alt"));
		html_remove(n);
	}
}

void clean_filter(struct clean *c)
{
	struct anchors *anchors = list_anchors(c);
	/* From the end, so that an element is removed after its content. */
	for (struct html_node *n = html_last(c->root), *before; n; n = before) {
		before = html_before(c->root, n);
		if (n->kind == HTML_ELEMENT)
			filter(c, anchors, n);
		else if (n->kind == HTML_COMMENT && strcmp(n->text, "more") != 0)
			html_remove(n);
	}
	talloc_free(anchors);
}
