#pragma once
/*
 * template - Mustache (the official spec's core and partials) over JSON data.
 *
 * Templates are parsed once and rendered many times.  {{x}} escapes for
 * HTML; a template made with TEMPLATE_TEXT does not escape at all.
 * Partials are looked up by name through the set that the template came
 * from, and escape by their own mode.  Lambdas are not supported;
 * inheritance and dynamic names are not either.
 *
 * Where the spec leaves a choice: false, null, 0, "", [] and a missing
 * name are false to a section; an object or a list writes nothing as a
 * variable; a blank line of a partial is not indented.
 */
#include "gateway/base/text/error.h"
#include <jansson.h>
#include <stdio.h>

struct template_set;
enum template_mode { TEMPLATE_HTML, TEMPLATE_TEXT };

/* All embedded files PREFIX*.mustache, parsed, by their base name without ".mustache" ("home"); names ending in
 * ".txt" ("letter.txt") are TEMPLATE_TEXT.  NULL with err naming file and line of a mistake, a partial that is not
 * in the set included. */
struct template_set *template_set_load(void *owner, const char *prefix, struct error *err);
/* An empty set, to be filled with template_set_add. */
struct template_set *template_set_new(void *owner);
/* Parses a copy of source.  ERROR_INVALID says "NAME:LINE: what is wrong"; ERROR_EXISTS: the name is taken. */
bool template_set_add(struct template_set *set, const char *name, const char *source, enum template_mode mode, struct error *err);
/* The same, but a file of that name in folder (unless NULL) takes the place of an embedded one.  ERROR_INVALID also for a file *.mustache there whose
 * name none of ours has. */
struct template_set *template_set_load_over(void *owner, const char *prefix, const char *folder, struct error *err);
/* Renders the template of that name with data onto out.  False when there is no such template (ERROR_NOT_FOUND, nothing
 * written), or when its partials nest deeper than any page does, which ends those that call themselves for ever. */
bool template_render(const struct template_set *set, const char *name, const json_t *data, FILE *out, struct error *err);
