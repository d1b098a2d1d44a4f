#include "subscribers/bounce/bounce.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "subscribers/bounce/advice.h"
#include "subscribers/bounce/probe.h"
#include "subscribers/bounce/score.h"
#include "subscribers/ledger/pause.h"
#include <string.h>

enum { WORDS_MAX = 500, REFUSALS_LEAST = 3, REFUSALS_SHARE = 20 };

/* What the ledger shows of a letter that was taken at first, and came back. */
static const enum delivery_reason reasons[] = {
	[BOUNCE_DEAD] = DELIVERY_DEAD, [BOUNCE_FULL] = DELIVERY_FULL, [BOUNCE_TEMPORARY] = DELIVERY_GAVE_UP, [BOUNCE_POLICY] = DELIVERY_POLICY,
	[BOUNCE_CONTENT] = DELIVERY_CONTENT, [BOUNCE_REJECTED] = DELIVERY_REJECTED,
};

static bool store(struct db *db, const struct bounce *b, const char *words, bool *fresh, struct error *err)
{
	int64_t changed = 0;
	bool fine = db_change(db, "INSERT INTO bounce (publication, delivery, address, kind, reply, time, status, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	                          " ON CONFLICT DO NOTHING",
	                      DB_ARGS(db_int(b->publication), db_int(b->delivery), db_int(b->address), db_int(b->kind), db_int(b->reply), db_int(clock_now()),
	                              db_text(b->status), db_text(words)), &changed, err);
	*fresh = changed > 0;
	return fine;
}

/* Who complains has the letter. */
static bool fail_delivery(struct db *db, const struct bounce *b, const char *words, struct error *err)
{
	return b->kind == BOUNCE_COMPLAINT || b->reply ||
	       db_run(db, "UPDATE delivery SET state = $2, reason = $3, words = $4, finished = $5 WHERE id = $1 AND state = $6",
	              DB_ARGS(db_int(b->delivery), db_int(DELIVERY_FAILED), db_int(reasons[b->kind]), db_text(words), db_int(clock_now()), db_int(DELIVERY_DELIVERED)), err);
}

static bool suppress(struct db *db, const struct bounce *b, const char *words, enum bounce_effect *effect, struct error *err)
{
	*effect = BOUNCE_SUPPRESSED;
	return subscriber_suppress(db, b->address, *words ? words : bounce_kind_name(b->kind), err);
}

static bool leave(struct db *db, const struct bounce *b, const char *words, enum bounce_effect *effect, struct error *err)
{
	char *wording = mem_printf(NULL, "complained to their mail provider: %s", *words ? words : "abuse");
	*effect = BOUNCE_LEFT;
	bool fine = subscriber_leave(db, b->address, &(struct consent){ "", wording }, err);
	talloc_free(wording);
	return fine;
}

static bool suppress_since(struct db *db, const struct bounce *b, int64_t since, const char *words, enum bounce_effect *effect, struct error *err)
{
	void *t = talloc_new(NULL);
	char *day = clock_format(t, since, "%Y-%m-%d");
	char *why = mem_printf(t, b->kind == BOUNCE_FULL ? "its mailbox has been full since %s: %s" : "letters to it have come back since %s: %s", day, words);
	bool fine = suppress(db, b, why, effect, err);
	talloc_free(t);
	return fine;
}

static bool add_score(struct db *db, const struct bounce *b, const char *words, enum bounce_effect *effect, struct error *err)
{
	bool over;
	int64_t since;
	if (!probe_since(db, b->address, b->delivery, &since, err))
		return false;
	if (since)
		return suppress_since(db, b, since, words, effect, err);
	if (!score_add(db, b->address, clock_now(), &over, &since, err))
		return false;
	if (!over)
		return true;
	*effect = BOUNCE_PROBED;
	return probe_send(db, b->address, since, err);
}

/* Do so many refuse us that it is not one host's affair? */
static bool is_widespread(struct db *db, int64_t publication, bool *is, struct error *err)
{
	int64_t refusing, readers;
	if (!db_get_int(db, "SELECT count(DISTINCT address) FROM bounce WHERE publication = $1 AND kind = $2 AND time > $3",
	                DB_ARGS(db_int(publication), db_int(BOUNCE_POLICY), db_int(clock_now() - CLOCK_DAY)), &refusing, err) ||
	    !subscriber_count(db, publication, ADDRESS_MAIL, &readers, err))
		return false;
	*is = refusing >= REFUSALS_LEAST && refusing * REFUSALS_SHARE >= readers;
	return true;
}

static bool tell_owner(struct db *db, const struct bounce *b, const char *words, struct error *err)
{
	void *t = talloc_new(NULL);
	char *text = mem_printf(t, "Several mail servers refuse your letters, and not because of their readers. One of them says:\n\n%s\n\n%s\n\n"
	                           "Nothing more is sent to readers until you say 'pennypost delivery resume', so that it does not become worse. Nothing is lost. "
	                           "'pennypost bounce list' shows what came back.", *words ? words : "(nothing)", advice_on(b->status, words));
	bool fine = notice_post(db, &(struct notice){ .publication = b->publication, .subject = "letters are paused: mail servers refuse them", .text = text }, err);
	talloc_free(t);
	return fine;
}

static bool refused(struct db *db, const struct bounce *b, const char *words, enum bounce_effect *effect, struct error *err)
{
	bool widespread, begun = false;
	if (!is_widespread(db, b->publication, &widespread, err))
		return false;
	if (widespread && !pause_begin(db, b->publication, words, &begun, err))
		return false;
	if (begun)
		*effect = BOUNCE_PAUSED;
	return !begun || tell_owner(db, b, words, err);
}

static bool act(struct db *db, const struct bounce *b, const char *words, enum bounce_effect *effect, struct error *err)
{
	switch (b->kind) {
	case BOUNCE_DEAD: return suppress(db, b, words, effect, err);
	case BOUNCE_COMPLAINT: return leave(db, b, words, effect, err);
	case BOUNCE_FULL:
	case BOUNCE_TEMPORARY: return add_score(db, b, words, effect, err);
	case BOUNCE_POLICY: return refused(db, b, words, effect, err);
	case BOUNCE_CONTENT:
	case BOUNCE_REJECTED: break;
	}
	return true;
}

static bool apply(struct db *db, const struct bounce *b, enum bounce_effect *effect, struct error *err)
{
	bool fresh;
	char *words = text_cut(NULL, b->words, WORDS_MAX);
	*effect = BOUNCE_KNOWN;
	bool fine = store(db, b, words, &fresh, err);
	if (fine && fresh) {
		*effect = BOUNCE_COUNTED;
		fine = fail_delivery(db, b, words, err) && act(db, b, words, effect, err);
	}
	talloc_free(words);
	return fine;
}

struct application {
	struct db *db;
	const struct bounce *bounce;
	enum bounce_effect *effect;
};

static bool apply_once(void *context, struct error *err)
{
	struct application *a = context;
	return apply(a->db, a->bounce, a->effect, err);
}

bool bounce_apply(struct db *db, const struct bounce *b, enum bounce_effect *effect, struct error *err)
{
	return db_transact(db, apply_once, &(struct application){ db, b, effect }, err);
}

/* What the reply to a letter counts as; false when it is not counted. */
static bool is_counted(const struct delivery_outcome *o, enum bounce_kind *kind)
{
	switch (o->reason) {
	case DELIVERY_FULL: *kind = BOUNCE_FULL; break;
	case DELIVERY_GAVE_UP:
	case DELIVERY_NETWORK: *kind = BOUNCE_TEMPORARY; break;
	case DELIVERY_POLICY: *kind = BOUNCE_POLICY; break;
	case DELIVERY_CONTENT: *kind = BOUNCE_CONTENT; break;
	default: return false;
	}
	return o->state == DELIVERY_FAILED;
}

bool bounce_outcomes(struct db *db, const struct delivery_outcome *outcomes, size_t count, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < count; i++) {
		struct bounce b = { .delivery = outcomes[i].delivery, .reply = true, .status = "", .words = outcomes[i].words ? outcomes[i].words : "" };
		enum bounce_effect effect;
		if (!is_counted(&outcomes[i], &b.kind))
			continue;
		struct db_rows *rows = db_query(db, "SELECT d.address, i.publication FROM delivery d JOIN issue i ON i.id = d.issue WHERE d.id = $1 AND d.kind = 0",
		                                DB_ARGS(db_int(b.delivery)));
		if (db_next(rows)) {
			b.address = db_column_int(rows, 0);
			b.publication = db_column_int(rows, 1);
		}
		fine = db_finish(rows, err) && (!b.address || bounce_apply(db, &b, &effect, err));
	}
	return fine;
}

bool bounce_list(void *owner, struct db *db, int64_t publication, int64_t limit, struct bounce_row **all, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT b.id, b.time, d.issue, b.kind, b.reply, a.value, b.status, b.words FROM bounce b JOIN delivery d ON d.id = b.delivery"
	                                    " JOIN address a ON a.id = b.address WHERE $1 = 0 OR b.publication = $1 ORDER BY b.id DESC LIMIT $2",
	                                DB_ARGS(db_int(publication), db_int(limit)));
	size_t count = 0;
	*all = NULL;
	while (db_next(rows)) {
		struct bounce_row *b = mem_push(owner, *all, count);
		*b = (struct bounce_row){ db_column_int(rows, 0), db_column_int(rows, 1), db_column_int(rows, 2), (enum bounce_kind)db_column_int(rows, 3),
		                          db_column_int(rows, 4) != 0, db_column_dup(owner, rows, 5), db_column_dup(owner, rows, 6), db_column_dup(owner, rows, 7) };
	}
	mem_fit(owner, *all, count);
	return db_finish(rows, err);
}

const char *bounce_kind_name(enum bounce_kind kind)
{
	static const char *const names[] = { "dead", "full", "temporary", "policy", "content", "rejected", "complaint" };
	return names[kind];
}

const char *bounce_effect_name(enum bounce_effect effect)
{
	static const char *const names[] = { "known before", "counted", "suppressed", "left", "paused", "probed" };
	return names[effect];
}
