#include "subscribers/people/subscriber.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "subscribers/people/audience.h"
#include "subscribers/people/erasure.h"
#include <string.h>

#define COLUMNS "id, subscriber, publication, kind, value, state, created, confirmed, ended, reason, (SELECT s.tier FROM subscriber s WHERE s.id = subscriber)"

static struct address *from_row(void *owner, struct db_rows *rows)
{
	struct address *a = mem_new(owner, struct address);
	a->id = db_column_int(rows, 0);
	a->subscriber = db_column_int(rows, 1);
	a->publication = db_column_int(rows, 2);
	a->kind = (enum address_kind)db_column_int(rows, 3);
	a->value = db_column_dup(a, rows, 4);
	a->state = (enum address_state)db_column_int(rows, 5);
	a->created = db_column_int(rows, 6);
	a->confirmed = db_column_int(rows, 7);
	a->ended = db_column_int(rows, 8);
	a->reason = db_column_dup(a, rows, 9);
	a->tier = (enum subscriber_tier)db_column_int(rows, 10);
	return a;
}

static struct address *one(void *owner, struct db *db, const char *sql, const struct db_value *args, struct error *err)
{
	struct db_rows *rows = db_query(db, sql, args);
	return db_finish_one(rows, db_next(rows) ? from_row(owner, rows) : NULL, "there is no such address", err);
}

struct address *address_get(void *owner, struct db *db, int64_t id, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM address WHERE id = (SELECT CASE merged WHEN 0 THEN id ELSE merged END FROM address WHERE id = $1)",
	           DB_ARGS(db_int(id)), err);
}

char *address_fold(void *owner, enum address_kind kind, const char *value)
{
	if (kind != ADDRESS_MAIL)
		return mem_dup(owner, value);
	char *clean = mailbox_normalise(NULL, value), *folded = clean ? mailbox_fold(owner, clean) : NULL;
	talloc_free(clean);
	return folded;
}

struct address *address_find(void *owner, struct db *db, int64_t publication, enum address_kind kind, const char *value,
                             struct error *err)
{
	char *folded = address_fold(NULL, kind, value);
	if (!folded) {
		error_set(err, ERROR_INVALID, "'%s' is not a mail address", value);
		return NULL;
	}
	struct address *a = address_find_folded(owner, db, publication, kind, folded, err);
	talloc_free(folded);
	return a;
}

struct address *address_find_folded(void *owner, struct db *db, int64_t publication, enum address_kind kind, const char *folded, struct error *err)
{
	return one(owner, db, "SELECT " COLUMNS " FROM address WHERE publication = $1 AND kind = $2 AND folded = $3 AND merged = 0",
	           DB_ARGS(db_int(publication), db_int(kind), db_text(folded)), err);
}

bool address_find_each(void *owner, struct db *db, int64_t publication, const char *const *folded, size_t count, struct address **found, struct error *err)
{
	struct db_value args[ADDRESS_FIND_MAX + 2] = { db_int(publication) };
	for (size_t i = 0; i < ADDRESS_FIND_MAX; i++)
		args[i + 1] = db_text(folded[i < count ? i : 0]);
	args[ADDRESS_FIND_MAX + 1] = (struct db_value){ DB_END, 0, 0, 0 };
	struct db_rows *rows = db_query(db, "SELECT " COLUMNS ", folded FROM address WHERE publication = $1 AND kind = 0 AND merged = 0 AND folded IN " DB_FROM_2_TO_51, args);
	for (size_t i = 0; i < count; i++)
		found[i] = NULL;
	while (db_next(rows)) {
		struct address *a = from_row(owner, rows);
		for (size_t i = 0; i < count; i++)
			found[i] = strcmp(folded[i], db_column_text(rows, 11)) == 0 ? a : found[i];
	}
	return db_finish(rows, err);
}

bool address_make(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *id, struct error *err)
{
	int64_t subscriber;
	char *folded = mem_check(address_fold(NULL, kind, value));
	bool fine = db_get_int(db, "INSERT INTO subscriber (publication, created) VALUES ($1, $2) RETURNING id",
	                       DB_ARGS(db_int(publication), db_int(clock_now())), &subscriber, err) &&
	            db_get_int(db, "INSERT INTO address (subscriber, publication, kind, value, folded, state, created, confirmed, ended)"
	                           " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) RETURNING id",
	                       DB_ARGS(db_int(subscriber), db_int(publication), db_int(kind), db_text(value), db_text(folded), db_int(ADDRESS_PENDING),
	                               db_int(clock_now())), id, err);
	talloc_free(folded);
	return fine;
}

/* Who comes, or comes back, has had nothing and is owed nothing: they begin with the next post. */
#define BEGIN_ANEW "digested = (SELECT p.posted FROM publication p WHERE p.id = address.publication), due = NULL"

/* Changes an address by sql, whose first parameter is its id; each row that it changes becomes one more, or less, who is confirmed. */
static bool change_counted(struct db *db, int64_t address, const char *sql, const struct db_value *args, int64_t n, int64_t *changed, struct error *err)
{
	int64_t publication = 0, kind = 0;
	if (!db_change(db, sql, args, changed, err))
		return false;
	if (!*changed)
		return true;
	struct db_rows *rows = db_query(db, "SELECT publication, kind FROM address WHERE id = $1", DB_ARGS(db_int(address)));
	if (db_next(rows)) {
		publication = db_column_int(rows, 0);
		kind = db_column_int(rows, 1);
	}
	return db_finish(rows, err) && tally_add(db, publication, TALLY_MAIL + (enum tally)kind, "", n, err);
}

static bool confirm(struct db *db, int64_t address, int64_t consent, struct error *err)
{
	int64_t changed;
	return change_counted(db, address, "UPDATE address SET state = $2, confirmed = $3, consent = $4, ended = 0, reason = NULL, " BEGIN_ANEW " WHERE id = $1 AND state <> $2",
	                      DB_ARGS(db_int(address), db_int(ADDRESS_CONFIRMED), db_int(clock_now()), db_int(consent)), 1, &changed, err);
}

bool address_confirm(struct db *db, int64_t address, int64_t consent, struct error *err)
{
	return db_begin(db, err) && db_end(db, confirm(db, address, consent, err), err);
}

static bool end(struct db *db, int64_t address, enum address_state to, const char *reason, int64_t *changed, struct error *err)
{
	static const char sql[] = "UPDATE address SET state = $2, ended = $3, reason = $4 WHERE id = $1 AND state IN ($5, $6)";
	int64_t now = clock_now();
	return change_counted(db, address, sql, DB_ARGS(db_int(address), db_int(to), db_int(now), db_text(reason), db_int(ADDRESS_CONFIRMED), db_int(ADDRESS_CONFIRMED)), -1,
	                      changed, err) &&
	       (*changed || db_change(db, sql, DB_ARGS(db_int(address), db_int(to), db_int(now), db_text(reason), db_int(ADDRESS_PENDING), db_int(ADDRESS_HELD)), changed, err));
}

bool address_end(struct db *db, int64_t address, enum address_state to, const char *reason, bool *ended, struct error *err)
{
	int64_t changed = 0;
	if (!db_begin(db, err) || !db_end(db, end(db, address, to, reason, &changed, err), err))
		return false;
	*ended = changed > 0;
	return true;
}

static bool is_erased(struct db *db, int64_t publication, const char *mail, bool *erased, struct error *err)
{
	char *folded = mem_check(address_fold(NULL, ADDRESS_MAIL, mail));
	bool fine = erasure_has(db, publication, folded, erased, err);
	talloc_free(folded);
	return fine;
}

/* *refused: nothing was changed, and err says why. */
static bool vouch(struct db *db, int64_t publication, const char *mail, int64_t *id, bool *refused, struct error *err)
{
	struct address *had = address_find(NULL, db, publication, ADDRESS_MAIL, mail, err);
	enum address_state state = had ? had->state : ADDRESS_PENDING;
	int64_t consent;
	*id = had ? had->id : 0;
	talloc_free(had);
	if (!*id && err->kind != ERROR_NOT_FOUND)
		return false;
	bool erased = false;
	if (!*id && !is_erased(db, publication, mail, &erased, err))
		return false;
	*refused = erased || state == ADDRESS_CONFIRMED || state == ADDRESS_LEFT || state == ADDRESS_SUPPRESSED;
	if (erased)
		return error_set(err, ERROR_INVALID, "'%s' asked to be forgotten: only they themselves can come back", mail);
	switch (state) {
	case ADDRESS_CONFIRMED: return error_set(err, ERROR_EXISTS, "'%s' subscribes already", mail);
	case ADDRESS_LEFT: return error_set(err, ERROR_INVALID, "'%s' unsubscribed: only they themselves can come back", mail);
	case ADDRESS_SUPPRESSED: return error_set(err, ERROR_INVALID, "'%s' is suppressed: letters to it came back or were refused", mail);
	case ADDRESS_PENDING:
	case ADDRESS_HELD:
	case ADDRESS_CONTACT: break;
	}
	return (*id || address_make(db, publication, ADDRESS_MAIL, mail, id, err)) &&
	       consent_record(db, *id, CONSENT_OWNER, &(struct consent){ "", "added by the owner" }, &consent, err) && address_confirm(db, *id, consent, err);
}

bool subscriber_add_confirmed(struct db *db, int64_t publication, const char *mail, int64_t *address, struct error *err)
{
	char *clean = mailbox_normalise(NULL, mail);
	if (!clean)
		return error_set(err, ERROR_INVALID, "'%s' is not a mail address", mail);
	struct error why;
	bool refused = false, fine = db_begin(db, err);
	if (fine) {
		bool vouched = vouch(db, publication, clean, address, &refused, &why);
		/* A refusal ends no transaction of the caller's. */
		fine = db_end(db, vouched || refused, &why) && !refused;
		if (!fine)
			*err = why;
	}
	talloc_free(clean);
	return fine;
}

static bool follow(struct db *db, int64_t publication, const char *actor, const char *id, int64_t *address, struct error *err)
{
	struct address *had = address_find(NULL, db, publication, ADDRESS_ACTOR, actor, err);
	*address = had ? had->id : 0;
	bool suppressed = had && had->state == ADDRESS_SUPPRESSED;
	talloc_free(had);
	if (suppressed)
		return error_set(err, ERROR_INVALID, "'%s' is blocked from following", actor);
	if (!*address && (err->kind != ERROR_NOT_FOUND || !address_make(db, publication, ADDRESS_ACTOR, actor, address, err)))
		return false;
	int64_t consent;
	return consent_record(db, *address, CONSENT_FOLLOWED, &(struct consent){ "", id }, &consent, err) && address_confirm(db, *address, consent, err) &&
	       db_run(db, "UPDATE address SET follow = $2 WHERE id = $1", DB_ARGS(db_int(*address), db_text(id)), err);
}

bool subscriber_follow(struct db *db, int64_t publication, const char *actor, const char *id, int64_t *address, struct error *err)
{
	return db_begin(db, err) && db_end(db, follow(db, publication, actor, id, address, err), err);
}

bool subscriber_by_follow(struct db *db, const char *actor, const char *id, int64_t *address, struct error *err)
{
	return db_get_int(db, "SELECT id FROM address WHERE kind = $1 AND value = $2 AND follow = $3",
	                  DB_ARGS(db_int(ADDRESS_ACTOR), db_text(actor), db_text(id)), address, err);
}

bool subscriber_follow_id(void *owner, struct db *db, int64_t address, char **follow, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT follow FROM address WHERE id = $1", DB_ARGS(db_int(address)));
	*follow = db_next(rows) ? db_column_dup(owner, rows, 0) : NULL;
	return db_finish(rows, err);
}

static bool make_contact(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *id, struct error *err)
{
	struct address *had = address_find(NULL, db, publication, kind, value, err);
	enum address_state state = had ? had->state : ADDRESS_PENDING;
	*id = had ? had->id : 0;
	talloc_free(had);
	if (state == ADDRESS_SUPPRESSED)
		return error_set(err, ERROR_INVALID, "'%s' is suppressed: what was sent there came back or was refused", value);
	if (*id)
		return true;
	return err->kind == ERROR_NOT_FOUND && address_make(db, publication, kind, value, id, err) &&
	       db_run(db, "UPDATE address SET state = $2 WHERE id = $1", DB_ARGS(db_int(*id), db_int(ADDRESS_CONTACT)), err);
}

bool subscriber_contact(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *address, struct error *err)
{
	struct error why;
	if (!db_begin(db, err))
		return false;
	bool fine = make_contact(db, publication, kind, value, address, &why), refused = !fine && why.kind == ERROR_INVALID;
	/* A refusal has changed nothing.  To roll it back would end the caller's transaction too, and so keep the planner from its work. */
	if (!db_end(db, fine || refused, &why) || refused) {
		*err = why;
		return false;
	}
	return true;
}

bool subscriber_owner(struct db *db, const struct publication *p, int64_t *address, struct error *err)
{
	return subscriber_contact(db, p->id, ADDRESS_MAIL, p->owner_mail, address, err);
}

bool subscriber_leave(struct db *db, int64_t address, const struct consent *how, struct error *err)
{
	bool left;
	if (!db_begin(db, err))
		return false;
	bool fine = address_end(db, address, ADDRESS_LEFT, NULL, &left, err) && (!left || consent_record(db, address, CONSENT_LEFT, how, NULL, err));
	return db_end(db, fine, err);
}

bool subscriber_return(struct db *db, int64_t address, const struct consent *how, struct error *err)
{
	int64_t changed, consent;
	if (!db_begin(db, err))
		return false;
	bool fine = change_counted(db, address, "UPDATE address SET state = $2, confirmed = $3, ended = 0, " BEGIN_ANEW " WHERE id = $1 AND state = $4 AND confirmed > 0",
	                           DB_ARGS(db_int(address), db_int(ADDRESS_CONFIRMED), db_int(clock_now()), db_int(ADDRESS_LEFT)), 1, &changed, err) &&
	            (changed == 0 || (consent_record(db, address, CONSENT_CONFIRMED, how, &consent, err) &&
	                              db_run(db, "UPDATE address SET consent = $2 WHERE id = $1", DB_ARGS(db_int(address), db_int(consent)), err)));
	return db_end(db, fine, err);
}

bool subscriber_suppress(struct db *db, int64_t address, const char *why, struct error *err)
{
	bool ended;
	if (!db_begin(db, err))
		return false;
	/* One who had left, or is only a contact, becomes suppressed as well. */
	bool fine = address_end(db, address, ADDRESS_SUPPRESSED, why, &ended, err) &&
	            (ended || db_run(db, "UPDATE address SET state = $2, ended = $3, reason = $4 WHERE id = $1",
	                             DB_ARGS(db_int(address), db_int(ADDRESS_SUPPRESSED), db_int(clock_now()), db_text(why)), err));
	return db_end(db, fine, err);
}

static bool unsuppress(struct db *db, int64_t address, struct error *err)
{
	int64_t changed, left, confirmed = 0;
	/* Who left before it was suppressed has left. */
	if (!db_get_int(db, "SELECT count(*) FROM consent c WHERE c.address = $1 AND c.event = $2 AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.address = $1"
	                    " AND n.id > c.id AND n.event IN ($3, $4, $5))",
	                DB_ARGS(db_int(address), db_int(CONSENT_LEFT), db_int(CONSENT_CONFIRMED), db_int(CONSENT_OWNER), db_int(CONSENT_FOLLOWED)), &left, err) ||
	    !db_get_int(db, "SELECT count(*) FROM address WHERE id = $1 AND confirmed > 0", DB_ARGS(db_int(address)), &confirmed, err))
		return false;
	enum address_state to = left ? ADDRESS_LEFT : confirmed ? ADDRESS_CONFIRMED : ADDRESS_PENDING;
	return change_counted(db, address, "UPDATE address SET state = $2, reason = NULL, ended = CASE WHEN $3 = 0 THEN 0 ELSE ended END, " BEGIN_ANEW " WHERE id = $1 AND state = $4",
	                      DB_ARGS(db_int(address), db_int(to), db_int(to == ADDRESS_LEFT), db_int(ADDRESS_SUPPRESSED)), to == ADDRESS_CONFIRMED, &changed, err) &&
	       (changed || error_set(err, ERROR_INVALID, "it is not suppressed"));
}

bool subscriber_unsuppress(struct db *db, int64_t address, struct error *err)
{
	return db_begin(db, err) && db_end(db, unsuppress(db, address, err), err);
}

bool subscriber_count(struct db *db, int64_t publication, int kind, int64_t *count, struct error *err)
{
	int64_t mail = 0, actors = 0;
	if ((kind != ADDRESS_ACTOR && !tally_get(db, publication, TALLY_MAIL, "", &mail, err)) ||
	    (kind != ADDRESS_MAIL && !tally_get(db, publication, TALLY_ACTORS, "", &actors, err)))
		return false;
	*count = mail + actors;
	return true;
}

bool subscriber_list(void *owner, struct db *db, int64_t publication, int kind, const struct audience *audience, int64_t after, int64_t limit,
                     struct address ***all, struct error *err)
{
	struct db_value args[AUDIENCE_VALUES_MAX + 5] = { db_int(publication), db_int(kind), db_int(after), db_int(limit), { DB_END, 0, 0, 0 } };
	void *scratch = talloc_new(NULL);
	const char *more = audience ? audience_sql(scratch, audience, 5, args + 4) : "";
	struct db_rows *rows = db_query(db, mem_printf(scratch, "SELECT " COLUMNS " FROM address a WHERE publication = $1 AND ($2 < 0 OR kind = $2) AND merged = 0 AND id > $3%s"
	                                                     " ORDER BY id LIMIT $4", more), args);
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct address *a = from_row(owner, rows);
		*mem_push(owner, *all, count) = a;
	}
	mem_fit(owner, *all, count);
	bool fine = db_finish(rows, err);
	talloc_free(scratch);
	return fine;
}

const char *address_state_name(enum address_state state)
{
	static const char *const names[] = { "pending", "confirmed", "left", "suppressed", "contact", "held" };
	return names[state];
}

const char *address_kind_name(enum address_kind kind) { return kind == ADDRESS_MAIL ? "mail" : "actor"; }
