#include "feeds/vocabulary/dispatch.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/namespaces.h"
#include "feeds/vocabulary/vocabularies.h"
#include <string.h>

static const struct element *look_up(const struct element *table, const char *name)
{
	for (; table && table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

static const struct element *table_of(const xmlNode *node, const struct element *own)
{
	const struct vocabulary *known = namespace_of(node);
	if (known)
		return known->elements;
	if (!node->ns || !node->ns->href)
		return own;
	const xmlNode *root = xmlDocGetRootElement(node->doc);
	return root && node->ns == root->ns ? own : NULL;
}

/* Atom's table for RSS's and the other way round; NULL for any other. */
static const struct element *counterpart(const struct element *table)
{
	return table == rss_elements ? atom_elements : table == atom_elements ? rss_elements : NULL;
}

static const struct element *find(const xmlNode *node, const struct element *own)
{
	char name[32];
	markup_name(node, name);
	const struct element *table = table_of(node, own), *found = look_up(table, name);
	/* Feeds use elements of RSS in Atom and the other way round, in either namespace or none. */
	if (!found)
		found = look_up(counterpart(table), name);
	if (!found && counterpart(table))
		found = look_up(own, name);
	return found;
}

bool dispatch_element(struct record *r, xmlNode *node, const struct element *own)
{
	const struct element *row = find(node, own);
	const struct record *source = r->source;
	if (row && row->read)
		row->read(r, node, row);
	if (row && row->inside == ELEMENT_UNWRAP)
		dispatch_children(r, node, NULL);
	else if (row && row->inside == ELEMENT_SOURCE && r->source != source)
		dispatch_children(r->source, node, atom_elements);
	return row;
}

/* Has it a title and an address, as a related post or an advertisement has?  It is none of what it is in then. */
static bool is_thing(const xmlNode *node)
{
	return markup_child(node, "title") && (markup_child(node, "link") || markup_child(node, "url") || markup_child(node, "guid") || markup_child(node, "id"));
}

static bool is_wrapper(const xmlNode *node, const struct element *own)
{
	static const char *const others[] = { "item", "entry", "channel", "feed", "rss", "rdf", NULL };
	for (size_t i = 0; others[i]; i++)
		if (markup_is(node, others[i]))
			return false;
	return markup_element(node->children) && !find(node, own) && !is_thing(node);
}

void dispatch_wrapped(struct record *r, xmlNode *node, const struct element *own)
{
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next)) {
		if (!is_wrapper(c, own))
			continue;
		struct record *inside = record_new(r, r->part);
		dispatch_children(inside, c, own);
		record_fill(r, inside);
	}
}

void dispatch_children(struct record *r, xmlNode *node, const struct element *own)
{
	bool all = true;
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		all = dispatch_element(r, c, own) && all;
	if (!all)
		dispatch_wrapped(r, node, own);
}
