#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <libxml/parser.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

/* Deliberately without NOENT and DTDLOAD: entities are not replaced and no DTD is loaded. */
#define STRICT (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC)

static int markup_free(struct markup *m)
{
	xmlFreeDoc(m->doc);
	return 0;
}

struct markup *markup_read(void *owner, const char *text, size_t size, const char *url, const char **broken, struct error *err)
{
	struct markup *m = mem_new(owner, struct markup);
	talloc_set_destructor(m, markup_free);
	m->doc = size ? xmlReadMemory(text, (int)size, url, "UTF-8", STRICT) : NULL;
	if (!m->doc && size) {
		const xmlError *why = xmlGetLastError();
		*broken = why && why->message ? text_trim(owner, why->message) : "not well-formed";
		m->doc = xmlReadMemory(text, (int)size, url, "UTF-8", STRICT | XML_PARSE_RECOVER);
	}
	if (m->doc)
		m->doc->_private = owner;
	m->root = m->doc ? xmlDocGetRootElement(m->doc) : NULL;
	if (m->root)
		return m;
	error_set(err, ERROR_INVALID, "there is no XML in it");
	talloc_free(m);
	return NULL;
}

void markup_name(const xmlNode *node, char name[32])
{
	const char *s = (const char *)node->name, *colon = node->ns ? NULL : strrchr(s, ':');
	size_t i = 0;
	for (s = colon ? colon + 1 : s; *s && i < 31; s++)
		name[i++] = (char)tolower((unsigned char)*s);
	name[i] = '\0';
}

bool markup_is(const xmlNode *node, const char *name)
{
	char own[32];
	markup_name(node, own);
	return !strcmp(own, name);
}

xmlNode *markup_element(xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

xmlNode *markup_child(const xmlNode *node, const char *name)
{
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		if (markup_is(c, name))
			return c;
	return NULL;
}

static char *attribute(void *owner, const xmlNode *node, const char *name, bool any)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if ((any || !a->ns) && !strcasecmp((const char *)a->name, name)) {
			xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
			char *copy = text_trim(owner, value ? (const char *)value : "");
			xmlFree(value);
			return copy;
		}
	return NULL;
}

char *markup_attribute(void *owner, const xmlNode *node, const char *name) { return attribute(owner, node, name, false); }

char *markup_attribute_any(void *owner, const xmlNode *node, const char *name) { return attribute(owner, node, name, true); }

char *markup_text(void *owner, const xmlNode *node)
{
	xmlChar *all = xmlNodeGetContent(node);
	char *text = text_trim(owner, all ? (const char *)all : "");
	xmlFree(all);
	return *text == '<' ? mem_dup(owner, record_unwrap(text)) : text;
}

static void start_tag(FILE *out, const xmlNode *node)
{
	fprintf(out, "<%s", (const char *)node->name);
	for (const xmlAttr *a = node->properties; a; a = a->next) {
		bool xml = a->ns && a->ns->prefix && !strcmp((const char *)a->ns->prefix, "xml");
		if (xml && strcmp((const char *)a->name, "lang"))
			continue;
		xmlChar *value = xmlNodeListGetString(node->doc, a->children, 1);
		fprintf(out, a->ns && !xml && a->ns->prefix ? " %s:%s=\"" : " %.0s%s=\"", a->ns && a->ns->prefix ? (const char *)a->ns->prefix : "",
		        (const char *)a->name);
		html_attr(out, (const char *)value);
		fputc('"', out);
		xmlFree(value);
	}
	fputc('>', out);
}

/* source: how many levels of elements have text that is HTML already.  libxml2 limits the depth of the tree, so recursion is
 * safe. */
static void write_inside(FILE *out, const xmlNode *node, unsigned source)
{
	for (const xmlNode *c = node->children; c; c = c->next) {
		if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
			source ? (void)fputs((const char *)c->content, out) : html_text(out, (const char *)c->content);
		else if (c->type == XML_ELEMENT_NODE) {
			bool is_void = html_is_void((const char *)c->name);
			start_tag(out, c);
			write_inside(out, c, source ? source - 1 : 0);
			if (!is_void)
				fprintf(out, "</%s>", (const char *)c->name);
		}
	}
}

/* The <div> that is the only content of node, else node. */
static xmlNode *unwrapped(xmlNode *node)
{
	xmlNode *only = NULL;
	for (xmlNode *c = node->children; c; c = c->next) {
		if (c->type == XML_ELEMENT_NODE && !only && !strcmp((const char *)c->name, "div"))
			only = c;
		else if (!xmlIsBlankNode(c) && c->type != XML_COMMENT_NODE)
			return node;
	}
	return only ? only : node;
}

static char *inside_of(void *owner, const xmlNode *node, unsigned source)
{
	struct document *d = document_new(owner);
	write_inside(document_out(d), node, source);
	char *html = text_trim(owner, document_text(d, NULL));
	talloc_free(d);
	return html;
}

char *markup_html(void *owner, xmlNode *node, xmlNode **inside)
{
	xmlNode *from = inside ? unwrapped(node) : node;
	if (inside)
		*inside = from;
	return inside_of(owner, from, 0);
}

/* Is the text directly in node HTML? */
static bool has_escaped(const xmlNode *node)
{
	struct document *d = document_new(NULL);
	for (const xmlNode *c = node->children; c; c = c->next)
		if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
			fputs((const char *)c->content, document_out(d));
	bool has = record_looks_like_html(document_text(d, NULL));
	talloc_free(d);
	return has;
}

char *markup_mixed(void *owner, xmlNode *node, xmlNode **inside)
{
	*inside = unwrapped(node);
	return inside_of(owner, *inside, has_escaped(*inside) ? 1 : 0);
}

char *markup_source(void *owner, const xmlNode *node) { return inside_of(owner, node, UINT_MAX); }

static const char *xml_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next)
		if (a->ns && a->ns->prefix && !strcmp((const char *)a->ns->prefix, "xml") && !strcmp((const char *)a->name, name))
			return a->children && a->children->content ? (const char *)a->children->content : "";
	return NULL;
}

/* Does it have a scheme that leads to no page? */
static bool is_script(const char *s)
{
	static const char *const schemes[] = { "javascript:", "vbscript:", "data:", "livescript:", "mocha:", NULL };
	char start[16];
	size_t n = 0;
	for (; *s && n < sizeof start - 1; s++)
		if ((unsigned char)*s > ' ')
			start[n++] = (char)tolower((unsigned char)*s);
	start[n] = '\0';
	for (size_t i = 0; schemes[i]; i++)
		if (text_starts(start, schemes[i]))
			return true;
	return false;
}

/* xml:base and xml:lang in force at an element.  An element that was asked for keeps it in _private, so that the ancestors
 * are searched only once.  All belong to the owner, which the document keeps in its _private. */
struct scope {
	const char *base, *language;
};

static struct scope *outermost(const xmlDoc *doc)
{
	struct scope *scope = mem_new(doc->_private, struct scope);
	scope->base = mem_dup_or_null(scope, (const char *)doc->URL);
	return scope;
}

static const char *base_in(struct scope *scope, const char *outer, const char *own)
{
	char *relative = text_trim(scope, own);
	char *base = outer ? url_resolve(scope, outer, relative) : url_valid(relative) ? relative : NULL;
	return base ? base : outer;
}

static const struct scope *scope_of(xmlNode *node)
{
	if (node->_private)
		return node->_private;
	const char *base = xml_attribute(node, "base"), *language = xml_attribute(node, "lang");
	bool top = !node->parent || node->parent->type != XML_ELEMENT_NODE;
	const struct scope *outer = top ? outermost(node->doc) : scope_of(node->parent);
	struct scope *own = (struct scope *)(uintptr_t)outer;
	if (base || language) {
		own = mem_new(node->doc->_private, struct scope);
		*own = *outer;
		if (base)
			own->base = base_in(own, outer->base, base);
		if (language)
			own->language = *language ? text_replace(own, text_trim(own, language), "_", "-") : NULL;
	}
	node->_private = own;
	return own;
}

const char *markup_base(xmlNode *node) { return scope_of(node)->base; }

const char *markup_language(xmlNode *node) { return scope_of(node)->language; }

static bool has_scheme(const char *s)
{
	size_t n = strcspn(s, ":/?#");
	return isalpha((unsigned char)*s) && s[n] == ':';
}

char *markup_url(void *owner, xmlNode *node, const char *text)
{
	if (is_script(text))
		return NULL;
	const char *base = markup_base(node);
	char *url = base ? url_resolve(owner, base, text) : NULL;
	/* "tag:", "mailto:" and "urn:" are not resolved against a base. */
	return url && !has_scheme(text) ? url : mem_dup(owner, text);
}
