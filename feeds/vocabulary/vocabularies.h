#pragma once
/*
 * vocabularies - the tables of elements.  namespaces.c says which namespace has which.
 */
#include "feeds/vocabulary/element.h"

extern const struct element rss_elements[], atom_elements[];
extern const struct element content_elements[], dublin_core_elements[], media_elements[], itunes_elements[];
extern const struct element thread_elements[], slash_elements[], comment_api_elements[], license_elements[], xhtml_elements[], feedburner_elements[];
extern const struct element georss_elements[], gml_elements[], geo_elements[], podcast_elements[], chapter_elements[];
extern const struct element history_elements[], tombstone_elements[], syndication_elements[];

/* The readers of RSS's <skipHours> and <skipDays>. */
void syndication_skip_hours(struct record *r, xmlNode *node, const struct element *row);
void syndication_skip_days(struct record *r, xmlNode *node, const struct element *row);

/* Readers of Atom that RSS's table uses too, for Atom elements without their namespace. */
void atom_link(struct record *r, xmlNode *node, const struct element *row);
void atom_author(struct record *r, xmlNode *node, const struct element *row);
void atom_category(struct record *r, xmlNode *node, const struct element *row);
void atom_source(struct record *r, xmlNode *node, const struct element *row);
