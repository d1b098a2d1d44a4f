#pragma once
/*
 * notes - recognising footnotes in an entry's clean HTML (feeds/clean.h has their one form).
 */
#include "gateway/base/html.h"

/* <sup><a role="doc-noteref">N</a></sup>: the mark in the text.  Its number is note_number. */
bool note_is_mark(const struct html_node *node);
/* <a role="doc-backlink">: the way back from a note. */
bool note_is_backlink(const struct html_node *node);
/* <section role="doc-endnotes">: all notes of an entry. */
bool note_is_section(const struct html_node *node);
/* The text of a mark; belongs to owner. */
char *note_number(void *owner, const struct html_node *mark);
/* How many notes there are below root. */
size_t note_count(const struct html_node *root);
