#include "gateway/mail/deliver.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/mail/compose.h"
#include "gateway/mail/due.h"
#include "gateway/mail/pacing.h"
#include "gateway/mail/quiet.h"
#include "gateway/mail/recorder.h"
#include "gateway/mail/transport.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 200, TURN_MS = 200, GROUP_MS = 2, PAUSE_MS = 1000, STOP_MS = 100 };
/* So many letters, or bytes of them, are composed before their turn, so that the threads that sign have enough to do. */
enum { AHEAD = 48, AHEAD_BYTES = 4 << 20, SIGNERS_MAX = 16 };
/* How long to wait for messages in progress when the role must stop. */
#define DRAIN (6 * CLOCK_SECOND)
/* What waited so long for its turn at its receiver makes room for letters to others. */
#define TURN_PATIENCE (5 * CLOCK_SECOND)

/* Outcomes that go to disk together. */
struct batch {
	struct delivery_outcome *outcomes;
	void **slots;            /* of each, for transport_settle */
	size_t count;
};

struct mailer {
	struct role *role;
	struct composer *composer;
	struct transport *transport;
	struct quiet *quiet;     /* NULL: there are no quiet hours */
	char *holder;
	struct due_list due;
	bool more;               /* the last claim did not take all that was due */
	struct trial trial;
	struct quarantine_watch watch;
	int64_t lease_ms, renewed; /* by clock_steady */
	int64_t heeded;            /* when it was last seen which issues are stopped */
	struct recorder *recorder;
	struct batch ended, recording;     /* one grows while the other is recorded */
	bool in_hand;                      /* the recorder has recording; else it is empty, or could not be recorded */
	int64_t gather_until;              /* by clock_steady, for what has ended */
	int wake_fd;                       /* readable once the role must stop, or the recorder has ended */
	struct ledger_later *later;        /* rows whose turn is later, and that are not yet given back */
	size_t later_count;
	int64_t soonest;                   /* in so many ms it may be somebody's turn; TURN_MS at most */
	int per_second;                    /* this worker's part; 0: no limit */
	int64_t second, sent_in_second;    /* for it */
};

static const struct quarantine_kind *const queues[] = { &ledger_letters, NULL };

/* Adds the outcome of a row, and frees the row; words are copied. */
static void note(struct mailer *m, struct delivery *d, const struct sent *s)
{
	struct batch *b = &m->ended;
	size_t slots = b->count;
	*mem_push(m, b->slots, slots) = s->slot;
	struct delivery_outcome *o = mem_push(m, b->outcomes, b->count);
	*o = (struct delivery_outcome){ .delivery = d->id, .tries = d->tries, .state = s->state, .reason = s->reason,
	                                .words = mem_dup_or_null(b->outcomes, s->words), .retry_after = s->retry_after,
	                                .server = mem_dup_or_null(b->outcomes, s->server) };
	talloc_free(d);
}

/* Gives the recorder what has ended, unless it has something in hand; again what could not be recorded. */
static void give(struct mailer *m)
{
	if (m->in_hand)
		return;
	if (m->recording.count == 0) {
		m->recording = m->ended;
		m->ended = (struct batch){ 0 };
	}
	if (m->recording.count > 0)
		recorder_begin(m->recorder, m->recording.outcomes, m->recording.count);
	m->in_hand = m->recording.count > 0;
}

/* Takes what the recorder has done: only now their connections may send again. */
static bool settle(struct mailer *m, struct error *err)
{
	struct batch *b = &m->recording;
	bool fine;
	if (!m->in_hand || !recorder_end(m->recorder, &fine, err))
		return true;
	m->in_hand = false;
	for (size_t i = 0; fine && i < b->count; i++) {
		const struct delivery_outcome *o = &b->outcomes[i];
		due_forget(&m->due, o->delivery);
		transport_settle(m->transport, b->slots[i]);
		if (o->state != DELIVERY_DELIVERED)
			log_warning("not delivered", log_int("delivery", o->delivery), log_text("state", delivery_state_name(o->state)),
			            log_text("reason", delivery_reason_name(o->reason)), log_text("words", o->words));
	}
	if (!fine)
		return false;
	talloc_free(b->outcomes);
	talloc_free(b->slots);
	*b = (struct batch){ 0 };
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

static bool compose_due(struct mailer *m, struct letter_due *due, struct error *err)
{
	due->letter = compose_begin(m->due.all, m->composer, due->row, err);
	if (due->letter)
		m->due.ahead_bytes += composition_size(due->letter);
	return due->letter != NULL;
}

/* Composes the letters that are next, so that they are signed while the connections are busy; but none that must wait for another second.
 * What went wrong is noted at the letter's turn. */
static void compose_ahead(struct mailer *m)
{
	struct error ignored;
	int64_t in_second = m->per_second ? m->per_second - m->sent_in_second : AHEAD, most = in_second < AHEAD ? in_second : AHEAD;
	if (m->due.composed < m->due.next)
		m->due.composed = m->due.next;
	while (m->due.composed < m->due.count && (int64_t)(m->due.composed - m->due.next) < most && m->due.ahead_bytes < AHEAD_BYTES)
		if (!m->due.all[m->due.composed++].letter)
			compose_due(m, &m->due.all[m->due.composed - 1], &ignored);
}

static void postpone(struct mailer *m, size_t i, int64_t ms)
{
	struct letter_due *due = due_bring_forward(&m->due, i);
	*mem_push(m, m->later, m->later_count) = (struct ledger_later){ due->row->id, ms };
	due_drop_letter(&m->due, due);
	TALLOC_FREE(due->row);
	m->due.next++;
}

static void end_unsent(struct mailer *m, size_t i, const struct sent *s)
{
	struct letter_due *due = due_bring_forward(&m->due, i);
	due_drop_letter(&m->due, due);
	note(m, due->row, s);
	m->due.next++;
}

/* Somebody waits for it. */
static bool is_urgent(const struct delivery *row) { return row->kind == ISSUE_NOTICE; }

/* What may not go out in quiet hours, or when the servers have had all for today, makes room for what may. */
static void set_aside(struct mailer *m)
{
	int64_t rest = transport_rest(m->transport);
	if (rest == 0 && !m->quiet)
		return;
	for (size_t i = m->due.next; i < m->due.count; i++) {
		const struct delivery *row = m->due.all[i].row;
		int64_t quiet = m->quiet ? quiet_left(m->quiet, row->publication) : 0, ms = rest > quiet ? rest : quiet;
		if (ms > 0 && !is_urgent(row))
			postpone(m, i, ms);
	}
}

/* Brings the first letter forward whose turn it is at its receiver; others wait, or make room. */
static bool find_turn(struct mailer *m)
{
	int64_t now = clock_steady(), ms = 0;
	m->soonest = TURN_MS;
	transport_begin_turns(m->transport);
	for (size_t i = m->due.next; i < m->due.count; i++) {
		struct letter_due *due = &m->due.all[i];
		const struct delivery *row = due->row;
		struct sent sent = { 0 };
		switch (transport_turn(m->transport, row->value, row->server, is_urgent(row), &ms, &sent)) {
		case TURN_NOW: due_bring_forward(&m->due, i); return true;
		case TURN_LATER: postpone(m, i, ms); break;
		case TURN_NEVER: end_unsent(m, i, &sent); break;
		case TURN_WAIT:
			m->soonest = ms < m->soonest ? ms : m->soonest;
			due->waits = due->waits ? due->waits : now;
			if (now - due->waits >= TURN_PATIENCE)
				postpone(m, i, transport_later(m->transport, row->value));
			break;
		}
	}
	return false;
}

/* Is it the turn of the next letter, or of one that is brought forward? */
static bool has_turn(struct mailer *m)
{
	if (transport_is_paced(m->transport))
		return find_turn(m);
	return transport_has_room(m->transport, m->due.all[m->due.next].row->server, is_urgent(m->due.all[m->due.next].row));
}

static bool give_back(struct mailer *m, struct error *err)
{
	if (!ledger_postpone(m->role->db, m->holder, m->later, m->later_count, err))
		return false;
	for (size_t i = 0; i < m->later_count; i++)
		due_forget(&m->due, m->later[i].delivery);
	TALLOC_FREE(m->later);
	m->later_count = 0;
	return true;
}

static void hand_over(struct mailer *m)
{
	set_aside(m);
	while (m->due.next < m->due.count && in_pace(m) && has_turn(m)) {
		struct error err = { 0 };
		compose_ahead(m);
		struct letter_due *due = &m->due.all[m->due.next++];
		if (due->letter && composition_is_stale(due->letter))
			due_drop_letter(&m->due, due);
		if (due->letter || compose_due(m, due, &err)) {
			struct outgoing *message = compose_finish(due->letter);
			message->tag = due->row;
			message->avoid = due->row->server;
			message->urgent = is_urgent(due->row);
			transport_send(m->transport, message);
			m->sent_in_second++;
		} else {
			if (transport_is_paced(m->transport))
				transport_give_up(m->transport, due->row->value);
			cannot(m, due->row, &err);
		}
		due_drop_letter(&m->due, due);
	}
	if (in_pace(m))
		compose_ahead(m);
}

/* Waits for one outcome, and a moment for those of half the connections: one commit is for all of them.  Meanwhile the recorder may end. */
static void collect(struct mailer *m, int wake_fd)
{
	struct sent s;
	size_t enough = ((size_t)transport_busy(m->transport) + m->ended.count) / 2;
	while (transport_busy(m->transport) > 0) {
		int64_t left = m->in_hand || m->ended.count == 0 ? m->soonest : m->ended.count < enough ? m->gather_until - clock_steady() : 0;
		if (!transport_next(m->transport, left > 0 ? (int)left : 0, wake_fd, &s))
			return;
		if (m->ended.count == 0)
			m->gather_until = clock_steady() + GROUP_MS;
		note(m, s.tag, &s);
	}
}

/* There is nothing else to do. */
static void await_recorder(struct mailer *m, int wake_fd, int timeout_ms)
{
	struct pollfd wake = { .fd = wake_fd, .events = POLLIN };
	if (m->in_hand)
		poll(&wake, 1, timeout_ms);
}

static bool claim_rows(struct mailer *m, size_t limit, bool suspects, struct error *err)
{
	struct delivery **rows;
	struct ledger_claimer who = { m->holder, m->lease_ms, (int64_t)limit, suspects };
	if (!ledger_claim(m, m->role->db, ADDRESS_MAIL, &who, &rows, err))
		return false;
	size_t count = talloc_array_length(rows);
	for (size_t i = 0; i < count; i++)
		due_add(m, &m->due, rows[i]);
	talloc_free(rows);
	m->more = count == limit;
	return true;
}

/* Rows that are claimed and not yet handed over are given up when their issue was paused or cancelled. */
static bool heed_stops(struct mailer *m, struct error *err)
{
	int64_t now = clock_steady(), first = INT64_MAX, last = 0, *issues;
	if (m->due.next == m->due.count || now - m->heeded < STOP_MS)
		return true;
	m->heeded = now;
	for (size_t i = m->due.next; i < m->due.count; i++) {
		int64_t issue = m->due.all[i].row->issue;
		first = issue < first ? issue : first;
		last = issue > last ? issue : last;
	}
	void *scratch = talloc_new(NULL);
	size_t count = 0;
	bool fine = stop_among(scratch, m->role->db, first, last, &issues, err);
	struct stop_row *rows = fine ? due_rows_of(scratch, &m->due, issues, &count) : NULL;
	if (count && (fine = db_begin_rows(m->role->db, err) && db_end(m->role->db, stop_turn_away(m->role->db, rows, count, m->holder, err), err)))
		due_drop_rows(&m->due, rows, count);
	talloc_free(scratch);
	return fine;
}

/* Claims more before all are handed over, while there is more: those that sign, and the connections, go on meanwhile. */
static bool claim(struct mailer *m, struct error *err)
{
	/* A short queue is to be shared by all workers. */
	size_t most = (size_t)role_part(m->role, BATCH), left = m->due.count - m->due.next;
	bool suspects, fine = true;
	if (left > (m->more ? most / 3 : 0))
		return true;
	due_close_ranks(&m->due);
	if (!quarantine_suspects(m->role->db, &ledger_letters, &suspects, err))
		return false;
	/* When nothing usual is due, the suspects' turn comes at once. */
	for (int turns = suspects ? 2 : 1; fine && m->due.count == left && turns > 0; turns--) {
		enum trial_turn turn = trial_turn(&m->trial, suspects, m->due.held_count > 0);
		if (turn == TRIAL_WAIT)
			return true;
		fine = claim_rows(m, most - left, turn == TRIAL_SUSPECTS, err);
	}
	return fine;
}

/* Renews the leases before a slow server can outlast them; then what others left behind can be told from it. */
static bool renew(struct mailer *m, struct error *err)
{
	int64_t now = clock_steady();
	if (now - m->renewed >= m->lease_ms / 2) {
		if (!quarantine_renew(m->role->db, &ledger_letters, m->lease_ms, m->due.held, m->due.held_count, err))
			return false;
		m->renewed = now;
	}
	return quarantine_watch(m->role->db, queues, &m->watch, err);
}

static bool is_idle(const struct mailer *m) { return transport_busy(m->transport) == 0 && m->ended.count + m->recording.count == 0; }

/* Until the next row is due; connections that are not used are ended in time. */
static bool rest(struct mailer *m, int tend, struct error *err)
{
	int64_t due;
	if (!ledger_next_due(m->role->db, ADDRESS_MAIL, &due, err))
		return false;
	due = due == 0 ? TURN_MS : due;
	role_wait(m->role, tend >= 0 && (due < 0 || due > tend) ? tend : due);
	return true;
}

/* Until it may be somebody's. */
static void wait_for_turn(struct mailer *m)
{
	struct pollfd fds[] = { { .fd = transport_fd(m->transport), .events = POLLIN }, { .fd = m->role->stop_fd, .events = POLLIN } };
	if (!transport_is_paced(m->transport))
		role_wait(m->role, TURN_MS);
	else if (m->due.next < m->due.count)
		poll(fds, sizeof fds / sizeof *fds, (int)m->soonest);
}

static bool work(struct mailer *m, struct error *err)
{
	if (!settle(m, err) || !renew(m, err) || !claim(m, err) || !heed_stops(m, err))
		return false;
	int tend = transport_tend(m->transport);
	if (m->due.next == m->due.count && is_idle(m))
		return rest(m, tend, err);
	hand_over(m);
	if (!give_back(m, err))
		return false;
	/* The server cannot be reached at the moment, or the rate limit is reached. */
	if (is_idle(m))
		wait_for_turn(m);
	collect(m, m->wake_fd);
	give(m);
	if (transport_busy(m->transport) == 0)
		await_recorder(m, m->wake_fd, TURN_MS);
	return true;
}

/* Waits for messages in progress; the other rows are released. */
static bool stop(struct mailer *m, struct error *err)
{
	TALLOC_FREE(m->due.all);
	m->due.count = m->due.next = 0;
	bool fine = settle(m, err);
	for (int64_t end = clock_steady() + DRAIN; fine && transport_busy(m->transport) > 0 && clock_steady() < end; fine = settle(m, err)) {
		collect(m, recorder_fd(m->recorder));
		give(m);
	}
	for (; fine && m->ended.count + m->recording.count > 0; fine = settle(m, err)) {
		give(m);
		await_recorder(m, recorder_fd(m->recorder), -1);
	}
	return fine && quarantine_release(m->role->db, &ledger_letters, err);
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

/* One for each processor, of which every worker has its part. */
static int signers(const struct role *role)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	return role_part(role, online < role->workers ? role->workers : online > SIGNERS_MAX ? SIGNERS_MAX : (int)online);
}

static int close_wake(struct mailer *m) { return m->wake_fd >= 0 ? close(m->wake_fd) : 0; }

static bool watch(struct mailer *m, struct error *err)
{
	struct epoll_event readable = { .events = EPOLLIN };
	m->wake_fd = epoll_create1(EPOLL_CLOEXEC);
	talloc_set_destructor(m, close_wake);
	return (m->wake_fd >= 0 && epoll_ctl(m->wake_fd, EPOLL_CTL_ADD, m->role->stop_fd, &readable) == 0 &&
	        epoll_ctl(m->wake_fd, EPOLL_CTL_ADD, recorder_fd(m->recorder), &readable) == 0) ||
	       error_set(err, ERROR_TEMPORARY, "epoll: %s", strerror(errno));
}

static struct mailer *mailer_new(struct role *role, struct error *err)
{
	struct mailer *m = mem_new(role->db, struct mailer);
	m->role = role;
	m->holder = holder_self(m);
	m->renewed = clock_steady();
	m->soonest = TURN_MS;
	m->lease_ms = role->config->lease_seconds * CLOCK_SECOND;
	m->per_second = role_part(role, role->config->mail.per_second);
	m->composer = composer_new(m, role->db, role->config, signers(role), err);
	const char *site = m->composer ? first_site(m, err) : NULL;
	m->quiet = role->config->mail.quiet_hours ? quiet_new(m, role->db, role->config->mail.quiet_hours) : NULL;
	m->transport = site ? transport_new(m, role, site, err) : NULL;
	m->recorder = m->transport ? recorder_new(m, role->config->database, err) : NULL;
	if (m->recorder && watch(m, err) && quarantine_watch(role->db, queues, &m->watch, err))
		return m;
	talloc_free(m);
	return NULL;
}

void *mail_share(void) { return pacing_table_new(); }

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
