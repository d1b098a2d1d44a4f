#include "gateway/fediverse/door/federate.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/shared.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/fediverse/following/following.h"
#include "gateway/fediverse/inbox/inbox_item.h"
#include "gateway/fediverse/inbox/receive.h"
#include "gateway/fediverse/outbox/deliver.h"
#include "gateway/fediverse/remote/follow_lookup.h"
#include "subscribers/ledger/ledger.h"

#define SWEEP_EVERY CLOCK_HOUR
#define TELL_EVERY (CLOCK_MINUTE / 2)
/* How long to wait for answers before looking for new commits, for answers when stopping, for commits when idle, for the POST of another worker,
 * and for deliveries while a reader waits, too. */
enum { CONNECTIONS = 128, TURN_MS = 100, DRAIN_MS = 6000, IDLE_MS = 60000, OTHERS_MS = 1000, READER_MS = 10 };

struct federate {
	struct db *db;
	struct signed_transport *transport;
	struct receiver *receiver;
	struct deliverer *deliverer;
	struct follow_lookups *lookups;
	struct trial trial;
	struct quarantine_watch watch;
	int64_t swept, told; /* steady time; 0: never */
	bool came; /* something took effect since told */
};

static const struct quarantine_kind *const queues[] = { &inbox_item_queue, &ledger_activities, NULL };

struct shared {
	struct circuit_breaker *breaker;
	struct posted *posted;
};

void *federate_share(void)
{
	struct shared *shared = shared_new(sizeof *shared);
	*shared = (struct shared){ circuit_breaker_new(), posted_new() };
	return shared;
}

struct federate *federate_new(void *owner, const struct role *role, struct error *err)
{
	const struct http_options options = {
		.allow_networks = role->config->allow_networks, .ca_file = role->config->ca_file, .parallel = SIGNED_TRANSPORT_PARALLEL,
		.connections = CONNECTIONS,
	};
	const struct shared *shared = role->shared;
	struct federate *f = mem_new(owner, struct federate);
	f->db = role->db;
	f->transport = signed_transport_new(f, f->db, &options, err);
	f->lookups = f->transport ? follow_lookups_new(f, role, err) : NULL;
	if (!f->lookups || !quarantine_watch(f->db, queues, &f->watch, err)) {
		talloc_free(f);
		return NULL;
	}
	f->receiver = receiver_new(f, role, f->transport, shared->breaker);
	f->deliverer = deliverer_new(f, role, f->transport, shared->breaker, shared->posted);
	return f;
}

static bool take(struct federate *f, const struct http_response *response, struct error *err)
{
	if (receiver_owns(f->receiver, response->tag))
		return receiver_take(f->receiver, response->tag, response, err);
	return !deliverer_owns(f->deliverer, response->tag) || deliverer_take(f->deliverer, response->tag, response, err);
}

/* Waits for the first answer, takes all that are there, and records their outcomes together. */
static bool take_answers(struct federate *f, int timeout_ms, bool *worked, struct error *err)
{
	bool fine = true;
	struct http_response *response = signed_transport_running(f->transport) ? signed_transport_next(f->transport, timeout_ms) : NULL;
	while (response) {
		*worked = true;
		fine = take(f, response, err) && fine;
		talloc_free(response);
		response = signed_transport_next(f->transport, 0);
	}
	return receiver_apply(f->receiver, err) && deliverer_record(f->deliverer, err) && fine;
}

static bool sweep(struct federate *f, struct error *err)
{
	int64_t now = clock_now(), steady = clock_steady();
	if (f->swept && steady - f->swept < SWEEP_EVERY)
		return true;
	f->swept = steady;
	return inbox_item_sweep(f->db, now, err) && following_sweep(f->db, now, err);
}

/* What came for the owners becomes letters: at once, and what must wait its hour soon after that. */
static bool tell(struct federate *f, struct error *err)
{
	int64_t steady = clock_steady();
	if (f->told && !f->came && steady - f->told < TELL_EVERY)
		return true;
	f->told = steady;
	f->came = false;
	return reply_tell(f->db, clock_now(), err);
}

static bool holds(const struct federate *f) { return receiver_holds(f->receiver) || deliverer_holds(f->deliverer); }

/* What the two parts may claim.  An item or a row that may end this process is tried while neither holds anything else. */
static bool turns(struct federate *f, enum trial_turn *receiving, enum trial_turn *delivering, struct error *err)
{
	bool items, rows;
	if (!quarantine_suspects(f->db, &inbox_item_queue, &items, err) || !quarantine_suspects(f->db, &ledger_activities, &rows, err))
		return false;
	*receiving = *delivering = trial_turn(&f->trial, items || rows, holds(f));
	if (*receiving == TRIAL_SUSPECTS)
		*(items ? delivering : receiving) = TRIAL_WAIT;
	return true;
}

static bool work(struct federate *f, bool *received, bool *delivered, struct error *err)
{
	enum trial_turn receiving, delivering;
	if (!sweep(f, err) || !tell(f, err) || !quarantine_watch(f->db, queues, &f->watch, err) || !turns(f, &receiving, &delivering, err))
		return false;
	bool fine = receiver_step(f->receiver, receiving, received, err);
	return deliverer_step(f->deliverer, delivering, delivered, err) && fine;
}

bool federate_step(struct federate *f, int timeout_ms, bool *worked, struct error *err)
{
	bool received = false, delivered = false, answered = false, led = false;
	bool fine = work(f, &received, &delivered, err);
	bool idle = !received && !delivered, sends = signed_transport_running(f->transport) > 0;
	fine = follow_lookups_step(f->lookups, idle && !sends ? timeout_ms : 0, &led, err) && fine;
	int wait = idle && !led ? timeout_ms : 0;
	fine = take_answers(f, follow_lookups_busy(f->lookups) && wait > READER_MS ? READER_MS : wait, &answered, err) && fine;
	f->came = f->came || received || answered;
	*worked = received || delivered || answered || led;
	return fine;
}

bool federate_busy(const struct federate *f) { return signed_transport_running(f->transport) > 0 || follow_lookups_busy(f->lookups); }

bool federate_next_due(struct federate *f, int64_t *ms, struct error *err)
{
	int64_t dues[3];
	if (!inbox_item_next_due(f->db, INBOX_ITEM_OF_STRANGER, &dues[0], err) || !inbox_item_next_due(f->db, INBOX_ITEM_OF_KNOWN, &dues[1], err) ||
	    !ledger_next_due(f->db, ADDRESS_ACTOR, &dues[2], err))
		return false;
	*ms = -1;
	for (size_t i = 0; i < sizeof dues / sizeof *dues; i++)
		if (dues[i] >= 0 && (*ms < 0 || dues[i] < *ms))
			*ms = dues[i];
	return true;
}

bool federate_stop(struct federate *f, int timeout_ms, struct error *err)
{
	int64_t until = clock_steady() + timeout_ms;
	bool fine = true, worked;
	while (signed_transport_running(f->transport) && clock_steady() < until)
		fine = take_answers(f, (int)(until - clock_steady()), &worked, err) && fine;
	fine = receiver_release(f->receiver, err) && fine;
	return deliverer_release(f->deliverer, err) && fine;
}

/* After a temporary error (database busy, disk full) the loop goes on: outcomes that were not recorded stay in memory. */
static bool pause_after(struct role *role, const struct error *err)
{
	if (err->kind != ERROR_TEMPORARY)
		return false;
	log_warning("federation pauses", log_text("why", err->text));
	role_wait(role, CLOCK_SECOND);
	return true;
}

/* Sleeps until another process commits or something is due. */
static bool rest(struct role *role, struct federate *f, struct error *err)
{
	int64_t ms;
	if (!federate_next_due(f, &ms, err))
		return false;
	int64_t most = deliverer_waits(f->deliverer) ? OTHERS_MS : IDLE_MS;
	/* What is due, and was not claimed, waits for its turn (trial.h). */
	role_wait(role, ms < 0 || ms > most ? most : ms == 0 ? TURN_MS : ms);
	return true;
}

bool federate_run(struct role *role, struct error *err)
{
	struct federate *f = federate_new(NULL, role, err);
	bool fine = f != NULL;
	if (fine)
		role_ready(role);
	while (fine && role_go_on(role)) {
		bool worked;
		fine = federate_step(f, TURN_MS, &worked, err) && (worked || federate_busy(f) || rest(role, f, err));
		if (!fine)
			fine = pause_after(role, err);
	}
	struct error ignored;
	if (f && !federate_stop(f, DRAIN_MS, fine ? err : &ignored))
		fine = false;
	talloc_free(f);
	return fine;
}
