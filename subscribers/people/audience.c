#include "subscribers/people/audience.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "gateway/base/text/text.h"
#include "subscribers/people/subscriber.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Conditions on the address a; each has one parameter, whose number takes the place of %d. */
struct audience_key {
	const char *name, *sql;
	bool (*read)(void *owner, const struct publication *p, const char *value, struct db_value *to, struct error *err);
};

struct value {
	const struct audience_key *key;
	bool not, more; /* more: the next value belongs to the same term */
	struct db_value arg;
};

struct audience {
	struct value *values;
	size_t count;
};

static bool read_tag(void *owner, const struct publication *p, const char *value, struct db_value *to, struct error *err)
{
	(void)p;
	char *slug = text_tag(owner, value);
	*to = db_text(slug);
	return *slug || error_set(err, ERROR_INVALID, "'%s' is no tag", value);
}

static bool read_consent(void *owner, const struct publication *p, const char *value, struct db_value *to, struct error *err)
{
	static const struct { const char *word; enum consent_event event; } words[] = {
		{ "form", CONSENT_CONFIRMED }, { "import", CONSENT_IMPORTED }, { "owner", CONSENT_OWNER }, { "follow", CONSENT_FOLLOWED } };
	(void)owner, (void)p;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, value) == 0) {
			*to = db_int(words[i].event);
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no way to consent: form, import, owner or follow", value);
}

static bool read_number(void *owner, const struct publication *p, const char *value, struct db_value *to, struct error *err)
{
	(void)owner, (void)p;
	char *end;
	errno = 0;
	long long n = strtoll(value, &end, 10);
	*to = db_int(n);
	return (end != value && !*end && !errno && n > 0) || error_set(err, ERROR_INVALID, "'%s' is no id", value);
}

/* A day begins at midnight in the zone of the publication. */
static bool read_day(void *owner, const struct publication *p, const char *value, struct db_value *to, struct error *err)
{
	int64_t at;
	char *midnight = mem_printf(owner, "%s 00:00", value);
	if (!zone_parse_local(p->time_zone, midnight, &at))
		return error_set(err, ERROR_INVALID, "'%s' is no date like 2026-01-31", value);
	*to = db_int(at);
	return true;
}

static bool read_tier(void *owner, const struct publication *p, const char *value, struct db_value *to, struct error *err)
{
	enum subscriber_tier tier = TIER_SUBSCRIBER;
	(void)owner, (void)p;
	bool fine = tier_named(value, &tier, err);
	*to = db_int(tier);
	return fine;
}

static const struct audience_key keys[] = {
	{ "tag", "EXISTS (SELECT 1 FROM subscriber_tag t WHERE t.subscriber = a.subscriber AND t.slug = $%d)", read_tag },
	{ "consent", "EXISTS (SELECT 1 FROM consent c WHERE c.id = (SELECT max(n.id) FROM consent n WHERE n.address = a.id AND n.event IN (1, 3, 4, 6)) AND c.event = $%d)",
	  read_consent },
	{ "import", "a.import = $%d", read_number },
	{ "confirmed-since", "a.confirmed >= $%d", read_day },
	{ "confirmed-before", "a.confirmed < $%d", read_day },
	{ "got", "EXISTS (SELECT 1 FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.address = a.id AND d.state = 2 AND i.entry = $%d)", read_number },
	{ "tier", "EXISTS (SELECT 1 FROM subscriber s WHERE s.id = a.subscriber AND s.tier = $%d)", read_tier },
};

static const struct audience_key *key_named(const char *name)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

/* "-tag=a|b" */
static bool read_term(struct audience *a, const struct publication *p, char *term, struct error *err)
{
	bool not = *term == '-';
	char *equals = strchr(term, '='), *name = term + not;
	if (equals)
		*equals = '\0';
	const struct audience_key *key = equals ? key_named(text_trim(a, name)) : NULL;
	if (!key)
		return error_set(err, ERROR_INVALID, "'%s' is no part of an audience: tag=, consent=, import=, confirmed-since=, confirmed-before=, got= or tier=, '-' before it for who is not, or all", term);
	for (char *at = equals + 1, *bar; at; at = bar) {
		bar = strchr(at, '|');
		if (bar)
			*bar++ = '\0';
		struct value v = { .key = key, .not = not, .more = bar != NULL };
		if (!key->read(a, p, text_trim(a, at), &v.arg, err))
			return false;
		*mem_push(a, a->values, a->count) = v;
	}
	return a->count < AUDIENCE_VALUES_MAX || error_set(err, ERROR_INVALID, "an audience has %d values at most", AUDIENCE_VALUES_MAX - 1);
}

struct audience *audience_parse(void *owner, const struct publication *p, const char *text, struct error *err)
{
	struct audience *a = mem_new(owner, struct audience);
	bool fine = true, all = strcmp(text_trim(a, text), "all") == 0 || text_blank(text);
	for (const char *at = text; fine && !all && at;) {
		const char *comma = strchr(at, ',');
		fine = read_term(a, p, text_trim(a, mem_ndup(a, at, comma ? (size_t)(comma - at) : strlen(at))), err);
		at = comma ? comma + 1 : NULL;
	}
	if (fine)
		return a;
	talloc_free(a);
	return NULL;
}

struct audience *audience_tagged(void *owner, const char *tag, struct error *err)
{
	struct audience *a = mem_new(owner, struct audience);
	struct value v = { .key = key_named("tag") };
	if (!read_tag(a, NULL, tag, &v.arg, err)) {
		talloc_free(a);
		return NULL;
	}
	*mem_push(a, a->values, a->count) = v;
	return a;
}

void audience_limit(struct audience *a, enum subscriber_tier tier)
{
	*mem_push(a, a->values, a->count) = (struct value){ .key = key_named("tier"), .arg = db_int(tier) };
}

bool audience_is_all(const struct audience *a) { return a->count == 0; }

char *audience_sql(void *owner, const struct audience *a, int first, struct db_value *args)
{
	char *sql = mem_dup(owner, "");
	bool begins = true;
	for (size_t i = 0; i < a->count; i++) {
		const struct value *v = &a->values[i];
		const char *where = strstr(v->key->sql, "%d");
		sql = mem_printf(owner, "%s%s%.*s%d%s%s", sql, !begins ? " OR " : v->not ? " AND NOT (" : " AND (", (int)(where - v->key->sql), v->key->sql, first + (int)i, where + 2,
		                 v->more ? "" : ")");
		args[i] = v->arg;
		begins = !v->more;
	}
	args[a->count] = (struct db_value){ DB_END, 0, 0, 0 };
	return sql;
}

bool audience_count(struct db *db, int64_t publication, const struct audience *a, int64_t *count, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct db_value args[AUDIENCE_VALUES_MAX + 4] = { db_int(publication), db_int(ADDRESS_CONFIRMED), db_int(ADDRESS_MAIL) };
	char *sql = mem_printf(scratch, "SELECT count(*) FROM address a WHERE a.publication = $1 AND a.state = $2 AND a.kind = $3 AND a.merged = 0%s",
	                       audience_sql(scratch, a, 4, args + 3));
	bool fine = db_get_int(db, sql, args, count, err);
	talloc_free(scratch);
	return fine;
}
_Static_assert(CONSENT_CONFIRMED == 1 && CONSENT_OWNER == 3 && CONSENT_FOLLOWED == 4 && CONSENT_IMPORTED == 6, "the SQL has these numbers");
