/* The elements of Atom: 1.0 (RFC 4287), 0.3 and the drafts before it. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/record_markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char *media_type(const char *type)
{
	if (!type || !*type || text_same(type, "text") || text_same(type, "plain"))
		return RECORD_PLAIN;
	if (text_same(type, "html"))
		return RECORD_HTML;
	return text_same(type, "xhtml") ? RECORD_XHTML : type;
}

static bool is_xml(const char *type) { return text_ends(type, "+xml") || text_ends(type, "/xml"); }

/* Atom 0.3 (by mode) and 1.0 (by a type that is neither text nor XML) carry binary content in base64. */
static char *from_base64(struct record *r, const char *text)
{
	size_t size;
	char *decoded = (char *)decode_base64(r, text, &size);
	return decoded && size == strlen(decoded) && text_utf8(decoded, size) ? text_trim(r, decoded) : NULL;
}

static bool is_base64(const char *type, const char *mode)
{
	if (mode)
		return text_same(mode, "base64");
	return strcmp(type, RECORD_PLAIN) && !text_starts(type, "text/") && !is_xml(type);
}

/* The value of a node of this type; from child elements if has_elements, and then *inside is what they are in. */
static char *value_of(struct record *r, xmlNode *node, const char *type, bool typed, bool has_elements, xmlNode **inside)
{
	if (has_elements && !strcmp(type, RECORD_HTML))
		/* Elements stand between correctly escaped HTML. */
		return markup_source(r, node);
	if (!has_elements)
		return markup_text(r, node);
	return typed ? markup_html(r, node, inside) : markup_mixed(r, node, inside);
}

/* What was declared as plain text may be HTML: 0.3 has no type for HTML that is not XML, so it was often sent as text/plain.  In
 * 1.0 text without a type is HTML only if no text looks like this. */
static bool is_hidden_html(const char *value, const char *type, const char *mode)
{
	return mode ? record_looks_like_html(value) : !type && record_is_blocks(value);
}

static struct record_text construct(struct record *r, xmlNode *node)
{
	struct record_text t = { 0 };
	xmlNode *inside = node;
	char *type = markup_attribute(r, node, "type"), *mode = markup_attribute(r, node, "mode");
	t.type = media_type(type ? text_lower(r, type) : NULL);
	bool elements = markup_element(node->children) || (!strcmp(t.type, RECORD_XHTML) && !text_same(mode, "escaped"));
	char *decoded = is_base64(t.type, mode) ? from_base64(r, markup_text(r, node)) : NULL;
	t.value = decoded ? decoded : value_of(r, node, t.type, type != NULL, elements, &inside);
	/* Child elements are better evidence than the declared type. */
	if (!decoded && elements && !strcmp(t.type, RECORD_PLAIN))
		t.type = RECORD_XHTML;
	else if (!strcmp(t.type, RECORD_PLAIN) && is_hidden_html(t.value, type, mode))
		t.type = RECORD_HTML;
	t.base = markup_base(inside);
	t.language = markup_language(inside);
	return t;
}

static void text(struct record *r, xmlNode *node, const struct element *row)
{
	element_set_text((struct record_text *)(void *)((char *)r + row->slot), construct(r, node), row->rank);
}

static void summary(struct record *r, xmlNode *node, const struct element *row)
{
	struct record_text t = construct(r, node);
	/* If the item has an RSS description too, that is its content. */
	bool described = !text_blank(r->summary.value) && (r->summary.rank < row->rank || r->summary_is_description);
	if (described && !text_blank(t.value) && r->content_count == 0) {
		*mem_push(r, r->contents, r->content_count) = r->summary;
		r->summary = (struct record_text){ 0 };
		r->summary_is_description = false;
	}
	element_set_text(&r->summary, t, row->rank);
}

static void content(struct record *r, xmlNode *node, const struct element *row)
{
	struct record_text t = construct(r, node);
	char *source = markup_attribute(r, node, "src");
	t.source = source ? markup_url(r, node, source) : NULL;
	t.rank = row->rank;
	if (r->content_count < 100)
		*mem_push(r, r->contents, r->content_count) = t;
}

static void id(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *text = markup_text(r, node);
	/* Compared byte by byte (RFC 4287 section 4.2.6.1), so it stays unchanged, unless it is a relative reference. */
	if (*text && !r->id)
		r->id = strchr(text, ':') ? text : markup_url(r, node, text);
}

static bool is_page(const struct record_link *l)
{
	return !strcmp(l->rel, "alternate") && (!l->type || !*l->type || text_starts(l->type, "text/html") || text_starts(l->type, RECORD_XHTML));
}

void atom_link(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *href = markup_attribute(r, node, "href"), *rel = markup_attribute(r, node, "rel");
	/* Some feeds have the URL as text, as in RSS. */
	if (!href && !*(href = markup_text(r, node)))
		return;
	if (!(href = markup_url(r, node, href)) || !*href)
		return;
	if (rel && text_starts(rel, "http://www.iana.org/assignments/relation/"))
		rel += strlen("http://www.iana.org/assignments/relation/");
	struct record_link l = { .rel = rel && *rel ? rel : "alternate", .href = href, .type = markup_attribute(r, node, "type"),
		                 .title = markup_attribute(r, node, "title"), .hreflang = markup_attribute(r, node, "hreflang"),
		                 .length = markup_attribute(r, node, "length") };
	record_add_link(r, l);
	/* thr:count, RFC 4685 section 4: the number of replies behind a link with rel "replies". */
	char *answers = strcmp(l.rel, "replies") == 0 ? markup_attribute_any(r, node, "count") : NULL;
	if (answers)
		record_set_value(r, "thr_count", answers);
	if (is_page(&l) && !r->link)
		r->link = href;
}

static struct entry_person person(struct record *r, xmlNode *node)
{
	xmlNode *name = markup_child(node, "name"), *email = markup_child(node, "email"), *uri = markup_child(node, "uri");
	struct entry_person p = { 0 };
	if (!uri)
		uri = markup_child(node, "url");
	if (!uri)
		uri = markup_child(node, "homepage");
	if (!markup_element(node->children))
		return record_person(r, markup_text(r, node));
	if (name)
		p = record_person(r, markup_text(r, name));
	if (email)
		p.email = markup_text(r, email);
	if (uri)
		p.url = markup_url(r, uri, markup_text(r, uri));
	return p;
}

void atom_author(struct record *r, xmlNode *node, const struct element *row) { record_add_author(r, person(r, node), row->rank); }

static void contributor(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	struct entry_person p = person(r, node);
	if ((!text_blank(p.name) || !text_blank(p.email) || !text_blank(p.url)) && r->contributor_count < 100)
		*mem_push(r, r->contributors, r->contributor_count) = p;
}

void atom_category(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *term = markup_attribute(r, node, "term"), *label = markup_attribute(r, node, "label");
	record_add_tag(r, text_blank(term) ? markup_text(r, node) : term, markup_attribute(r, node, "scheme"), label);
}

static void generator(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	char *uri = markup_attribute(r, node, "uri"), *url = uri ? uri : markup_attribute(r, node, "url");
	if (!text_blank(r->generator))
		return;
	r->generator = markup_text(r, node);
	r->generator_url = url ? markup_url(r, node, url) : NULL;
	r->generator_version = markup_attribute(r, node, "version");
}

void atom_source(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	if (r->source || r->part != RECORD_ITEM)
		return;
	r->source = record_new(r, RECORD_SOURCE);
	r->source->base = markup_base(node);
}

const struct element atom_elements[] = {
	{ "title", text, ELEMENT_FIELD(title, NATIVE) },
	{ "subtitle", text, ELEMENT_FIELD(subtitle, NATIVE) },
	{ "tagline", text, ELEMENT_FIELD(subtitle, NATIVE) },
	{ "summary", summary, ELEMENT_FIELD(summary, NATIVE) },
	{ "content", content, ELEMENT_FIELD(contents, NATIVE) },
	{ "rights", text, ELEMENT_FIELD(rights, NATIVE) },
	{ "copyright", text, ELEMENT_FIELD(rights, NATIVE) },
	{ "info", text, ELEMENT_FIELD(info, NATIVE) },
	{ "id", id, ELEMENT_FIELD(id, NATIVE) },
	{ "link", atom_link, ELEMENT_FIELD(link, NATIVE) },
	{ "author", atom_author, ELEMENT_FIELD(authors, NATIVE) },
	{ "contributor", contributor, ELEMENT_FIELD(contributors, NATIVE) },
	{ "category", atom_category, ELEMENT_FIELD(tags, NATIVE) },
	{ "published", element_date, ELEMENT_FIELD(published, NATIVE) },
	{ "issued", element_date, ELEMENT_FIELD(published, NATIVE) },
	{ "updated", element_date, ELEMENT_FIELD(updated, NATIVE) },
	{ "modified", element_date, ELEMENT_FIELD(updated, NATIVE) },
	{ "created", element_date, ELEMENT_FIELD(created, NATIVE) },
	{ "generator", generator, ELEMENT_FIELD(generator, NATIVE) },
	{ "icon", element_url, ELEMENT_FIELD(icon, NATIVE) },
	{ "logo", element_url, ELEMENT_FIELD(logo, NATIVE) },
	{ "source", atom_source, .inside = ELEMENT_SOURCE },
	{ .name = NULL },
};
