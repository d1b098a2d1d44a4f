#pragma once
/*
 * vocabularies - the element tables, one file each; namespaces.c has the list.
 */
#include "feeds/vocabulary/element.h"

extern const struct element rss_elements[], atom_elements[];
extern const struct element content_elements[], dublin_core_elements[], media_elements[], itunes_elements[];
extern const struct element thread_elements[], slash_elements[], comment_api_elements[], license_elements[], xhtml_elements[], feedburner_elements[];
extern const struct element georss_elements[], gml_elements[], geo_elements[], podcast_elements[], chapter_elements[];
extern const struct element history_elements[], tombstone_elements[], syndication_elements[];

/* RSS's own words for when not to come. */
void syndication_skip_hours(struct record *r, xmlNode *node, const struct element *how);
void syndication_skip_days(struct record *r, xmlNode *node, const struct element *how);

/* Atom's readers, for where its elements stand in RSS without their namespace. */
void atom_link(struct record *r, xmlNode *node, const struct element *how);
void atom_author(struct record *r, xmlNode *node, const struct element *how);
void atom_category(struct record *r, xmlNode *node, const struct element *how);
void atom_source(struct record *r, xmlNode *node, const struct element *how);
