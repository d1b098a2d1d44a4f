#include "feeds/clean/clean_light.h"
#include "feeds/clean/clean_light_rules.h"
#include "feeds/clean/clean_light_style.h"
#include "feeds/clean/clean_rules.h"
#include "feeds/clean/clean_tree.h"
#include "feeds/clean/clean_url.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/*
 * The output is written directly from the tree, and every "<" in it belongs to
 * a listed element.  The only listed element whose content a parser may read
 * in another mode is title: it is SVG's, but becomes HTML's when an element
 * before it ends the SVG.  Its content is only escaped text.  So parsing the
 * output again, in any mode, yields no other elements.
 */
struct light {
	FILE *out;
	const char *base;
	enum light_place place;
};

static bool names_scheme(const char *url)
{
	return url[strcspn(url, ":/?#\\")] == ':';
}

/* An absolute URL stays as it was written, unless user agents could parse it differently. */
static char *link(void *owner, const struct light *l, const char *value, bool pictures)
{
	char *url = clean_url(owner, l->base, value, pictures), *own = text_trim(owner, value);
	if (url && (!names_scheme(own) || strpbrk(own, " \t\r\n\\\"'<>`")))
		return url;
	return url || (!l->base && !names_scheme(own)) ? own : NULL;
}

/* Contains neither a URL nor a CSS escape. */
static bool is_words(const char *value)
{
	return strlen(value) < 20000 && !strpbrk(value, ":\\@{}<>") && !strcasestr(value, "url");
}

static const char *extra(void *owner, const struct light *l, enum light_value kind, const char *value)
{
	switch (kind) {
	case LIGHT_TEXT: return value;
	case LIGHT_WORDS: return is_words(value) ? value : NULL;
	case LIGHT_LINK: return link(owner, l, value, false);
	case LIGHT_PICTURE: return link(owner, l, value, true);
	case LIGHT_STYLE: return clean_light_style(owner, value);
	case LIGHT_NOTHING: break;
	}
	return NULL;
}

static void attribute(struct light *l, const char *element, const struct html_attribute *a)
{
	const char *as;
	enum light_value kind = clean_light_attribute(element, a->name, l->place, &as);
	if (kind == LIGHT_NOTHING)
		return;
	void *scratch = talloc_new(NULL);
	const char *value = extra(scratch, l, kind, a->value);
	if (value) {
		putc_unlocked(' ', l->out);
		fputs_unlocked(as, l->out);
		fputs_unlocked("=\"", l->out);
		html_attr(l->out, value);
		putc_unlocked('"', l->out);
	}
	talloc_free(scratch);
}

static const char *namespace(const char *name)
{
	return !strcmp(name, "svg") ? "http://www.w3.org/2000/svg" : !strcmp(name, "math") ? "http://www.w3.org/1998/Math/MathML" : NULL;
}

static void start(struct light *l, const struct html_node *n, const char *name)
{
	bool linked = false;
	putc_unlocked('<', l->out);
	fputs_unlocked(name, l->out);
	if (namespace(name))
		fprintf(l->out, " xmlns=\"%s\"", namespace(name));
	for (size_t i = 0; i < n->attribute_count; i++) {
		attribute(l, name, &n->attributes[i]);
		linked = linked || text_starts(n->attributes[i].name, "xlink:");
	}
	if (linked && l->place != LIGHT_HTML)
		fputs(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", l->out);
	fputc('>', l->out);
	/* The parser drops one line feed here. */
	if (!strcmp(name, "pre") && n->first && n->first->kind == HTML_TEXT && *n->first->text == '\n')
		fputc('\n', l->out);
}

static enum light_place place_of(const struct light *l, const struct html_node *n)
{
	return html_is(n, "svg") ? LIGHT_SVG : html_is(n, "math") ? LIGHT_MATH : l->place;
}

/* The content of these is the fallback for user agents that do not support them; it is shown. */
static bool is_fallback(const struct html_node *n)
{
	static const char *const names[] = { "applet", "noscript", "object", NULL };
	return clean_is_one(n, names);
}

static void inside(struct light *l, const struct html_node *n);

/* Recursive: html_parse limits the depth. */
static void element(struct light *l, const struct html_node *n)
{
	struct light here = *l;
	here.place = place_of(l, n);
	const char *name = clean_light_element(n->name, here.place), *as;
	enum clean_action action = name ? CLEAN_KEEP : is_fallback(n) ? CLEAN_UNWRAP : clean_action(n->name, &as);
	if (action == CLEAN_DROP)
		return;
	if (action == CLEAN_KEEP)
		start(&here, n, name = name ? name : as);
	if (action == CLEAN_UNWRAP || !html_is_void(name))
		inside(&here, n);
	if (action == CLEAN_KEEP && !html_is_void(name))
		fprintf(l->out, "</%s>", name);
}

static void inside(struct light *l, const struct html_node *n)
{
	for (const struct html_node *c = n->first; c; c = c->next) {
		if (c->kind == HTML_TEXT)
			html_text(l->out, c->text);
		else if (c->kind == HTML_ELEMENT)
			element(l, c);
	}
}

char *clean_light(void *owner, const char *html, size_t size, const char *base)
{
	struct html_node *root = html_parse(NULL, html, size);
	struct document *d = document_new(NULL);
	struct light l = { document_out(d), base && url_valid(base) ? base : NULL, LIGHT_HTML };
	inside(&l, root);
	talloc_free(root);
	return document_finish(d, owner);
}
