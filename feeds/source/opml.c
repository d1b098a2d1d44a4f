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

/* Between the names of folders; of a name, and of a folder. */
#define OPML_BETWEEN " / "
enum { LONGEST = 300 };

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

/* The names of the outlines around this one, the outermost first; NULL when there are none. */
static const char *folder_of(void *owner, const xmlNode *outline)
{
	const char *folder = NULL;
	for (const xmlNode *n = outline->parent; n && n->type == XML_ELEMENT_NODE; n = n->parent) {
		const char *name = markup_is(n, "outline") ? title_of(owner, n) : NULL;
		folder = !name ? folder : folder ? mem_printf(owner, "%s" OPML_BETWEEN "%s", name, folder) : name;
	}
	return folder ? text_cut(owner, folder, LONGEST) : NULL;
}

/* The first of "/News/Tech,/Food" as a folder; a category without a slash is a tag. */
static const char *category_of(void *owner, const xmlNode *outline)
{
	char *all = markup_attribute(owner, outline, "category");
	if (!all || *all != '/')
		return NULL;
	all[strcspn(all, ",")] = '\0';
	char *first = text_squeeze(owner, all + 1);
	return *first ? text_cut(owner, text_replace(owner, first, "/", OPML_BETWEEN), LONGEST) : NULL;
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
	line->title = line->title ? text_cut(owner, line->title, LONGEST) : NULL;
	line->folder = folder_of(owner, outline);
	line->folder = line->folder ? line->folder : category_of(owner, outline);
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
	const char *url = opml_public_url(scratch, s->url), *name = source_name(s), *title = text_blank(name) ? url : name;
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

static bool same_folder(const struct source *a, const struct source *b)
{
	const char *x = a->settings.folder, *y = b->settings.folder;
	return x && y ? strcmp(x, y) == 0 : x == y;
}

/* Opens an outline for each name in folder; returns how many. */
static size_t open_folder(FILE *out, void *scratch, const char *folder)
{
	size_t depth = 0;
	for (const char *next, *p = folder; p; p = next, depth++) {
		next = strstr(p, OPML_BETWEEN);
		fputs("    <outline text=\"", out);
		xml_attr(out, next ? mem_ndup(scratch, p, (size_t)(next - p)) : p);
		fputs("\">\n", out);
		next = next ? next + strlen(OPML_BETWEEN) : NULL;
	}
	return depth;
}

/* The sources in the folder of all[first], which is the first of them. */
static void write_folder(FILE *out, void *scratch, struct source **all, size_t first, size_t count)
{
	size_t depth = open_folder(out, scratch, all[first]->settings.folder);
	for (size_t i = first; i < count; i++)
		if (opml_takes(all[i]) && same_folder(all[i], all[first]))
			write_line(out, scratch, all[i]);
	while (depth--)
		fputs("    </outline>\n", out);
}

void opml_write(FILE *out, const char *title, struct source **all, size_t count)
{
	void *scratch = talloc_new(NULL);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>", out);
	xml_text(out, title);
	fprintf(out, "</title>\n    <dateCreated>%s</dateCreated>\n  </head>\n  <body>\n", clock_http(scratch, clock_now()));
	for (size_t i = 0; i < count; i++) {
		bool first = opml_takes(all[i]);
		for (size_t k = 0; k < i && first; k++)
			first = !opml_takes(all[k]) || !same_folder(all[k], all[i]);
		if (first)
			write_folder(out, scratch, all, i, count);
	}
	fputs("  </body>\n</opml>\n", out);
	talloc_free(scratch);
}
