#include "subscribers/roster/roster_store.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"

/* People of one flush; rows of one INSERT, which may have 64 parameters. */
enum { MOST = 250, GROUP = 50 };

/* Parameters of one statement for each of many rows, as db_run_each takes them. */
struct sets {
	struct db_value *values;
	size_t count, stride;
};

static void put(void *owner, struct sets *sets, const struct db_value *values)
{
	size_t n = 0;
	for (bool more = true; more; n++) {
		more = values[n].type != DB_END;
		*mem_push(owner, sets->values, sets->count) = values[n];
	}
	sets->stride = n;
}

static bool run_all(struct db *db, const char *sql, const struct sets *sets, struct error *err)
{
	return !sets->count || db_run_each(db, sql, sets->values, sets->stride, sets->count / sets->stride, err);
}

/* ($1, $2), ($1, $3), ... */
static char *insert_subscribers(void *owner, size_t count)
{
	struct document *d = document_new(owner);
	fputs("INSERT INTO subscriber (publication, created) VALUES ", document_out(d));
	for (size_t i = 0; i < count; i++)
		fprintf(document_out(d), "%s($1, $%zu)", i ? ", " : "", i + 2);
	fputs(" RETURNING id", document_out(d));
	return document_finish(d, owner);
}

/* Subscribers are alike but for their time; it may come to be another's of the same group if an engine does not number them in order. */
static bool add_subscribers(void *owner, struct roster_store *s, size_t from, size_t count, int64_t *ids, struct error *err)
{
	struct db_value args[GROUP + 2] = { db_int(s->publication) };
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		args[i + 1] = db_int(s->people[from + i].created);
	args[count + 1] = (struct db_value){ DB_END, 0, 0, 0 };
	struct db_rows *rows = db_query(s->db, insert_subscribers(owner, count), args);
	while (db_next(rows) && n < count)
		ids[from + n++] = db_column_int(rows, 0);
	return db_finish(rows, err);
}

static void put_address(void *owner, struct sets *sets, const struct roster_store *s, const struct roster_person *who, int64_t subscriber)
{
	const struct roster_row *row = who->row;
	bool ended = who->state == ADDRESS_LEFT || who->state == ADDRESS_SUPPRESSED;
	put(owner, sets, DB_ARGS(db_int(subscriber), db_int(s->publication), db_int(row->kind), db_text(row->value), db_text(row->folded), db_int(who->state),
	                         db_int(who->created), db_int(who->confirmed), db_int(who->ended), db_text(ended ? row->reason : NULL), db_text(row->follow),
	                         db_int(s->import), db_int(s->consent)));
}

static bool add_addresses(struct roster_store *s, const struct sets *sets, struct error *err)
{
	return run_all(s->db, "INSERT INTO address (subscriber, publication, kind, value, folded, state, created, confirmed, ended, reason, follow, import, consent,"
	                      " import_state, digested) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $6,"
	                      " (SELECT p.posted FROM publication p WHERE p.id = $2))", sets, err);
}

static void put_consent(void *owner, struct sets *sets, int64_t import, const struct roster_consent *c, int64_t subscriber)
{
	put(owner, sets, DB_ARGS(db_int(subscriber), db_int(c->event), db_int(c->time), db_text(c->remote), db_text(c->wording), db_int(import)));
}

/* The subscribers are new, so that each of them has one address. */
#define ADD_CONSENT "INSERT INTO consent (address, event, time, remote, wording, import) SELECT a.id, $2, $3, $4, $5, $6 FROM address a WHERE a.subscriber = $1"

static void put_tag(void *owner, struct sets *sets, int64_t import, const char *tag, int64_t subscriber)
{
	char *slug = text_tag(owner, tag);
	if (*slug)
		put(owner, sets, DB_ARGS(db_int(subscriber), db_text(slug), db_text(text_squeeze(owner, tag)), db_int(import)));
}

static void put_tags(void *owner, struct sets *sets, const struct roster_store *s, const struct roster_row *row, int64_t subscriber)
{
	if (s->tag)
		put_tag(owner, sets, s->import, s->tag, subscriber);
	for (size_t i = 0; i < row->tag_count; i++)
		put_tag(owner, sets, s->import, row->tags[i], subscriber);
}

/* The first one with a consent is stored alone, after the addresses before it: the number of that consent is what all others are confirmed by. */
static bool add_first(void *owner, struct roster_store *s, struct sets *addresses, const struct roster_person *who, int64_t subscriber, struct error *err)
{
	struct sets consent = { 0 };
	put_address(owner, addresses, s, who, subscriber);
	put_consent(owner, &consent, s->import, &who->consents[0], subscriber);
	bool fine = add_addresses(s, addresses, err);
	addresses->count = 0;
	return fine && db_get_int(s->db, ADD_CONSENT " RETURNING id", consent.values, &s->consent, err) &&
	       db_run(s->db, "UPDATE address SET consent = $2 WHERE subscriber = $1", DB_ARGS(db_int(subscriber), db_int(s->consent)), err);
}

static bool add_people(void *owner, struct roster_store *s, const int64_t *ids, struct error *err)
{
	struct sets addresses = { 0 }, consents = { 0 }, tags = { 0 }, tiers = { 0 };
	for (size_t i = 0; i < s->count; i++) {
		const struct roster_person *who = &s->people[i];
		size_t done = 0;
		if (!s->consent && who->consent_count) {
			if (!add_first(owner, s, &addresses, who, ids[i], err))
				return false;
			done = 1;
		} else {
			put_address(owner, &addresses, s, who, ids[i]);
		}
		for (size_t k = done; k < who->consent_count; k++)
			put_consent(owner, &consents, s->import, &who->consents[k], ids[i]);
		put_tags(owner, &tags, s, who->row, ids[i]);
		if (who->row->tier != TIER_SUBSCRIBER)
			put(owner, &tiers, DB_ARGS(db_int(ids[i]), db_int(who->row->tier), db_int(s->import)));
		s->confirmed[who->row->kind] += who->state == ADDRESS_CONFIRMED;
	}
	return add_addresses(s, &addresses, err) && run_all(s->db, ADD_CONSENT, &consents, err) &&
	       run_all(s->db, "UPDATE subscriber SET tier = $2, tier_import = $3 WHERE id = $1", &tiers, err) &&
	       run_all(s->db, "INSERT INTO subscriber_tag (subscriber, slug, tag, import) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", &tags, err);
}

bool roster_store_flush(struct roster_store *s, struct error *err)
{
	void *own = talloc_new(NULL);
	int64_t *ids = mem_array(own, int64_t, MOST);
	bool fine = true;
	for (size_t from = 0, n; fine && from < s->count; from += n) {
		n = s->count - from < GROUP ? s->count - from : GROUP;
		fine = add_subscribers(own, s, from, n, ids, err);
	}
	fine = fine && add_people(own, s, ids, err);
	s->made += (int64_t)s->count;
	s->count = 0;
	talloc_free(own);
	return fine;
}

bool roster_store_add(struct roster_store *s, const struct roster_person *who, struct error *err)
{
	*mem_push(s->scratch, s->people, s->count) = *who;
	return s->count < MOST || roster_store_flush(s, err);
}
