#include "subscribers/roster/roster_import.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "subscribers/people/erasure.h"
#include "subscribers/people/subscriber_tag.h"
#include "subscribers/roster/roster_before.h"
#include "subscribers/roster/roster_store.h"
#include "subscribers/roster/seen.h"

/* Rows of one transaction; more of them would cost a reader's sign-up its wait. */
enum { MOST = 1000, TRIES = 5, CONSENT_STRIDE = 7, CONSENTS = 2 };

const char *const roster_outcome_words[ROSTER_OUTCOMES] = {
	[ROSTER_NEW] = "new", [ROSTER_NEW_HELD] = "new, held", [ROSTER_NEW_ENDED] = "new, not to be written to", [ROSTER_RAISED] = "known, confirmed now",
	[ROSTER_ENDED_HERE] = "known, ended now", [ROSTER_KNOWN] = "known already", [ROSTER_KNOWN_LEFT] = "left by themselves",
	[ROSTER_KNOWN_SUPPRESSED] = "suppressed", [ROSTER_KNOWN_ERASED] = "asked to be forgotten", [ROSTER_NOT_CONFIRMED] = "never confirmed there",
	[ROSTER_NOT_MEMBER] = "no member there", [ROSTER_DOUBLED] = "doubled in the file", [ROSTER_INVALID] = "invalid",
};

/* What one transaction has done; none of it counts before its commit. */
struct turn {
	struct roster_import *im;
	void *scratch;
	struct roster_row **rows;
	const bool *doubled;
	size_t count, done;
	int64_t id, counts[ROSTER_OUTCOMES], supporters;
	struct roster_store store;
	bool any_erased;
	/* Who of the rows from first on was there when they were looked up together. */
	struct { size_t first, end; struct address *had[ADDRESS_FIND_MAX]; bool erased[ADDRESS_FIND_MAX]; } known;
	struct db_value *consents;
	size_t consent_count;
};

struct roster_import *roster_import_new(void *owner, struct db *db, int64_t publication, const struct roster *roster, const struct roster_settings *settings)
{
	struct roster_import *im = mem_new(owner, struct roster_import);
	im->db = db;
	im->publication = publication;
	im->roster = roster;
	im->settings = *settings;
	im->seen = seen_new(im);
	return im;
}

static bool ends(const struct roster_row *row) { return row->state == ROSTER_LEFT || row->state == ROSTER_SUPPRESSED; }
static bool agreed(const struct turn *t, const struct roster_row *row) { return row->agreed || t->im->settings.words; }

/* Did the person confirm here, and not leave there afterwards? */
static bool theirs(const struct turn *t, const struct address *had, const struct roster_row *row, bool *own, struct error *err)
{
	int64_t n;
	if (!db_get_int(t->im->db, "SELECT count(*) FROM consent WHERE address = $1 AND event IN ($2, $3) AND import = 0",
	                DB_ARGS(db_int(had->id), db_int(CONSENT_CONFIRMED), db_int(CONSENT_FOLLOWED)), &n, err))
		return false;
	*own = n && row->ended <= had->confirmed;
	return true;
}

static bool decide_known(const struct turn *t, const struct address *had, const struct roster_row *row, enum roster_outcome *out, struct error *err)
{
	bool own = false;
	*out = ROSTER_KNOWN;
	if (had->state == ADDRESS_LEFT || had->state == ADDRESS_SUPPRESSED) {
		*out = had->state == ADDRESS_LEFT ? ROSTER_KNOWN_LEFT : ROSTER_KNOWN_SUPPRESSED;
	} else if (ends(row) && had->state != ADDRESS_CONTACT) {
		if (had->state == ADDRESS_CONFIRMED && !theirs(t, had, row, &own, err))
			return false;
		*out = own ? ROSTER_KNOWN : ROSTER_ENDED_HERE;
	} else if (row->state == ROSTER_SUBSCRIBED && had->state != ADDRESS_CONFIRMED && agreed(t, row)) {
		*out = ROSTER_RAISED;
	} else if ((row->state == ROSTER_SUBSCRIBED || row->state == ROSTER_HELD) && had->state == ADDRESS_PENDING) {
		*out = ROSTER_NEW_HELD;
	}
	return true;
}

static enum roster_outcome decide_new(const struct turn *t, const struct roster_row *row)
{
	switch (row->state) {
	case ROSTER_SUBSCRIBED: return agreed(t, row) ? ROSTER_NEW : ROSTER_NEW_HELD;
	case ROSTER_HELD: return ROSTER_NEW_HELD;
	case ROSTER_LEFT:
	case ROSTER_SUPPRESSED: return ROSTER_NEW_ENDED;
	case ROSTER_NO_MEMBER: return ROSTER_NOT_MEMBER;
	case ROSTER_UNCONFIRMED:
	case ROSTER_CONTACT: return t->im->roster->own ? ROSTER_NEW : ROSTER_NOT_CONFIRMED;
	}
	return ROSTER_INVALID;
}

/* The record of the import, once there is something to record. */
static bool begin_record(struct turn *t, struct error *err)
{
	const struct roster_import *im = t->im;
	return t->id || db_get_int(im->db, "INSERT INTO roster_import (publication, file, format, words, created, made, approved, undone)"
	                                   " VALUES ($1, $2, $3, $4, $5, 0, 0, 0) RETURNING id",
	                           DB_ARGS(db_int(im->publication), db_text(im->roster->name), db_text(im->roster->format), db_text(im->settings.words),
	                                   db_int(clock_now())), &t->id, err);
}

/* What the list says of how the person agreed, and that it came with a list: of our own exports it is said already. */
static struct roster_consent *consents_of(const struct turn *t, const struct roster_row *row, size_t *count)
{
	const struct roster *r = t->im->roster;
	struct roster_consent *all = mem_array(t->scratch, struct roster_consent, row->consent_count + CONSENTS);
	size_t n = 0;
	for (; n < row->consent_count; n++)
		all[n] = row->consents[n];
	if (!r->own || (!row->consent_count && row->state == ROSTER_SUBSCRIBED)) {
		const char *words = t->im->settings.words;
		const char *wording = words ? mem_printf(t->scratch, "%s ('%s', %s)", words, r->name, r->label) : mem_printf(t->scratch, "'%s', %s", r->name, r->label);
		all[n++] = (struct roster_consent){ CONSENT_IMPORTED, clock_now(), "", wording };
		if (row->state == ROSTER_LEFT)
			all[n++] = (struct roster_consent){ CONSENT_LEFT, row->ended ? row->ended : clock_now(), "", row->reason };
	}
	*count = n;
	return all;
}

/* Those of people who were there are stored together at the end of a turn. */
static void keep_consent(struct turn *t, int64_t address, const struct roster_consent *c)
{
	const struct db_value set[CONSENT_STRIDE] = { db_int(address), db_int(c->event), db_int(c->time), db_text(c->remote), db_text(c->wording), db_int(t->id),
		                                      { DB_END, 0, 0, 0 } };
	for (size_t i = 0; i < CONSENT_STRIDE; i++)
		*mem_push(t->scratch, t->consents, t->consent_count) = set[i];
}

static void keep_consents(struct turn *t, int64_t address, const struct roster_row *row)
{
	size_t count;
	const struct roster_consent *all = consents_of(t, row, &count);
	for (size_t i = 0; i < count; i++)
		keep_consent(t, address, &all[i]);
}

static bool add_tags(struct turn *t, int64_t subscriber, const struct roster_row *row, struct error *err)
{
	const char *tag = t->im->settings.tag;
	if (tag && !subscriber_tag_add(t->im->db, subscriber, tag, t->id, err))
		return false;
	for (size_t i = 0; i < row->tag_count; i++)
		if (!subscriber_tag_add(t->im->db, subscriber, row->tags[i], t->id, err) && err->kind != ERROR_INVALID)
			return false;
	return true;
}

static enum address_state state_of(const struct roster_row *row, enum roster_outcome out)
{
	if (out == ROSTER_NEW_HELD)
		return ADDRESS_HELD;
	if (out == ROSTER_NEW)
		return row->state == ROSTER_CONTACT ? ADDRESS_CONTACT : row->state == ROSTER_UNCONFIRMED ? ADDRESS_PENDING : ADDRESS_CONFIRMED;
	return row->state == ROSTER_LEFT ? ADDRESS_LEFT : ADDRESS_SUPPRESSED;
}

static bool insert(struct turn *t, const struct roster_row *row, enum roster_outcome out, struct error *err)
{
	bool own = t->im->roster->own;
	enum address_state state = state_of(row, out);
	int64_t now = clock_now();
	struct roster_person who = { .row = row, .state = state, .created = own && row->created ? row->created : now,
		                     .confirmed = own ? row->confirmed : state == ADDRESS_CONFIRMED ? now : 0 };
	who.ended = state == ADDRESS_LEFT || state == ADDRESS_SUPPRESSED ? (row->ended ? row->ended : now) : 0;
	who.consents = consents_of(t, row, &who.consent_count);
	t->store.import = t->id;
	return roster_store_add(&t->store, &who, err);
}

/* The list says more of somebody who is here, but has not confirmed. */
static bool raise_known(struct turn *t, const struct address *had, const struct roster_row *row, struct error *err)
{
	int64_t consent;
	keep_consents(t, had->id, row);
	const char *words = t->im->settings.words ? t->im->settings.words : "a list says that they agreed";
	return roster_before_keep(t->im->db, t->id, had->id, ADDRESS_CONFIRMED, err) &&
	       db_get_int(t->im->db, "INSERT INTO consent (address, event, time, remote, wording, import) VALUES ($1, $2, $3, '', $4, $5) RETURNING id",
	                  DB_ARGS(db_int(had->id), db_int(CONSENT_IMPORTED), db_int(clock_now()), db_text(words), db_int(t->id)), &consent, err) &&
	       address_confirm(t->im->db, had->id, consent, err) && add_tags(t, had->subscriber, row, err);
}

static bool end_known(struct turn *t, const struct address *had, const struct roster_row *row, struct error *err)
{
	bool ended, left = row->state == ROSTER_LEFT;
	if (!roster_before_keep(t->im->db, t->id, had->id, left ? ADDRESS_LEFT : ADDRESS_SUPPRESSED, err) ||
	    !address_end(t->im->db, had->id, left ? ADDRESS_LEFT : ADDRESS_SUPPRESSED, row->reason, &ended, err))
		return false;
	if (left)
		keep_consent(t, had->id, &(struct roster_consent){ CONSENT_LEFT, row->ended ? row->ended : clock_now(), "", row->reason ? row->reason : "" });
	return true;
}

static bool hold_known(struct turn *t, const struct address *had, const struct roster_row *row, struct error *err)
{
	keep_consents(t, had->id, row);
	return roster_before_keep(t->im->db, t->id, had->id, ADDRESS_HELD, err) &&
	       db_run(t->im->db, "UPDATE address SET state = $2, import = $3 WHERE id = $1 AND state = $4",
	              DB_ARGS(db_int(had->id), db_int(ADDRESS_HELD), db_int(t->id), db_int(ADDRESS_PENDING)), err) &&
	       add_tags(t, had->subscriber, row, err);
}

static bool apply(struct turn *t, const struct address *had, const struct roster_row *row, enum roster_outcome out, struct error *err)
{
	if (out > ROSTER_ENDED_HERE)
		return true;
	if (!begin_record(t, err))
		return false;
	if (!had)
		return insert(t, row, out, err);
	return out == ROSTER_RAISED ? raise_known(t, had, row, err) : out == ROSTER_ENDED_HERE ? end_known(t, had, row, err) : hold_known(t, had, row, err);
}

/* Of the new the store takes it down (roster_store.c). */
static bool support(struct turn *t, const struct address *had, const struct roster_row *row, enum roster_outcome out, struct error *err)
{
	bool lasting = out == ROSTER_KNOWN || out == ROSTER_RAISED || out == ROSTER_NEW_HELD, dry = t->im->settings.dry;
	bool becomes = row->tier == TIER_SUPPORTER && (had ? lasting && had->tier != TIER_SUPPORTER : out <= ROSTER_NEW_ENDED) && !(dry && t->doubled[t->done]);
	if (becomes && had && !dry && (!begin_record(t, err) || !tier_raise(t->im->db, had->subscriber, t->id, &becomes, err)))
		return false;
	t->supporters += becomes;
	return true;
}

static bool keep_erased(struct turn *t, const struct roster_row *row, enum roster_outcome *out, struct error *err)
{
	int64_t n;
	bool fresh;
	if (!db_get_int(t->im->db, "SELECT count(*) FROM erased WHERE publication = $1 AND hash = $2", DB_ARGS(db_int(t->im->publication), db_text(row->folded)), &n, err))
		return false;
	*out = n ? ROSTER_KNOWN_ERASED : ROSTER_NEW_ENDED;
	if (n || t->im->settings.dry)
		return true;
	/* What was looked up for the rows behind this one may be wrong now. */
	t->known.end = t->done + 1;
	t->any_erased = true;
	return begin_record(t, err) && erasure_add(t->im->db, t->im->publication, row->folded, row->created ? row->created : clock_now(), t->id, &fresh, err);
}

static bool looked_up(const struct roster_row *row) { return !row->wrong && !row->erased && row->kind == ADDRESS_MAIL; }

static bool look_up_next(struct turn *t, struct error *err)
{
	const char *folded[ADDRESS_FIND_MAX];
	size_t first = t->done, n = t->count - first < ADDRESS_FIND_MAX ? t->count - first : ADDRESS_FIND_MAX;
	t->known.first = first;
	t->known.end = first + n;
	for (size_t i = 0; i < n; i++)
		folded[i] = looked_up(t->rows[first + i]) ? t->rows[first + i]->folded : "";
	if (t->any_erased && !erasure_has_each(t->im->db, t->im->publication, folded, n, t->known.erased, err))
		return false;
	return address_find_each(t->scratch, t->im->db, t->im->publication, folded, n, t->known.had, err);
}

/* Who was there before, by a statement of their own: what was looked up together does not tell of this. */
static bool look_up_alone(struct turn *t, const struct roster_row *row, struct address **had, bool *erased, struct error *err)
{
	*erased = false;
	if (!roster_store_flush(&t->store, err))
		return false;
	*had = address_find_folded(t->scratch, t->im->db, t->im->publication, row->kind, row->folded, err);
	return *had || (err->kind == ERROR_NOT_FOUND && erasure_has(t->im->db, t->im->publication, row->folded, erased, err));
}

static bool take_row(struct turn *t, const struct roster_row *row, enum roster_outcome *out, struct error *err)
{
	struct address *had;
	bool erased;
	if (row->erased)
		return keep_erased(t, row, out, err);
	if (t->doubled[t->done] || !looked_up(row)) {
		if (!look_up_alone(t, row, &had, &erased, err))
			return false;
	} else {
		if (t->done >= t->known.end && !look_up_next(t, err))
			return false;
		had = t->known.had[t->done - t->known.first];
		erased = t->any_erased && t->known.erased[t->done - t->known.first];
	}
	*out = erased ? ROSTER_KNOWN_ERASED : decide_new(t, row);
	return (!had || decide_known(t, had, row, out, err)) && (t->im->settings.dry || apply(t, had, row, *out, err)) &&
	       support(t, had, row, *out, err);
}

static bool finish(struct turn *t, struct error *err)
{
	static const char sql[] = "INSERT INTO consent (address, event, time, remote, wording, import) VALUES ($1, $2, $3, $4, $5, $6)";
	struct db *db = t->im->db;
	size_t count = t->consent_count / CONSENT_STRIDE;
	if (!roster_store_flush(&t->store, err) || (count && !db_run_each(db, sql, t->consents, CONSENT_STRIDE, count, err)))
		return false;
	for (int kind = ADDRESS_MAIL; kind <= ADDRESS_ACTOR; kind++)
		if (t->store.confirmed[kind] && !tally_add(db, t->im->publication, TALLY_MAIL + (enum tally)kind, "", t->store.confirmed[kind], err))
			return false;
	return !t->store.made || db_run(db, "UPDATE roster_import SET made = made + $2 WHERE id = $1", DB_ARGS(db_int(t->id), db_int(t->store.made)), err);
}

/* What the transaction begins with, also when it is done once more. */
static bool begin_turn(struct turn *t, struct error *err)
{
	struct roster_import *im = t->im;
	struct turn fresh = { .im = im, .rows = t->rows, .doubled = t->doubled, .count = t->count, .scratch = t->scratch, .id = im->id };
	*t = fresh;
	talloc_free_children(t->scratch);
	t->store = (struct roster_store){ .db = im->db, .publication = im->publication, .scratch = t->scratch, .tag = im->settings.tag };
	return erasure_any(im->db, im->publication, &t->any_erased, err);
}

static bool take_turn(void *context, struct error *err)
{
	struct turn *t = context;
	if (!begin_turn(t, err))
		return false;
	while (t->done < t->count && (t->done == 0 || !db_turn_over(t->im->db, 1))) {
		enum roster_outcome out = ROSTER_INVALID;
		if (!t->rows[t->done]->wrong && !take_row(t, t->rows[t->done], &out, err))
			return false;
		t->counts[t->doubled[t->done] && out != ROSTER_INVALID ? ROSTER_DOUBLED : out]++;
		t->done++;
	}
	return t->im->settings.dry || finish(t, err);
}

static bool turn(struct turn *t, struct error *err)
{
	struct db *db = t->im->db;
	bool fine = false;
	if (t->im->settings.dry)
		return db_begin_read(db, err) && db_end(db, take_turn(t, err), err);
	/* Somebody subscribes with an address of the list at this moment: it is known then. */
	for (int i = 0; !fine && i < TRIES && (i == 0 || err->kind == ERROR_EXISTS); i++)
		fine = db_transact(db, take_turn, t, err);
	db_give_way(db);
	return fine;
}

static void mark_doubled(struct roster_import *im, struct roster_row **rows, size_t count)
{
	im->doubled = mem_array(im, bool, count);
	for (size_t i = 0; i < count; i++)
		im->doubled[i] = !rows[i]->wrong && seen_before(im->seen, rows[i]->folded);
}

bool roster_import_rows(struct roster_import *im, struct roster_row **rows, size_t count, struct error *err)
{
	bool fine = true;
	if (!im->doubled)
		mark_doubled(im, rows, count);
	while (fine && im->done < count) {
		size_t left = count - im->done;
		struct turn t = { .im = im, .rows = rows + im->done, .doubled = im->doubled + im->done, .count = left < MOST ? left : MOST, .scratch = talloc_new(im) };
		fine = turn(&t, err);
		for (size_t k = 0; fine && k < ROSTER_OUTCOMES; k++)
			im->counts[k] += t.counts[k];
		im->supporters += fine ? t.supporters : 0;
		im->done += fine ? t.done : 0;
		im->id = fine ? t.id : im->id;
		talloc_free(t.scratch);
	}
	if (fine) {
		TALLOC_FREE(im->doubled);
		im->done = 0;
	}
	return fine;
}
