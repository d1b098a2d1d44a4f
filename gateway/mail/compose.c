#include "gateway/mail/compose.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/mail/dkim_record.h"
#include "gateway/mail/letter.h"
#include "smtp/dkim/dkim.h"
#include "smtp/message/message.h"
#include "subscribers/gate/gate.h"
#include <jansson.h>
#include <string.h>

/* The sizes of the caches: rows are claimed issue by issue. */
enum { KEPT = 8 };
/* How long they are valid, so that a withdrawal or a new name reaches most of the remaining letters. */
#define KEPT_FOR (5 * CLOCK_SECOND)

/* A publication and the keys that sign its letters. */
struct sender {
	struct publication *p;
	struct dkim_signer signers[2];
	int64_t until;
};

/* The letter of an issue, encoded once for all readers. */
struct kept_letter {
	int64_t issue, until;
	struct message_draft *draft;
};

struct composer {
	struct db *db;
	const struct config *config;
	struct template_set *templates;
	struct sender *senders[KEPT];
	struct kept_letter letters[KEPT];
	size_t next_sender, next_letter;
};

struct composer *composer_new(void *owner, struct db *db, const struct config *config, struct error *err)
{
	struct composer *c = mem_new(owner, struct composer);
	c->db = db;
	c->config = config;
	c->templates = letter_templates(c, err);
	if (c->templates)
		return c;
	talloc_free(c);
	return NULL;
}

static bool add_signer(struct composer *c, struct sender *s, enum key_type type, struct error *err)
{
	struct dkim_record *r = dkim_record(s, c->db, s->p, type, err);
	if (r)
		s->signers[type] = (struct dkim_signer){ r->domain, r->selector, r->key };
	return r != NULL;
}

static const struct sender *sender_of(struct composer *c, int64_t publication, struct error *err)
{
	for (size_t i = 0; i < KEPT; i++)
		if (c->senders[i] && c->senders[i]->p->id == publication && clock_steady() < c->senders[i]->until)
			return c->senders[i];
	struct sender *s = mem_new(c, struct sender);
	s->p = publication_by_id(s, c->db, publication, err);
	if (!s->p || !add_signer(c, s, KEY_RSA, err) || !add_signer(c, s, KEY_ED25519, err)) {
		talloc_free(s);
		return NULL;
	}
	s->until = clock_steady() + KEPT_FOR;
	struct sender **slot = &c->senders[c->next_sender++ % KEPT];
	talloc_free(*slot);
	return *slot = s;
}

/* The letter shows what a subscriber may read. */
static struct letter *letter_of_issue(struct composer *c, const struct publication *p, int64_t entry, struct error *err)
{
	struct gate gate;
	void *scratch = talloc_new(NULL);
	struct entry *e = archive_get(scratch, c->db, entry, err), *shown = NULL;
	struct viewer reader = { VIEWER_SUBSCRIBER, p->id, 0, NULL };
	struct letter *l = NULL;
	if (e && gate_of(c->db, p, &gate, err)) {
		shown = gate_show(scratch, &gate, e, &reader, NULL);
		if (shown)
			l = letter_of_entry(c, c->templates, p, shown, err);
		else
			error_set(err, ERROR_NOT_FOUND, "the entry was withdrawn");
	}
	talloc_free(scratch);
	return l;
}

/* The list headers; a notice has none. */
static void list_fields(void *owner, const struct publication *p, const struct delivery *d, const struct letter *l, struct message *m)
{
	char *domain = publication_domain(owner, p);
	m->list_id = mem_printf(owner, "%s.%s", p->handle, domain);
	m->list_name = p->name;
	m->archive = mem_printf(owner, "%s/archive", p->url);
	m->help = mem_printf(owner, "%s/privacy", p->url);
	m->archived_at = l->archived_at;
	m->feedback_id = mem_printf(owner, "%lld:%lld:letter:pennypost", (long long)d->issue, (long long)p->id);
}

/* The date is that of the issue, so that a repeated message is identical. */
static struct message_draft *prepare(void *owner, const struct publication *p, const struct delivery *d, const struct letter *l)
{
	void *t = talloc_new(NULL);
	struct message m = { .from = p->mail_from, .from_name = p->name, .subject = l->subject, .date = d->issued, .language = p->language,
	                     .automatic = d->kind == ISSUE_NOTICE, .text = l->text, .html = l->html };
	if (d->kind != ISSUE_NOTICE)
		list_fields(t, p, d, l, &m);
	struct message_draft *draft = message_prepare(owner, &m);
	talloc_free(t);
	return draft;
}

static const struct message_draft *kept_draft(struct composer *c, const struct delivery *d, const struct publication *p, struct error *err)
{
	for (size_t i = 0; i < KEPT; i++)
		if (c->letters[i].draft && c->letters[i].issue == d->issue && clock_steady() < c->letters[i].until)
			return c->letters[i].draft;
	struct letter *l = letter_of_issue(c, p, d->entry, err);
	if (!l)
		return NULL;
	struct kept_letter *slot = &c->letters[c->next_letter++ % KEPT];
	talloc_free(slot->draft);
	*slot = (struct kept_letter){ d->issue, clock_steady() + KEPT_FOR, prepare(c, p, d, l) };
	talloc_free(l);
	return slot->draft;
}

static struct letter *proof_letter(void *owner, struct composer *c, const struct publication *p, int64_t id, struct error *err)
{
	struct proof *proof = proof_get(owner, c->db, p, id, err);
	if (proof && proof->expires <= clock_now()) {
		error_set(err, ERROR_NOT_FOUND, "the link of this letter has expired before it could be sent");
		return NULL;
	}
	return proof ? letter_of_proof(owner, c->templates, p, proof, err) : NULL;
}

static struct letter *owner_letter(void *owner, struct composer *c, const struct publication *p, int64_t id, struct error *err)
{
	struct notice *notice = notice_get(owner, c->db, id, err);
	return notice ? letter_of_notice(owner, c->templates, p, notice, err) : NULL;
}

/* The letter of a notice: {"letter": "confirm", "proof": 12} to a reader, {"letter": "owner", "notice": 12} to the owner. */
static const struct message_draft *notice_draft(void *owner, struct composer *c, const struct delivery *d, const struct publication *p, struct error *err)
{
	json_t *payload = json_loads(d->notice ? d->notice : "", 0, NULL);
	int64_t proof = json_integer_value(json_object_get(payload, "proof")), notice = json_integer_value(json_object_get(payload, "notice"));
	json_decref(payload);
	struct letter *l = notice ? owner_letter(owner, c, p, notice, err) : proof_letter(owner, c, p, proof, err);
	return l ? prepare(owner, p, d, l) : NULL;
}

/* The message for the address of this row. */
static void complete(void *owner, const struct publication *p, const struct delivery *d, const struct message_draft *draft, struct outgoing *out)
{
	char *leave = mem_printf(owner, "%s/u/%s", p->url, proof_leave_token(owner, p, d->address));
	/* The Message-ID is derived from the row, so that a repeated message can be recognised. */
	char *token = proof_return_token(owner, p, d->id);
	out->to = d->value;
	out->id = mem_printf(owner, "%s@%s", token, mailbox_domain(p->mail_from));
	out->from = mem_printf(owner, "b+%s@%s", token, mailbox_domain(p->mail_from));
	const struct message m = { .to = d->value, .id = out->id, .unsubscribe = leave,
	                           .values = letter_values(owner, &(struct letter_reader){ d->value, leave, d->address_confirmed }) };
	out->data = message_complete(owner, draft, &m, &out->size);
}

bool compose(void *owner, struct composer *c, const struct delivery *d, struct outgoing *out, struct error *err)
{
	const struct sender *s = sender_of(c, d->publication, err);
	if (!s)
		return false;
	const struct message_draft *draft = d->kind == ISSUE_NOTICE ? notice_draft(owner, c, d, s->p, err) : kept_draft(c, d, s->p, err);
	if (!draft)
		return false;
	complete(owner, s->p, d, draft, out);
	if (c->config->mail.dkim)
		out->data = dkim_sign(owner, out->data, &out->size, s->signers, 2, clock_now());
	return true;
}
