/* Where a post is about: GeoRSS (simple and GML) and the W3C's Basic Geo. */
#include "feeds/markup.h"
#include "feeds/vocabularies.h"
#include "gateway/base/mem.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define END { NULL, NULL, 0, 0, NULL }
/* Numbers of one place; more are no place. */
enum { NUMBERS = 2000 };

/* Plain decimal numbers between blanks or commas, *count of them; NULL when anything else stands there. */
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

/* Pairs of latitude and longitude become pairs of longitude and latitude, as GeoJSON has them.  The first place stays. */
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

static void point(struct record *r, xmlNode *node, const struct element *how) { (void)how; set_place(r, "Point", markup_text(r, node), 1, 1); }
static void line(struct record *r, xmlNode *node, const struct element *how) { (void)how; set_place(r, "LineString", markup_text(r, node), 2, NUMBERS); }
static void polygon(struct record *r, xmlNode *node, const struct element *how) { (void)how; set_place(r, "Polygon", markup_text(r, node), 4, NUMBERS); }
static void box(struct record *r, xmlNode *node, const struct element *how) { (void)how; set_place(r, "Box", markup_text(r, node), 2, 2); }

const struct element georss_elements[] = {
	{ "point", point, 0, RECORD_MODULE, NULL },
	{ "line", line, 0, RECORD_MODULE, NULL },
	{ "polygon", polygon, 0, RECORD_MODULE, NULL },
	{ "box", box, 0, RECORD_MODULE, NULL },
	{ "where", element_unwrap, 0, RECORD_MODULE, NULL },
	{ "elev", element_value, 0, RECORD_MODULE, "georss_elev" },
	{ "radius", element_value, 0, RECORD_MODULE, "georss_radius" },
	{ "featurename", element_value, 0, RECORD_MODULE, "georss_featurename" },
	{ "featuretypetag", element_value, 0, RECORD_MODULE, "georss_featuretypetag" },
	{ "relationshiptag", element_value, 0, RECORD_MODULE, "georss_relationshiptag" },
	END,
};

/* The first element of that name below node, in document order; NULL: none. */
static xmlNode *below(xmlNode *node, const char *name)
{
	for (xmlNode *n = node->children; n;) {
		if (n->type == XML_ELEMENT_NODE && markup_is(n, name))
			return n;
		if (n->type == XML_ELEMENT_NODE && n->children) {
			n = n->children;
			continue;
		}
		while (n != node && !n->next)
			n = n->parent;
		n = n == node ? NULL : n->next;
	}
	return NULL;
}

static void gml_point(struct record *r, xmlNode *node, const struct element *how)
{
	xmlNode *pos = below(node, "pos");
	(void)how;
	if (pos)
		set_place(r, "Point", markup_text(r, pos), 1, 1);
}

static void gml_list(struct record *r, xmlNode *node, const struct element *how)
{
	xmlNode *list = below(node, "poslist");
	if (list)
		set_place(r, how->word, markup_text(r, list), how->word[0] == 'P' ? 4 : 2, NUMBERS);
}

static void gml_envelope(struct record *r, xmlNode *node, const struct element *how)
{
	xmlNode *low = below(node, "lowercorner"), *high = below(node, "uppercorner");
	(void)how;
	if (low && high)
		set_place(r, "Box", mem_printf(r, "%s %s", markup_text(r, low), markup_text(r, high)), 2, 2);
}

const struct element gml_elements[] = {
	{ "point", gml_point, 0, RECORD_MODULE, NULL },
	{ "linestring", gml_list, 0, RECORD_MODULE, "LineString" },
	{ "polygon", gml_list, 0, RECORD_MODULE, "Polygon" },
	{ "envelope", gml_envelope, 0, RECORD_MODULE, NULL },
	END,
};

/* Two elements make one place. */
static void coordinate(struct record *r, xmlNode *node, const struct element *how)
{
	element_value(r, node, how);
	const char *latitude = record_value(r, "geo_lat"), *longitude = record_value(r, "geo_long");
	if (latitude && longitude)
		set_place(r, "Point", mem_printf(r, "%s %s", latitude, longitude), 1, 1);
}

const struct element geo_elements[] = {
	{ "lat", coordinate, 0, RECORD_MODULE, "geo_lat" },
	{ "long", coordinate, 0, RECORD_MODULE, "geo_long" },
	{ "lon", coordinate, 0, RECORD_MODULE, "geo_long" },
	{ "alt", element_value, 0, RECORD_MODULE, "geo_alt" },
	{ "point", element_unwrap, 0, RECORD_MODULE, NULL },
	END,
};
