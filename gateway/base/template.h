#pragma once
/*
 * template - Mustache (the official spec's core and partials) over JSON data.
 *
 * Templates are parsed once and rendered many times.  {{x}} escapes for
 * HTML; a template made with TEMPLATE_TEXT does not escape at all.
 * Partials are looked up by name through the set that the template came
 * from.  Lambdas are not supported; inheritance is not either.
 */
#include "gateway/base/error.h"
#include <jansson.h>
#include <stdio.h>

struct template;
struct template_set;
enum template_mode { TEMPLATE_HTML, TEMPLATE_TEXT };

/* All embedded files PREFIX*.mustache, parsed, by their base name without ".mustache" ("home"); names ending in
 * ".txt" ("letter.txt") are TEMPLATE_TEXT.  NULL with err naming file and line of a mistake. */
struct template_set *template_set_load(void *owner, const char *prefix, struct error *err);
/* An empty set, to be filled with template_set_add. */
struct template_set *template_set_new(void *owner);
bool template_set_add(struct template_set *set, const char *name, const char *source, enum template_mode mode, struct error *err);
/* Renders the template of that name with data onto out; false (nothing written) when there is no such template. */
bool template_render(const struct template_set *set, const char *name, const json_t *data, FILE *out, struct error *err);
