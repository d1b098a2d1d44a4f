#pragma once
/*
 * jsonld_repair - the JSON of other servers made readable: one odd value must not hide all the others.
 */
#include <jansson.h>

/* text, in which what is not UTF-8 becomes U+FFFD.  Belongs to owner. */
char *jsonld_repair_utf8(void *owner, const char *text);
/* Parses text, with repairs when a strict parser refuses it: a byte order mark, bytes that are not UTF-8, halves of surrogate pairs,
 * numbers that no double or 64 bits hold, and what feeds/text/repair_json.h repairs.  NULL with why. */
json_t *jsonld_repair_load(const char *text, size_t size, json_error_t *why);
/* The same document as the compact form with ActivityStreams' own names: "as:actor" and the whole IRI are "actor", "@id" and "@type" are
 * "id" and "type", {"@value": x} is x, and NULs in strings are left out.  Takes json over; a new reference, or NULL when it is
 * nested too deeply. */
json_t *jsonld_repair_compact(json_t *json);
