/* The place that a post is about: GeoRSS (Simple and GML) and the W3C's Basic Geo. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Limits of one place: a text with more numbers is ignored, and so is deeper GML. */
enum { NUMBERS = 2000, DEEPEST = 8 };

/* *count decimal numbers, separated by white space or commas; NULL when text has anything else. */
static double *numbers(void *owner, const char *text, size_t *count)
{
	double *all = NULL;
	*count = 0;
	for (const char *p = text + strspn(text, " \t\r\n,"); *p; p += strspn(p, " \t\r\n,")) {
		char *end;
		size_t n = strspn(p, "0123456789+-.eE");
		double value = strtod(p, &end);
		if (n == 0 || end != p + n || *count == NUMBERS || !isfinite(value))
			return NULL;
		*mem_push(owner, all, *count) = value;
		p = end;
	}
	return all;
}

/* Swaps each pair of latitude and longitude into the order of GeoJSON.  The first place of a record stays. */
static void set_place(struct record *r, const char *type, const char *text, size_t least, size_t most)
{
	size_t count;
	double *all = r->place.type ? NULL : numbers(r, text, &count);
	if (!all || count % 2 || count < 2 * least || count > 2 * most)
		return;
	for (size_t i = 0; i < count; i += 2) {
		double latitude = all[i];
		if (fabs(latitude) > 90 || fabs(all[i + 1]) > 180)
			return;
		all[i] = all[i + 1];
		all[i + 1] = latitude;
	}
	r->place = (struct record_place){ type, all, count / 2 };
}

static void point(struct record *r, xmlNode *node, const struct element *row) { (void)row; set_place(r, "Point", markup_text(r, node), 1, 1); }
static void line(struct record *r, xmlNode *node, const struct element *row) { (void)row; set_place(r, "LineString", markup_text(r, node), 2, NUMBERS); }
static void polygon(struct record *r, xmlNode *node, const struct element *row) { (void)row; set_place(r, "Polygon", markup_text(r, node), 4, NUMBERS); }
static void box(struct record *r, xmlNode *node, const struct element *row) { (void)row; set_place(r, "Box", markup_text(r, node), 2, 2); }

const struct element georss_elements[] = {
	{ "point", .read = point },
	{ "line", .read = line },
	{ "polygon", .read = polygon },
	{ "box", .read = box },
	{ "where", .inside = ELEMENT_UNWRAP },
	{ "elev", element_value, .word = "georss_elev" },
	{ "radius", element_value, .word = "georss_radius" },
	{ "featurename", element_value, .word = "georss_featurename" },
	{ "featuretypetag", element_value, .word = "georss_featuretypetag" },
	{ "relationshiptag", element_value, .word = "georss_relationshiptag" },
	{ .name = NULL },
};

/* Without a reference system, GeoRSS has degrees, latitude first (WGS 84).  Positions in a projected system are ignored. */
static bool in_degrees(const char *system)
{
	static const char *const known[] = { "4326", "4258", "4267", "4269", "4979" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (system && text_ends(system, known[i]))
			return true;
	return text_blank(system);
}

/* Writes the numbers in node and below, one line per leaf: GML has one position per element, or all in one element. */
static bool write_positions(FILE *out, void *scratch, xmlNode *node, int depth)
{
	char *system = markup_attribute(scratch, node, "srsName"), *dimensions = markup_attribute(scratch, node, "srsDimension");
	xmlNode *child = markup_element(node->children);
	if (depth > DEEPEST || !in_degrees(system) || (dimensions && strcmp(dimensions, "2") != 0 && strcmp(dimensions, "3") != 0))
		return false;
	if (!child)
		fprintf(out, "%s\n", markup_text(scratch, node));
	for (; child; child = markup_element(child->next))
		if (!write_positions(out, scratch, child, depth + 1))
			return false;
	return true;
}

/* Does each position have a height?  srsDimension is an attribute of the geometry or of the list in it. */
static bool has_heights(void *scratch, xmlNode *node)
{
	for (int depth = 0; node && depth <= DEEPEST; depth++, node = markup_element(node->children)) {
		char *dimensions = markup_attribute(scratch, node, "srsDimension");
		if (dimensions)
			return strcmp(dimensions, "3") == 0;
	}
	return false;
}

/* text without each third number. */
static char *without_heights(void *scratch, const char *text)
{
	size_t count;
	double *all = numbers(scratch, text, &count);
	struct document *d = document_new(scratch);
	for (size_t i = 0; all && i < count; i++)
		if (i % 3 < 2)
			fprintf(document_out(d), "%.17g ", all[i]);
	return document_finish(d, scratch);
}

/* word is the type of the place.  Of a polygon, only the exterior ring is read. */
static void gml(struct record *r, xmlNode *node, const struct element *row)
{
	bool is_point = strcmp(row->word, "Point") == 0, is_box = strcmp(row->word, "Box") == 0;
	void *scratch = mem_check(talloc_new(NULL));
	struct document *d = document_new(scratch);
	xmlNode *outer = markup_child(node, "exterior");
	bool readable = !r->place.type && in_degrees(markup_attribute(scratch, node, "srsName")) &&
	                write_positions(document_out(d), scratch, outer ? outer : node, 0);
	char *text = document_finish(d, scratch);
	if (has_heights(scratch, outer ? outer : node))
		text = without_heights(scratch, text);
	if (readable)
		set_place(r, row->word, text, is_point ? 1 : strcmp(row->word, "Polygon") == 0 ? 4 : 2, is_point ? 1 : is_box ? 2 : NUMBERS);
	talloc_free(scratch);
}

const struct element gml_elements[] = {
	{ "point", gml, .word = "Point" },
	{ "linestring", gml, .word = "LineString" },
	{ "polygon", gml, .word = "Polygon" },
	{ "envelope", gml, .word = "Box" },
	{ .name = NULL },
};

/* A latitude and a longitude together make the place. */
static void coordinate(struct record *r, xmlNode *node, const struct element *row)
{
	element_value(r, node, row);
	const char *latitude = record_value(r, "geo_lat"), *longitude = record_value(r, "geo_long");
	if (latitude && longitude)
		set_place(r, "Point", mem_printf(r, "%s %s", latitude, longitude), 1, 1);
}

const struct element geo_elements[] = {
	{ "lat", coordinate, .word = "geo_lat" },
	{ "long", coordinate, .word = "geo_long" },
	{ "lon", coordinate, .word = "geo_long" },
	{ "alt", element_value, .word = "geo_alt" },
	{ "point", .inside = ELEMENT_UNWRAP },
	{ .name = NULL },
};
