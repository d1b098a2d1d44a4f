#include "feeds/source/opml.h"
#include "feeds/parse/discover.h"
#include "feeds/text/decode.h"
#include "feeds/text/repair.h"
#include "feeds/vocabulary/markup.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char *title_of(void *owner, const xmlNode *outline)
{
	const char *text = markup_attribute(owner, outline, "text"), *title = markup_attribute(owner, outline, "title");
	text = text_blank(title) ? text : title;
	return text_blank(text) ? NULL : text_squeeze(owner, text);
}

/* What is wrong with *url, or NULL; then *url is normalised. */
static const char *check_url(void *owner, const char *type, const char **url)
{
	struct error ignored;
	if (text_same(type, "activitypub"))
		return "an actor of the fediverse is no feed";
	struct url *u = url_parse(NULL, *url, &ignored);
	if (!u)
		return "this is no address of the web";
	*url = url_text(owner, u);
	talloc_free(u);
	return NULL;
}

/* True when outline names a feed, or tries to. */
static bool read_line(void *owner, const xmlNode *outline, struct opml_line *line)
{
	const char *type = markup_attribute(owner, outline, "type"), *url = markup_attribute(owner, outline, "xmlUrl");
	/* "url" is a feed only where nothing says that it is a page or another list (OPML 2.0, "link" and "include"). */
	if (text_blank(url) && !text_same(type, "link") && !text_same(type, "include"))
		url = markup_attribute(owner, outline, "url");
	if (text_blank(url))
		return false;
	line->url = discover_address(owner, url);
	line->title = title_of(owner, outline);
	line->wrong = check_url(owner, type, &line->url);
	return true;
}

/* A commented outline is skipped, with all that it contains. */
static bool is_comment(const xmlNode *node)
{
	char *value = markup_attribute(NULL, node, "isComment");
	bool yes = text_same(value, "true");
	talloc_free(value);
	return yes;
}

/* The next element in document order below root. */
static xmlNode *next_of(const xmlNode *root, xmlNode *node, bool inside)
{
	xmlNode *child = inside ? markup_element(node->children) : NULL;
	if (child)
		return child;
	for (; node && node != root; node = node->parent) {
		xmlNode *next = markup_element(node->next);
		if (next)
			return next;
	}
	return NULL;
}

static struct opml_line *read_lines(void *owner, xmlNode *root, size_t *count)
{
	struct opml_line *all = NULL;
	bool inside = true;
	*count = 0;
	for (xmlNode *n = next_of(root, root, true); n && *count < OPML_MAX_LINES; n = next_of(root, n, inside)) {
		struct opml_line line = { 0 };
		inside = !is_comment(n);
		if (inside && markup_is(n, "outline") && read_line(owner, n, &line))
			*mem_push(owner, all, *count) = line;
	}
	mem_fit(owner, all, *count);
	return all;
}

struct opml_line *opml_read(void *owner, const void *data, size_t size, size_t *count, struct error *err)
{
	const char *broken = NULL;
	struct opml_line *all = NULL;
	void *scratch = talloc_new(NULL);
	*count = 0;
	struct decoded *decoded = size <= OPML_MAX_SIZE ? decode_document(scratch, data, size, NULL) : NULL;
	struct repaired *repaired = decoded ? repair_xml(scratch, decoded->text, decoded->size) : NULL;
	struct error why;
	struct markup *markup = repaired ? markup_read(scratch, repaired->text, repaired->size, NULL, &broken, &why) : NULL;
	if (markup && markup_is(markup->root, "opml"))
		all = read_lines(owner, markup->root, count);
	else if (!decoded)
		error_set(err, ERROR_INVALID, "more than %u bytes are not read", OPML_MAX_SIZE);
	else
		error_set(err, ERROR_INVALID, "this is no OPML");
	talloc_free(scratch);
	return all;
}

bool opml_takes(const struct source *s) { return url_valid(s->url); }

char *opml_public_url(void *owner, const char *url)
{
	struct error ignored;
	struct url *u = url_parse(NULL, url, &ignored);
	if (!u)
		return mem_dup(owner, url);
	u->user = u->password = NULL;
	char *text = url_text(owner, u);
	talloc_free(u);
	return text;
}

static void write_line(FILE *out, void *scratch, const struct source *s)
{
	const char *url = opml_public_url(scratch, s->url), *title = text_blank(s->title) ? url : s->title;
	fprintf(out, "    <outline type=\"%s\" text=\"", s->kind == SOURCE_ACTOR ? "activitypub" : "rss");
	xml_attr(out, title);
	fputs("\" title=\"", out);
	xml_attr(out, title);
	fputs("\" xmlUrl=\"", out);
	xml_attr(out, url);
	if (s->site) {
		fputs("\" htmlUrl=\"", out);
		xml_attr(out, opml_public_url(scratch, s->site));
	}
	fputs("\"/>\n", out);
}

void opml_write(FILE *out, const char *title, struct source **all, size_t count)
{
	void *scratch = talloc_new(NULL);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>", out);
	xml_text(out, title);
	fprintf(out, "</title>\n    <dateCreated>%s</dateCreated>\n  </head>\n  <body>\n", clock_http(scratch, clock_now()));
	for (size_t i = 0; i < count; i++)
		if (opml_takes(all[i]))
			write_line(out, scratch, all[i]);
	fputs("  </body>\n</opml>\n", out);
	talloc_free(scratch);
}
