#include "gateway/serve/landing.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/base/system/thread.h"
#include "gateway/doctor/doctor.h"
#include "gateway/mail/deliver.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include <poll.h>
#include <time.h>

/* A publication is looked at no more often. */
#define EVERY CLOCK_HOUR
enum { PATIENCE_S = 1, TURN_MS = 5000 };

struct looked {
	int64_t publication, at; /* on clock_steady() */
	int64_t issue;           /* the newest that was seen */
};

/* What the thread has; it belongs to nobody, because the thread may wait for DNS when the role ends. */
struct landing {
	const struct config *config;
	struct db *db;
	int stop_fd;
	struct looked *looked;
	size_t count;
};

static const struct doctor_finding *fault_of(const struct doctor_report *r)
{
	const struct doctor_finding *worst = doctor_worst(r);
	return worst && worst->level == DOCTOR_WRONG ? worst : NULL;
}

static bool tell_owner(struct db *db, const struct publication *p, const struct doctor_finding *f, struct error *err)
{
	char *text = mem_printf(NULL, "Mail servers would refuse your letters, so nothing is sent to readers until you say 'pennypost delivery resume'. Nothing is lost.\n\n"
	                              "%s: %s\n\nWhat to do: %s\n\n'pennypost doctor' looks again.", f->check, f->seen, f->fix);
	bool fine = notice_post(db, &(struct notice){ .publication = p->id, .subject = "letters are paused: they would not land", .text = text }, err);
	talloc_free(text);
	return fine;
}

static bool refuse(struct landing *l, const struct publication *p, const struct doctor_finding *f, struct error *err)
{
	bool begun = false;
	if (!pause_begin(l->db, p->id, f->seen, &begun, err))
		return false;
	if (begun)
		log_warning("letters are paused until their owner says so", log_text("publication", p->host));
	return !begun || tell_owner(l->db, p, f, err);
}

static bool look_at(struct landing *l, void *scratch, const struct publication *p, struct error *err)
{
	struct doctor_report *r = doctor_examine(scratch, l->db, l->config, p, &(struct doctor_wish){ .quick = true }, err);
	const struct doctor_finding *fault = r ? fault_of(r) : NULL;
	if (fault)
		log_warning("letters may not land: see pennypost doctor", log_text("publication", p->host), log_text("check", fault->check), log_text("seen", fault->seen));
	/* While DNS does not answer, nothing is proven. */
	return r && (!fault || r->unanswered || !l->config->mail.refuse_in_doubt || refuse(l, p, fault, err));
}

static struct looked *looked_at(struct landing *l, int64_t publication)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->looked[i].publication == publication)
			return &l->looked[i];
	struct looked *k = mem_push(l, l->looked, l->count);
	*k = (struct looked){ .publication = publication, .at = clock_steady() - EVERY };
	return k;
}

/* Is there an issue for readers that was not there at the last look? */
static bool has_news(struct landing *l, struct looked *k)
{
	int64_t newest = 0;
	struct error ignored;
	if (!db_get_int(l->db, "SELECT coalesce(max(id), 0) FROM issue WHERE publication = $1 AND id > $2 AND kind <> $3",
	                DB_ARGS(db_int(k->publication), db_int(k->issue), db_int(ISSUE_NOTICE)), &newest, &ignored) || newest == 0)
		return false;
	k->issue = newest;
	return true;
}

/* Is it time for this one, which then counts as looked at? */
static bool is_due(struct landing *l, int64_t publication, bool always)
{
	struct looked *k = looked_at(l, publication);
	if (clock_steady() - k->at < EVERY || !(has_news(l, k) || always))
		return false;
	k->at = clock_steady();
	return true;
}

static void look_at_all(struct landing *l, bool all)
{
	struct publication **publications;
	size_t count = 0;
	struct error err = { 0 };
	void *scratch = talloc_new(NULL);
	bool fine = publication_all(scratch, l->db, &publications, &count, &err);
	for (size_t i = 0; fine && i < count; i++)
		if (is_due(l, publications[i]->id, all))
			fine = look_at(l, scratch, publications[i], &err);
	if (!fine)
		log_warning("it is not known whether letters will land", log_text("error", err.text));
	talloc_free(scratch);
}

static void *work(void *landing)
{
	struct landing *l = landing;
	struct pollfd stop = { .fd = l->stop_fd, .events = POLLIN };
	/* Not at each commit: there are thousands in a second while letters go out. */
	do
		look_at_all(l, l->config->mail.refuse_in_doubt);
	while (poll(&stop, 1, TURN_MS) <= 0);
	return NULL;
}

static struct landing *landing_new(const struct role *role, struct error *err)
{
	struct landing *l = mem_new(NULL, struct landing);
	*l = (struct landing){ .config = role->config, .db = db_open(l, role->config->database, err), .stop_fd = role->stop_fd };
	if (l->db)
		return l;
	talloc_free(l);
	return NULL;
}

static void end(struct landing *l, pthread_t thread)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	if (pthread_timedjoin_np(thread, NULL, &until) == 0)
		talloc_free(l);
	else
		pthread_detach(thread);
}

bool landing_mail_run(struct role *role, struct error *err)
{
	pthread_t thread;
	bool first = role->worker == 0, refuses = role->config->mail.refuse_in_doubt;
	if (role->config->mail.transport != CONFIG_SMTP || !(first || refuses))
		return mail_run(role, err);
	struct landing *l = landing_new(role, err);
	if (!l)
		return false;
	/* None of the workers may send before one of them has looked. */
	if (refuses)
		look_at_all(l, true);
	bool started = first && thread_start(&thread, work, l) == 0;
	if (!first)
		TALLOC_FREE(l);
	bool fine = mail_run(role, err);
	if (started)
		end(l, thread);
	else
		talloc_free(l);
	return fine;
}
