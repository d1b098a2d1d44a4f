#include "gateway/mail/deliver.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/mail/compose.h"
#include "gateway/mail/refused.h"
#include "gateway/mail/transport.h"
#include <string.h>

enum { BATCH = 200, TURN_MS = 200, PAUSE_MS = 1000 };
/* How long to wait for messages in progress when the role must stop. */
#define DRAIN (6 * CLOCK_SECOND)

struct mailer {
	struct role *role;
	struct composer *composer;
	struct transport *transport;
	char *holder;
	struct delivery **rows;  /* claimed; from next on not yet sent; a row is freed with its outcome */
	size_t count, next;
	int64_t *held;           /* ids of all that are claimed and have no outcome on disk */
	size_t held_count;
	struct trial trial;
	struct quarantine_watch watch;
	int64_t lease_ms, renewed; /* by clock_steady */
	struct delivery_outcome *outcomes; /* not yet recorded */
	size_t outcome_count;
	int per_second;                    /* this worker's part; 0: no limit */
	int64_t second, sent_in_second;    /* for it */
};

static const struct quarantine_kind *const queues[] = { &ledger_letters, NULL };

/* Adds the outcome of a row, and frees the row; words are copied. */
static void note(struct mailer *m, struct delivery *d, const struct sent *s)
{
	struct delivery_outcome *o = mem_push(m, m->outcomes, m->outcome_count);
	*o = (struct delivery_outcome){ .delivery = d->id, .tries = d->tries, .state = s->state, .reason = s->reason,
	                                .words = mem_dup_or_null(m->outcomes, s->words), .retry_after = s->retry_after };
	talloc_free(d);
}

static void forget(struct mailer *m, int64_t id)
{
	size_t i = 0;
	while (i < m->held_count && m->held[i] != id)
		i++;
	if (i < m->held_count)
		m->held[i] = m->held[--m->held_count];
}

/* One of the outcomes is enough to tell of; that it cannot be told must not keep letters from others. */
static void tell_owner(struct mailer *m)
{
	struct error err = { 0 };
	for (size_t i = 0; i < m->outcome_count; i++) {
		const struct delivery_outcome *o = &m->outcomes[i];
		if (o->state != DELIVERY_DEFERRED || o->reason != DELIVERY_POLICY)
			continue;
		if (!refused_tell(m->role->db, o->delivery, o->words, &err))
			log_warning("the owner is not told that a mail server refuses us", log_text("error", err.text));
		return;
	}
}

/* Records all outcomes in one commit; only then may the connections send again. */
static bool record(struct mailer *m, struct error *err)
{
	if (m->outcome_count == 0)
		return true;
	if (!ledger_record(m->role->db, m->outcomes, m->outcome_count, err))
		return false;
	for (size_t i = 0; i < m->outcome_count; i++) {
		forget(m, m->outcomes[i].delivery);
		if (m->outcomes[i].state != DELIVERY_DELIVERED)
			log_warning("not delivered", log_int("delivery", m->outcomes[i].delivery), log_text("state", delivery_state_name(m->outcomes[i].state)),
			            log_text("reason", delivery_reason_name(m->outcomes[i].reason)), log_text("words", m->outcomes[i].words));
	}
	tell_owner(m);
	TALLOC_FREE(m->outcomes);
	m->outcome_count = 0;
	return true;
}

/* A row that cannot be composed fails.  It is deferred after an error that is not its own: of the database, or a template. */
static void cannot(struct mailer *m, struct delivery *d, const struct error *err)
{
	bool gone = err->kind == ERROR_NOT_FOUND, later = err->kind == ERROR_TEMPORARY || err->kind == ERROR_PERMANENT;
	struct sent s = { .words = err->text, .state = gone ? DELIVERY_SUPPRESSED : later ? DELIVERY_DEFERRED : DELIVERY_FAILED,
	                  .reason = gone ? DELIVERY_LEFT : DELIVERY_CONTENT };
	note(m, d, &s);
}

/* May another message be sent in this second? */
static bool in_pace(struct mailer *m)
{
	int64_t second = clock_steady() / CLOCK_SECOND;
	if (second != m->second)
		m->second = second, m->sent_in_second = 0;
	return m->per_second == 0 || m->sent_in_second < m->per_second;
}

static void hand_over(struct mailer *m)
{
	while (m->next < m->count && transport_room(m->transport) > 0 && in_pace(m)) {
		struct delivery *d = m->rows[m->next++];
		struct outgoing message;
		struct error err = { 0 };
		void *scratch = talloc_new(NULL);
		if (compose(scratch, m->composer, d, &message, &err)) {
			message.tag = d;
			transport_send(m->transport, &message);
			m->sent_in_second++;
		} else {
			cannot(m, d, &err);
		}
		talloc_free(scratch);
	}
}

/* Waits for one outcome, then takes all that are available. */
static void collect(struct mailer *m, int stop_fd)
{
	struct sent s;
	int timeout = m->outcome_count > 0 ? 0 : TURN_MS;
	while (transport_busy(m->transport) > 0 && transport_next(m->transport, timeout, stop_fd, &s)) {
		note(m, s.tag, &s);
		timeout = 0;
	}
}

static bool claim_rows(struct mailer *m, bool suspects, struct error *err)
{
	/* A short queue is to be shared by all workers. */
	struct ledger_claimer who = { m->holder, m->lease_ms, role_part(m->role, BATCH), suspects };
	if (!ledger_claim(m, m->role->db, ADDRESS_MAIL, &who, &m->rows, err))
		return false;
	m->count = talloc_array_length(m->rows);
	for (size_t i = 0; i < m->count; i++)
		*mem_push(m, m->held, m->held_count) = m->rows[i]->id;
	return true;
}

static bool claim(struct mailer *m, struct error *err)
{
	bool suspects, fine = true;
	if (m->next < m->count)
		return true;
	TALLOC_FREE(m->rows);
	m->count = m->next = 0;
	if (!quarantine_suspects(m->role->db, &ledger_letters, &suspects, err))
		return false;
	/* When nothing usual is due, the suspects' turn comes at once. */
	for (int turns = suspects ? 2 : 1; fine && m->count == 0 && turns > 0; turns--) {
		enum trial_turn turn = trial_turn(&m->trial, suspects, m->held_count > 0);
		if (turn == TRIAL_WAIT)
			return true;
		fine = claim_rows(m, turn == TRIAL_SUSPECTS, err);
	}
	return fine;
}

/* Renews the leases before a slow server can outlast them; then what others left behind can be told from it. */
static bool renew(struct mailer *m, struct error *err)
{
	int64_t now = clock_steady();
	if (now - m->renewed >= m->lease_ms / 2) {
		if (!quarantine_renew(m->role->db, &ledger_letters, m->lease_ms, m->held, m->held_count, err))
			return false;
		m->renewed = now;
	}
	return quarantine_watch(m->role->db, queues, &m->watch, err);
}

static bool work(struct mailer *m, struct error *err)
{
	/* Outcomes that could not be recorded must be recorded before more is sent. */
	if (!record(m, err) || !renew(m, err) || !claim(m, err))
		return false;
	int tend = transport_tend(m->transport);
	if (m->count == 0 && transport_busy(m->transport) == 0) {
		int64_t due;
		if (!ledger_next_due(m->role->db, ADDRESS_MAIL, &due, err))
			return false;
		/* Connections that are not used are ended in time. */
		due = due == 0 ? TURN_MS : due;
		role_wait(m->role, tend >= 0 && (due < 0 || due > tend) ? tend : due);
		return true;
	}
	hand_over(m);
	/* The server cannot be reached at the moment, or the rate limit is reached. */
	if (transport_busy(m->transport) == 0 && m->outcome_count == 0)
		role_wait(m->role, TURN_MS);
	collect(m, m->role->stop_fd);
	return record(m, err);
}

/* Waits for messages in progress; the other rows are released. */
static bool stop(struct mailer *m, struct error *err)
{
	for (int64_t end = clock_steady() + DRAIN; transport_busy(m->transport) > 0 && clock_steady() < end;)
		collect(m, -1);
	return record(m, err) && quarantine_release(m->role->db, &ledger_letters, err);
}

/* The host of a publication, "" without one. */
static const char *first_site(struct mailer *m, struct error *err)
{
	struct publication **all;
	size_t count;
	if (!publication_all(m, m->role->db, &all, &count, err))
		return NULL;
	return count ? all[0]->host : "";
}

static struct mailer *mailer_new(struct role *role, struct error *err)
{
	struct mailer *m = mem_new(role->db, struct mailer);
	m->role = role;
	m->holder = holder_self(m);
	m->renewed = clock_steady();
	m->lease_ms = role->config->lease_seconds * CLOCK_SECOND;
	m->per_second = role_part(role, role->config->mail.per_second);
	m->composer = composer_new(m, role->db, role->config, err);
	const char *site = m->composer ? first_site(m, err) : NULL;
	m->transport = site ? transport_new(m, role->config, site, role_part(role, role->config->mail.connections), err) : NULL;
	if (m->transport && quarantine_watch(role->db, queues, &m->watch, err))
		return m;
	talloc_free(m);
	return NULL;
}

bool mail_run(struct role *role, struct error *err)
{
	struct mailer *m = mailer_new(role, err);
	if (!m)
		return false;
	role_ready(role);
	bool fine = true;
	while (fine && role_go_on(role)) {
		fine = work(m, err);
		if (!fine && err->kind == ERROR_TEMPORARY) {
			log_warning("mail put off", log_text("error", err->text));
			role_wait(role, PAUSE_MS);
			fine = true;
		}
	}
	fine = stop(m, err) && fine;
	talloc_free(m);
	return fine;
}
