#pragma once
/*
 * rule - include and exclude rules for the entries of a source.
 *
 * When a source has include rules, an entry must match one of them; one that
 * matches an exclude rule is left out whatever else it matches.  A pattern is
 * like a shell's: "*" is any text, "?" one character, "[a-f]" one of these
 * ("[!a-f]" none of them), and a backslash escapes the next character.  It
 * must match the whole field, whatever the case; one tag or author that
 * matches is enough.
 */
#include "feeds/source/source.h"

enum rule_effect { RULE_INCLUDE, RULE_EXCLUDE };
enum rule_field { RULE_TAG, RULE_AUTHOR, RULE_TITLE };
enum { RULE_PATTERN_MAX = 500, RULE_MAX = 100 };

struct rule {
	int64_t position;
	enum rule_effect effect;
	enum rule_field field;
	const char *pattern;
};

/* A source's, by position; array of owner's, its length is talloc_array_length. */
bool rule_list(void *owner, struct db *db, int64_t source, struct rule **all, struct error *err);
/* Adds it after the others and sets rule->position.  ERROR_INVALID: the pattern is empty or too long.
 * Adding and removing call source_reread; ERROR_TEMPORARY while another process fetches the source. */
bool rule_add(struct db *db, int64_t source, struct rule *rule, struct error *err);
bool rule_remove(struct db *db, int64_t source, int64_t position, struct error *err);
/* Is the entry wanted? */
bool rule_admits(const struct rule *all, size_t count, const struct entry *entry);
/* Does the pattern match the text? */
bool rule_pattern_matches(const char *pattern, const char *text);

/* "include", "exclude"; "tag", "author", "title". */
bool rule_effect_named(const char *name, enum rule_effect *effect);
bool rule_field_named(const char *name, enum rule_field *field);
const char *rule_effect_name(enum rule_effect effect);
const char *rule_field_name(enum rule_field field);
