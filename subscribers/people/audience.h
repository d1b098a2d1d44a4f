#pragma once
/*
 * audience - some of a publication's readers, as its owner describes them: "tag=vip|founder, -tag=press, confirmed-since=2026-01-01".
 *
 * All of the terms must hold; of the values of one term (with | between) one must.  A term with '-' before it must not hold:
 *
 *   tag=NAME               has the tag
 *   consent=HOW            how they came: form, import, owner or follow
 *   import=N               the list that brought them ('subscriber imports')
 *   confirmed-since=DATE   confirmed on that day, in the publication's zone, or later
 *   confirmed-before=DATE
 *   got=ID                 the post or letter of that id went to them
 *   tier=TIER              subscriber or supporter
 *
 * "all", or nothing, is everybody.
 */
#include "gateway/archive/store/publication.h"
#include "gateway/base/db/db.h"
#include "subscribers/people/tier.h"

/* The most parameters that an audience adds to a statement; one of them is for audience_limit. */
enum { AUDIENCE_VALUES_MAX = 31 };

struct audience;

/* ERROR_INVALID says what is wrong, and what would be right.  Belongs to owner. */
struct audience *audience_parse(void *owner, const struct publication *p, const char *text, struct error *err);
/* Only those of them who are of this tier. */
void audience_limit(struct audience *a, enum subscriber_tier tier);
/* Those who have the tag, whatever is in its name. */
struct audience *audience_tagged(void *owner, const char *tag, struct error *err);
bool audience_is_all(const struct audience *a);
/* Conditions upon the address a, " AND ..."; their parameters begin with $first, and are put at args, which has room for AUDIENCE_VALUES_MAX + 1:
 * DB_END is behind them.  The text belongs to owner, what args point at to the audience. */
char *audience_sql(void *owner, const struct audience *a, int first, struct db_value *args);
/* Those of them who get letters. */
bool audience_count(struct db *db, int64_t publication, const struct audience *a, int64_t *count, struct error *err);
