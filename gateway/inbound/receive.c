#include "gateway/inbound/receive.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/holder.h"
#include "gateway/base/role/trial.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/inbound/lmtp_sockets.h"
#include "gateway/inbound/poll.h"
#include "gateway/inbound/take.h"

/* How long the loop waits for a client when nothing is due; how long a row waits after the database failed. */
enum { IDLE_MS = 2000, PATIENCE_MS = 5000, PUT_OFF_MS = 10000 };
#define LEASE (5 * CLOCK_MINUTE)
#define SWEEP CLOCK_HOUR

struct receiver {
	struct role *role;
	struct lmtp_sockets *sockets;
	char *holder;
	struct trial trial;
	struct quarantine_watch watch;
	int64_t swept; /* steady time */
	bool polls;    /* it is the worker that polls the mailbox; else it listens */
	int64_t next_poll; /* steady time */
};

static const struct quarantine_kind *const queues[] = { &mail_in_queue, NULL };

/* What fails for a reason of its own comes into quarantine, the third time. */
static bool failed(struct receiver *r, const struct mail_in *m, const struct error *why, struct error *err)
{
	struct db *db = r->role->db;
	log_warning("mail not read", log_int("mail", m->id), log_text("recipient", m->recipient), log_text("error", why->text));
	if (why->kind != ERROR_TEMPORARY && !quarantine_failed(db, &mail_in_queue, m->id, m->publication, why->text, err))
		return false;
	return mail_in_put_off(db, m->id, PUT_OFF_MS, err);
}

static bool read_one(struct receiver *r, const struct mail_in *m, struct error *err)
{
	struct error why = { 0 };
	const char *what = "";
	void *scratch = talloc_new(NULL);
	bool fine = false;
	for (int races = 0; !(fine = take_mail(scratch, r->role->db, r->role->config, m, &what, &why)) && db_again(r->role->db, &races);)
		;
	if (fine)
		log_info("mail read", log_int("mail", m->id), log_text("recipient", m->recipient), log_text("sender", m->sender), log_text("outcome", what));
	talloc_free(scratch);
	return fine || failed(r, m, &why, err);
}

/* One message; *worked is false when none was due.  It holds one at a time, so that a crash tells which. */
static bool step(struct receiver *r, bool *worked, struct error *err)
{
	bool suspects;
	struct mail_in *m;
	if (!quarantine_watch(r->role->db, queues, &r->watch, err) || !quarantine_suspects(r->role->db, &mail_in_queue, &suspects, err))
		return false;
	const struct mail_in_claimer who = { r->holder, LEASE, trial_turn(&r->trial, suspects, false) == TRIAL_SUSPECTS, 0 };
	if (!mail_in_claim(r, r->role->db, &who, &m, err))
		return false;
	*worked = m != NULL;
	bool fine = !m || read_one(r, m, err);
	talloc_free(m);
	return fine;
}

static bool sweep(struct receiver *r, struct error *err)
{
	if (r->swept && clock_steady() - r->swept < SWEEP)
		return true;
	r->swept = clock_steady();
	return mail_answer_sweep(r->role->db, clock_now(), err);
}

/* A mailbox out of reach is looked into again, as if it had been empty. */
static void poll_if_due(struct receiver *r)
{
	bool more = false;
	struct error err = { 0 };
	if (!r->polls || clock_steady() < r->next_poll)
		return;
	if (!poll_mailbox(r->role, &more, &err) && role_go_on(r->role))
		log_warning("mailbox not polled", log_text("error", err.text));
	r->next_poll = clock_steady() + (more ? 0 : r->role->config->mailbox.seconds * CLOCK_SECOND);
}

/* How long there is nothing to do but for clients. */
static int idle_ms(const struct receiver *r)
{
	int64_t left = r->polls ? r->next_poll - clock_steady() : IDLE_MS;
	return left < 0 ? 0 : left < IDLE_MS ? (int)left : IDLE_MS;
}

/* Clients come first: they wait at the other end. */
static bool turn(struct receiver *r, bool *busy, struct error *err)
{
	bool stored = false, worked = false;
	if (!lmtp_sockets_turn(r->sockets, *busy ? 0 : idle_ms(r), &stored, err) || !step(r, &worked, err) || !sweep(r, err))
		return false;
	*busy = stored || worked;
	if (!*busy)
		poll_if_due(r);
	return true;
}

bool receive_run(struct role *role, struct error *err)
{
	struct receiver *r = mem_new(role->db, struct receiver);
	bool fine = true, busy = true;
	r->role = role;
	r->holder = holder_self(r);
	r->polls = role->config->mailbox.host && role->worker == role->workers - 1;
	if (r->polls)
		role->listen_fd = -1;
	db_set_patience(role->db, PATIENCE_MS);
	r->sockets = lmtp_sockets_new(r, role, err);
	fine = r->sockets != NULL;
	if (fine)
		role_ready(role);
	while (fine && role_go_on(role)) {
		fine = turn(r, &busy, err);
		if (!fine && err->kind == ERROR_TEMPORARY) {
			log_warning("reading mail put off", log_text("error", err->text));
			busy = false;
			fine = true;
		}
	}
	if (r->sockets)
		lmtp_sockets_end(r->sockets);
	fine = quarantine_release(role->db, &mail_in_queue, err) && fine;
	talloc_free(r);
	return fine;
}
