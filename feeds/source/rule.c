#include "feeds/source/rule.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char *const effects[] = { [RULE_INCLUDE] = "include", [RULE_EXCLUDE] = "exclude" };
static const char *const fields[] = { [RULE_TAG] = "tag", [RULE_AUTHOR] = "author", [RULE_TITLE] = "title" };

const char *rule_effect_name(enum rule_effect effect) { return effects[effect]; }
const char *rule_field_name(enum rule_field field) { return fields[field]; }

bool rule_effect_named(const char *name, enum rule_effect *effect)
{
	for (*effect = RULE_INCLUDE; *effect <= RULE_EXCLUDE; ++*effect)
		if (strcmp(effects[*effect], name) == 0)
			return true;
	return false;
}

bool rule_field_named(const char *name, enum rule_field *field)
{
	for (*field = RULE_TAG; *field <= RULE_TITLE; ++*field)
		if (strcmp(fields[*field], name) == 0)
			return true;
	return false;
}

/* The "]" that ends the set that opens at p, or NULL: then the bracket stands for itself.  A "]" that comes first is a member. */
static const char *set_end(const char *p)
{
	p += p[1] == '!' || p[1] == '^' ? 2 : 1;
	return *p ? strchr(p + 1, ']') : NULL;
}

static bool in_set(const char *p, const char *end, uint32_t c)
{
	bool not = p[1] == '!' || p[1] == '^', found = false;
	for (p += not ? 2 : 1; p < end;) {
		uint32_t from = text_next(&p), to = from;
		if (*p == '-' && p + 1 < end) {
			p++;
			to = text_next(&p);
		}
		found = found || (c >= from && c <= to);
	}
	return found != not;
}

/* Matches one character; *p moves on when it matches. */
static bool step(const char **p, uint32_t c)
{
	const char *end = **p == '[' ? set_end(*p) : NULL;
	if (end) {
		if (!in_set(*p, end, c))
			return false;
		*p = end + 1;
		return true;
	}
	const char *next = *p;
	bool any = *next == '?';
	if (*next == '\\' && next[1])
		next++;
	if (text_next(&next) != c && !any)
		return false;
	*p = next;
	return true;
}

/* Only the last star is tried again, so the time is at most the length of the pattern times that of the text. */
static bool pattern_matches(const char *p, const char *s)
{
	const char *star = NULL, *again = NULL;
	while (*s) {
		const char *next = s;
		uint32_t c = text_next(&next);
		if (*p == '*') {
			star = ++p;
			again = s;
		} else if (*p && step(&p, c)) {
			s = next;
		} else if (star) {
			p = star;
			text_next(&again);
			s = again;
		} else {
			return false;
		}
	}
	return p[strspn(p, "*")] == '\0';
}

bool rule_pattern_matches(const char *pattern, const char *text)
{
	void *scratch = talloc_new(NULL);
	bool yes = pattern_matches(text_fold(scratch, pattern), text_fold(scratch, text_squeeze(scratch, text)));
	talloc_free(scratch);
	return yes;
}

static bool matches(const struct rule *r, const struct entry *e)
{
	bool yes = false;
	switch (r->field) {
	case RULE_TITLE: return rule_pattern_matches(r->pattern, e->title ? e->title : "");
	case RULE_TAG:
		for (size_t i = 0; !yes && i < e->tag_count; i++)
			yes = rule_pattern_matches(r->pattern, e->tags[i]);
		return yes;
	case RULE_AUTHOR:
		for (size_t i = 0; !yes && i < e->author_count; i++)
			yes = (e->authors[i].name && rule_pattern_matches(r->pattern, e->authors[i].name)) || (e->authors[i].email && rule_pattern_matches(r->pattern, e->authors[i].email));
		return yes;
	}
	return false;
}

bool rule_admits(const struct rule *all, size_t count, const struct entry *e)
{
	bool choosy = false, chosen = false;
	for (size_t i = 0; i < count; i++) {
		if (all[i].effect == RULE_EXCLUDE && matches(&all[i], e))
			return false;
		choosy = choosy || all[i].effect == RULE_INCLUDE;
		chosen = chosen || (all[i].effect == RULE_INCLUDE && matches(&all[i], e));
	}
	return !choosy || chosen;
}

bool rule_list(void *owner, struct db *db, int64_t source, struct rule **all, struct error *err)
{
	size_t count = 0;
	struct db_rows *rows = db_query(db, "SELECT position, effect, field, pattern FROM source_rule WHERE source = $1 ORDER BY position", DB_ARGS(db_int(source)));
	*all = NULL;
	while (db_next(rows)) {
		struct rule *r = mem_push(owner, *all, count);
		*r = (struct rule){ db_column_int(rows, 0), (enum rule_effect)db_column_int(rows, 1), (enum rule_field)db_column_int(rows, 2), NULL };
		r->pattern = db_column_dup(*all, rows, 3);
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

/* Ends the transaction of a change, which also has the source read again. */
static bool end(struct db *db, int64_t source, bool fine, struct error *err)
{
	if (fine && source_reread(db, source, err))
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

static bool insert(struct db *db, int64_t source, struct rule *r, struct error *err)
{
	int64_t count;
	if (!db_get_int(db, "SELECT count(*) FROM source_rule WHERE source = $1", DB_ARGS(db_int(source)), &count, err))
		return false;
	if (count >= RULE_MAX)
		return error_set(err, ERROR_INVALID, "a source has %d rules at most", RULE_MAX);
	return db_get_int(db, "SELECT coalesce(max(position), 0) + 1 FROM source_rule WHERE source = $1", DB_ARGS(db_int(source)), &r->position, err) &&
	       db_run(db, "INSERT INTO source_rule (source, position, effect, field, pattern) SELECT id, $2, $3, $4, $5 FROM source WHERE id = $1",
	              DB_ARGS(db_int(source), db_int(r->position), db_int(r->effect), db_int(r->field), db_text(r->pattern)), err);
}

bool rule_add(struct db *db, int64_t source, struct rule *r, struct error *err)
{
	size_t size = strlen(r->pattern);
	if (text_blank(r->pattern) || size > RULE_PATTERN_MAX || !text_utf8(r->pattern, size))
		return error_set(err, ERROR_INVALID, "this is no pattern: a text of at most %d bytes, with * for any text", RULE_PATTERN_MAX);
	return db_begin(db, err) && end(db, source, insert(db, source, r, err), err);
}

static bool delete(struct db *db, int64_t source, int64_t position, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "DELETE FROM source_rule WHERE source = $1 AND position = $2", DB_ARGS(db_int(source), db_int(position)), &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "source %lld has no rule %lld: 'pennypost source rule %lld list' shows them", (long long)source,
	                            (long long)position, (long long)source);
}

bool rule_remove(struct db *db, int64_t source, int64_t position, struct error *err)
{
	return db_begin(db, err) && end(db, source, delete(db, source, position, err), err);
}
