#include "gateway/inbound/take.h"
#include "gateway/archive/mail/list_address.h"
#include "gateway/archive/store/notice.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/inbound/answer.h"
#include "gateway/inbound/command.h"
#include "gateway/inbound/posting.h"
#include "gateway/inbound/returned.h"
#include "gateway/inbound/route.h"

/* So many messages of people become notices in an hour; others wait, so that a flood is no flood for the owner, and nothing is lost. */
enum { TOLD_AN_HOUR = 60 };
/* Characters of a message that a notice shows. */
enum { SHOWN_MAX = 20000 };
#define LATER (20 * CLOCK_MINUTE)

static bool take_returned(void *owner, struct db *db, const struct mail_in *m, const char **what, struct error *err)
{
	struct returned r;
	if (!returned_take(owner, db, m->message, m->size, m->recipient, &r, err))
		return false;
	*what = r.counts ? bounce_effect_name(r.effect) : r.why;
	return mail_in_done(db, m->id, err);
}

/* Is it from an address of ours?  Then it would be answered to ourselves. */
static bool is_ours(struct db *db, const struct config *config, const char *from, bool *ours, struct error *err)
{
	struct error why = { 0 };
	struct mail_in back = { .recipient = from };
	*ours = from && route_mail(db, config, &back, &why);
	if (!from || *ours || why.kind == ERROR_NOT_FOUND)
		return true;
	*err = why;
	return false;
}

/* Has the owner had so many of late that this one must wait?  Then it is put off. */
static bool must_wait(struct db *db, const struct mail_in *m, bool *wait, const char **what, struct error *err)
{
	int64_t told = 0;
	*what = "put off: the owner has had many";
	bool fine = db_get_int(db, "SELECT count(*) FROM notice WHERE publication = $1 AND created > $2", DB_ARGS(db_int(m->publication), db_int(clock_now() - CLOCK_HOUR)), &told, err);
	*wait = told >= TOLD_AN_HOUR;
	return fine && (!*wait || mail_in_put_off(db, m->id, LATER, err));
}

/* To the owner, who answers from their own mailbox. */
static bool tell_owner(void *owner, struct db *db, const struct mail_in *m, const struct letter_in *l, const char **what, struct error *err)
{
	bool wait;
	if (!must_wait(db, m, &wait, what, err) || wait)
		return wait;
	const char *who = l->from ? l->from : "an unknown author";
	const struct notice notice = { .publication = m->publication, .subject = mem_printf(owner, "%s writes: %s", *l->name ? l->name : who, *l->subject ? l->subject : "(no subject)"),
	                               .text = mem_printf(owner, "%s%s%s has written to %s:\n\n%s\n\nTo answer, write to %s.", l->name, *l->name ? ", " : "", who, m->recipient,
	                                                  text_cut(owner, l->text, SHOWN_MAX), who) };
	*what = "told to the owner";
	return notice_post(db, &notice, err) && mail_in_done(db, m->id, err);
}

static bool run_command(void *owner, struct db *db, const struct mail_in *m, const struct letter_in *l, const char **what, struct error *err)
{
	struct list_address to;
	struct publication *p = publication_by_id(owner, db, m->publication, err);
	if (!p || !list_address_read(owner, m->recipient, &to))
		return false;
	const struct command c = { p, &to, l, m->recipient };
	return command_run(db, &c, what, err) && mail_in_done(db, m->id, err);
}

/* It changes nothing; why is for people. */
static bool ignore(void *owner, struct db *db, const struct mail_in *m, const char *why, const char **what, struct error *err)
{
	*what = mem_printf(owner, "ignored: %s", why);
	return mail_in_done(db, m->id, err);
}

/* What a message is about, while it is taken. */
struct taking {
	struct db *db;
	const struct config *config;
	const struct mail_in *m;
	const struct letter_in *l;
	struct publication *p;
	struct posting *posting; /* NULL: it is no post of the owner's */
	struct answer *answer;   /* NULL: it is none to a letter, or such answers go to the owner */
};

static bool store_posting(const struct taking *t, const char **what, struct error *err)
{
	bool wait;
	if (!must_wait(t->db, t->m, &wait, what, err) || wait)
		return wait;
	*what = "a draft of the owner's";
	return posting_store(t->db, t->p, t->posting, t->config, err) && mail_in_done(t->db, t->m->id, err);
}

static bool store_answer(void *owner, const struct taking *t, const char **what, struct error *err)
{
	static const char *const words[] = {
		[ANSWER_HELD] = "held for the owner's word", [ANSWER_KNOWN] = "held before", [ANSWER_TOO_MANY] = "not kept: too many from this mailbox", [ANSWER_FOR_OWNER] = "",
	};
	enum answer_outcome outcome;
	if (!answer_store(t->db, t->p, t->answer, &outcome, err))
		return false;
	if (outcome == ANSWER_FOR_OWNER)
		return tell_owner(owner, t->db, t->m, t->l, what, err);
	*what = words[outcome];
	return mail_in_done(t->db, t->m->id, err);
}

static bool apply(void *owner, const struct taking *t, const char **what, struct error *err)
{
	if (!db_begin(t->db, err))
		return false;
	bool fine = t->posting                   ? store_posting(t, what, err)
	            : t->answer                     ? store_answer(owner, t, what, err)
	            : t->m->kind == MAIL_IN_COMMAND ? run_command(owner, t->db, t->m, t->l, what, err)
	                                            : tell_owner(owner, t->db, t->m, t->l, what, err);
	return db_end(t->db, fine, err);
}

/* A message of the owner's to the publication, without text, is told to them like any other. */
static bool prepare(void *owner, struct taking *t, struct error *err)
{
	struct error ignored;
	t->p = publication_by_id(owner, t->db, t->m->publication, err);
	if (t->p && t->config->inbound.domain && t->m->kind == MAIL_IN_POST && posting_is(t->p, t->l))
		t->posting = posting_read(owner, t->p, t->l, &ignored);
	if (t->p && t->m->kind == MAIL_IN_POST && !t->posting && t->p->answers == PUBLICATION_ANSWERS_MODERATE)
		t->answer = answer_read(owner, t->p, t->m, t->l);
	return t->p != NULL;
}

static bool may_be_program(void *owner, const struct mail_in *m)
{
	struct list_address to;
	return m->kind == MAIL_IN_COMMAND && list_address_read(owner, m->recipient, &to) && command_of_programs(&to);
}

/* That a command has no effect is no failure: it was undone, and its row goes. */
static bool take_letter(void *owner, struct db *db, const struct config *config, const struct mail_in *m, const char **what, struct error *err)
{
	bool ours;
	struct error why = { 0 };
	const struct letter_in *l = letter_in_read(owner, m);
	struct taking t = { .db = db, .config = config, .m = m, .l = l };
	if (!is_ours(db, config, l->from, &ours, err) || (!l->automatic && !prepare(owner, &t, err)))
		return false;
	if ((l->automatic || (ours && !t.posting)) && !may_be_program(owner, m))
		return ignore(owner, db, m, l->automatic ? mem_printf(owner, "a program wrote it: %s", l->automatic) : "it comes from an address of ours", what, err);
	if (apply(owner, &t, what, &why))
		return true;
	if (why.kind == ERROR_INVALID || why.kind == ERROR_NOT_FOUND || why.kind == ERROR_EXISTS)
		return ignore(owner, db, m, why.text, what, err);
	*err = why;
	return false;
}

bool take_mail(void *owner, struct db *db, const struct config *config, const struct mail_in *m, const char **what, struct error *err)
{
	*what = "";
	return m->kind == MAIL_IN_RETURN ? take_returned(owner, db, m, what, err) : take_letter(owner, db, config, m, what, err);
}
