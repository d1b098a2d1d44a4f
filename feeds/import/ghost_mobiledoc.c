#include "feeds/import/ghost_card.h"
#include "feeds/import/ghost_document.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <stdbool.h>
#include <string.h>

/* Types of sections and of markers. */
enum { TEXT = 1, PICTURE = 2, LIST = 3, CARD = 10 };
enum { WORDS = 0, ATOM = 1 };
/* Markups that are open at the same time. */
enum { OPEN = 20 };

static json_int_t number(const json_t *array, size_t at) { return json_integer_value(json_array_get(array, at)); }
static const char *string(const json_t *array, size_t at)
{
	const char *value = json_string_value(json_array_get(array, at));
	return value ? value : "";
}

/* A tag that text may have; NULL for any other. */
static const char *known(const char *tag, const char *const *tags)
{
	for (; *tags; tags++)
		if (text_same(*tags, tag))
			return *tags;
	return NULL;
}

/* Writes the start of a markup; returns the tag to end it with. */
static const char *open_markup(FILE *out, const json_t *markup)
{
	static const char *const tags[] = { "a", "b", "strong", "i", "em", "code", "s", "del", "u", "sub", "sup", "mark", NULL };
	const char *tag = known(string(markup, 0), tags);
	const json_t *attributes = json_array_get(markup, 1);
	if (!tag)
		return "span";
	fprintf(out, "<%s", tag);
	for (size_t i = 0; i + 1 < json_array_size(attributes); i += 2)
		if (strcmp(string(attributes, i), "href") == 0) {
			fputs(" href=\"", out);
			html_attr(out, string(attributes, i + 1));
			fputs("\"", out);
		}
	fputs(">", out);
	return tag;
}

static void close_markup(FILE *out, const char *tag)
{
	if (strcmp(tag, "span") != 0)
		fprintf(out, "</%s>", tag);
}

static void write_atom(FILE *out, const json_t *atom)
{
	if (strcmp(string(atom, 0), "soft-return") == 0)
		fputs("<br>", out);
	else
		html_text(out, string(atom, 1));
}

static void write_markers(FILE *out, const json_t *doc, const json_t *markers)
{
	const char *open[OPEN];
	size_t i, k, depth = 0;
	json_t *marker, *at;
	json_array_foreach(markers, i, marker) {
		json_array_foreach(json_array_get(marker, 1), k, at) {
			const char *tag = depth < OPEN ? open_markup(out, json_array_get(json_object_get(doc, "markups"), (size_t)json_integer_value(at))) : "span";
			if (depth < OPEN)
				open[depth++] = tag;
		}
		if (number(marker, 0) == ATOM)
			write_atom(out, json_array_get(json_object_get(doc, "atoms"), (size_t)number(marker, 3)));
		else
			html_text(out, string(marker, 3));
		for (json_int_t closed = number(marker, 2); closed > 0 && depth; closed--)
			close_markup(out, open[--depth]);
	}
	while (depth)
		close_markup(out, open[--depth]);
}

static void write_text(FILE *out, const json_t *doc, const json_t *section)
{
	static const char *const tags[] = { "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", NULL };
	const char *tag = known(string(section, 1), tags);
	if (!tag)
		tag = "p";
	else if (strcmp(tag, "aside") == 0)
		tag = "blockquote";
	fprintf(out, "<%s>", tag);
	write_markers(out, doc, json_array_get(section, 2));
	fprintf(out, "</%s>", tag);
}

static void write_list(FILE *out, const json_t *doc, const json_t *section)
{
	const char *tag = text_same(string(section, 1), "ol") ? "ol" : "ul";
	size_t i;
	json_t *item;
	fprintf(out, "<%s>", tag);
	json_array_foreach(json_array_get(section, 2), i, item) {
		fputs("<li>", out);
		write_markers(out, doc, item);
		fputs("</li>", out);
	}
	fprintf(out, "</%s>", tag);
}

static void write_section(FILE *out, const json_t *doc, const json_t *section)
{
	const json_t *card;
	switch (number(section, 0)) {
	case TEXT: write_text(out, doc, section); break;
	case LIST: write_list(out, doc, section); break;
	case PICTURE:
		fputs("<p><img src=\"", out);
		html_attr(out, string(section, 1));
		fputs("\"></p>", out);
		break;
	case CARD:
		card = json_array_get(json_object_get(doc, "cards"), (size_t)number(section, 1));
		ghost_card(out, string(card, 0), json_array_get(card, 1));
		break;
	default: break;
	}
}

char *ghost_mobiledoc(void *owner, const char *text)
{
	json_t *doc = text_blank(text) ? NULL : json_loads(text, 0, NULL), *section;
	struct document *d = document_new(owner);
	size_t i;
	json_array_foreach(json_object_get(doc, "sections"), i, section)
		write_section(document_out(d), doc, section);
	char *html = document_finish(d, owner);
	json_decref(doc);
	return text_blank(html) ? NULL : html;
}
