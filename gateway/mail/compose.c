#include "gateway/mail/compose.h"
#include "gateway/archive/mail/list_address.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/mail/digest.h"
#include "gateway/mail/dkim_record.h"
#include "gateway/mail/letter_commands.h"
#include "gateway/mail/letter_entry.h"
#include "gateway/mail/signing.h"
#include "smtp/message/message.h"
#include "subscribers/bounce/bounce_token.h"
#include "subscribers/proof/move.h"
#include "subscribers/proof/reading.h"
#include <ctype.h>
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

/* The letter of an issue, encoded once for all readers of a kind: supporters may read more. */
struct kept_letter {
	int64_t issue, issued, until; /* the date of the message is that of the issue, of a series its reader's */
	bool text_only, supporter;
	struct message_draft *draft;
};

struct composer {
	struct db *db;
	const struct config *config;
	struct template_set *templates;
	struct signing *signing; /* NULL: letters are not signed */
	struct sender *senders[KEPT];
	struct kept_letter letters[KEPT];
	size_t next_sender, next_letter;
};

/* A letter on its way through the threads that sign. */
struct composition {
	struct outgoing message;
	struct signing_job *job; /* NULL: message is complete */
	size_t size;             /* of the message without signatures */
	int64_t until;
};

struct composer *composer_new(void *owner, struct db *db, const struct config *config, int threads, struct error *err)
{
	struct composer *c = mem_new(owner, struct composer);
	c->db = db;
	c->config = config;
	c->templates = letter_templates(c, config->mail.templates, err);
	if (c->templates) {
		c->signing = config->mail.dkim ? signing_new(c, threads) : NULL;
		return c;
	}
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

static struct sender *sender_of(struct composer *c, int64_t publication, struct error *err)
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
	/* Letters that are being signed refer to its keys. */
	if (*slot)
		talloc_unlink(c, *slot);
	return *slot = s;
}

/* An entry as a reader may read it; ERROR_NOT_FOUND: it was withdrawn. */
static struct entry *shown_of(void *owner, struct composer *c, const struct gate *gate, int64_t id, const struct viewer *reader, struct error *err)
{
	struct entry *e = archive_get(owner, c->db, id, err), *shown = e ? gate_show(owner, gate, e, reader, NULL) : NULL;
	if (e && !shown)
		error_set(err, ERROR_NOT_FOUND, "the entry was withdrawn");
	return shown;
}

static struct letter *digest_of(void *scratch, struct composer *c, const struct publication *p, const struct gate *gate, const struct delivery *d, struct error *err)
{
	struct digest_post *posts;
	if (!ledger_digest(scratch, c->db, d->issue, &posts, err))
		return NULL;
	size_t count = 0;
	bool fine = true;
	const struct viewer reader = { gate_reader(d->supporter), p->id, 0, NULL };
	struct digest_item *items = mem_array(scratch, struct digest_item, talloc_array_length(posts));
	for (size_t i = 0; fine && i < talloc_array_length(posts); i++) {
		struct entry *shown = shown_of(scratch, c, gate, posts[i].entry, &reader, err);
		fine = shown || err->kind == ERROR_NOT_FOUND;
		if (shown)
			items[count++] = (struct digest_item){ shown, posts[i].source };
	}
	if (fine && count)
		return letter_of_digest(c, c->templates, p, items, count, err);
	if (fine)
		error_set(err, ERROR_NOT_FOUND, "all its entries were withdrawn");
	return NULL;
}

static struct letter *digest_letter(struct composer *c, const struct publication *p, const struct delivery *d, struct error *err)
{
	struct gate gate;
	void *scratch = talloc_new(NULL);
	struct letter *l = gate_of(c->db, p, &gate, err) ? digest_of(scratch, c, p, &gate, d, err) : NULL;
	talloc_free(scratch);
	return l;
}

/* url with the digits of its percent-encoding in small letters, which are the same (RFC 3986 section 6.2.2.1): SpamAssassin takes "%BD%" in a header for a template
 * that was not filled in. */
static char *small_escapes(void *owner, const char *url)
{
	char *copy = mem_dup_or_null(owner, url);
	for (char *p = copy; p && *p; p++)
		if (*p == '%' && p[1] && p[2]) {
			p[1] = (char)tolower((unsigned char)p[1]);
			p[2] = (char)tolower((unsigned char)p[2]);
		}
	return copy;
}

static char *list_url(void *owner, const struct publication *p, const char *domain, enum list_command command, const char *token)
{
	return mem_printf(owner, "mailto:%s", list_address(owner, p, domain, command, token));
}

/* The list headers; a notice has none.  inbound: the domain at which it takes mail, or NULL. */
static void list_fields(void *owner, const struct publication *p, const struct delivery *d, const struct letter *l, const char *inbound, struct message *m)
{
	char *domain = publication_domain(owner, p);
	m->list_id = mem_printf(owner, "%s.%s", p->handle, domain);
	m->list_name = p->name;
	m->archive = mem_printf(owner, "%s/archive", p->url);
	m->help = mem_printf(owner, "%s/privacy", p->url);
	if (inbound) {
		m->help = list_url(owner, p, inbound, LIST_HELP, NULL);
		m->subscribe = list_url(owner, p, inbound, LIST_SUBSCRIBE, NULL);
		m->owner = list_url(owner, p, inbound, LIST_OWNER, NULL);
	}
	m->archived_at = small_escapes(owner, l->archived_at);
	m->feedback_id = mem_printf(owner, "%lld:%lld:letter:pennypost", (long long)d->issue, (long long)p->id);
}

/* The entry of a test letter: {"letter": "test", "entry": 12}; else 0. */
static int64_t test_of(const struct delivery *d)
{
	json_t *payload = d->kind == ISSUE_NOTICE ? json_loads(d->notice ? d->notice : "", 0, NULL) : NULL;
	int64_t entry = json_integer_value(json_object_get(payload, "entry"));
	json_decref(payload);
	return entry;
}

/* Form-Sub (draft-levine-mailbomb-header) lets receivers count what forms make strangers write to one mailbox. */
static const struct message_field *extra_of(void *owner, const struct delivery *d, const struct letter *l)
{
	static const struct message_field test[] = { { "X-Pennypost-Test", "yes" }, { NULL, NULL } };
	if (test_of(d) || !l->asked_from)
		return test_of(d) ? test : NULL;
	struct message_field *form = mem_array(owner, struct message_field, 2);
	form[0] = (struct message_field){ "Form-Sub", mem_printf(form, "v=1; ip=%s", l->asked_from) };
	return form;
}

/* What the letter of a notice is about: {"letter": "confirm", "proof": 12} and the like.  Belongs to the caller, or is NULL. */
static json_t *notice_of(const struct delivery *d) { return d->kind == ISSUE_NOTICE ? json_loads(d->notice ? d->notice : "", 0, NULL) : NULL; }

static bool is_letter(const json_t *notice, const char *name)
{
	const char *letter = json_string_value(json_object_get(notice, "letter"));
	return letter && strcmp(letter, name) == 0;
}

/* Where an answer to a notice goes: one to the letter that asks for a confirmation confirms; NULL: to where it comes from. */
static char *notice_answers_to(void *owner, const struct publication *p, const struct delivery *d, const char *inbound)
{
	json_t *notice = notice_of(d);
	int64_t proof = is_letter(notice, "confirm") ? json_integer_value(json_object_get(notice, "proof")) : 0;
	json_decref(notice);
	return proof ? list_address(owner, p, inbound, LIST_CONFIRM, proof_mail_token(owner, p, proof)) : NULL;
}

/* Relays change the Message-ID, which In-Reply-To would give back: so an answer that is to be found again has an address of its own. */
static char *answers_to(void *owner, const struct publication *p, const struct delivery *d, const char *inbound)
{
	if (!inbound)
		return NULL;
	if (d->kind == ISSUE_NOTICE)
		return notice_answers_to(owner, p, d, inbound);
	bool found_again = p->answers == PUBLICATION_ANSWERS_MODERATE && d->kind == ISSUE_ENTRY;
	return list_address(owner, p, inbound, found_again ? LIST_REPLY : LIST_POST, found_again ? proof_return_token(owner, p, d->id) : NULL);
}

/* The date is that of the issue, so that a repeated message is identical. */
static struct message_draft *prepare(void *owner, const struct composer *c, const struct publication *p, const struct delivery *d, const struct letter *l)
{
	const char *inbound = c->config->inbound.domain;
	void *t = talloc_new(NULL);
	struct message m = { .from = p->mail_from, .from_name = p->name, .subject = l->subject, .date = d->issued, .language = p->language,
	                     .automatic = d->kind == ISSUE_NOTICE, .extra = extra_of(t, d, l), .text = l->text, .html = d->text_only ? NULL : l->html };
	if (d->kind != ISSUE_NOTICE)
		list_fields(t, p, d, l, inbound, &m);
	struct message_draft *draft = message_prepare(owner, &m);
	talloc_free(t);
	return draft;
}

static const struct kept_letter *kept_letter(struct composer *c, const struct delivery *d, const struct publication *p, struct error *err)
{
	for (size_t i = 0; i < KEPT; i++)
		if (c->letters[i].draft && c->letters[i].issue == d->issue && c->letters[i].issued == d->issued && c->letters[i].text_only == d->text_only &&
		    c->letters[i].supporter == d->supporter && clock_steady() < c->letters[i].until)
			return &c->letters[i];
	struct letter *l = d->kind == ISSUE_DIGEST ? digest_letter(c, p, d, err) : letter_for(c, c->db, c->templates, p, d->entry, gate_reader(d->supporter), err);
	if (!l)
		return NULL;
	struct kept_letter *slot = &c->letters[c->next_letter++ % KEPT];
	talloc_free(slot->draft);
	*slot = (struct kept_letter){ d->issue, d->issued, clock_steady() + KEPT_FOR, d->text_only, d->supporter, prepare(c, c, p, d, l) };
	talloc_free(l);
	return slot;
}

static struct letter *proof_letter(void *owner, struct composer *c, const struct publication *p, int64_t id, struct error *err)
{
	struct proof *proof = proof_get(owner, c->db, p, id, err);
	if (proof && proof->expires <= clock_now()) {
		error_set(err, ERROR_NOT_FOUND, "the link of this letter has expired before it could be sent");
		return NULL;
	}
	if (proof)
		proof->by_answer = c->config->inbound.domain && proof->purpose == PROOF_CONFIRM;
	return proof ? letter_of_proof(owner, c->templates, p, proof, err) : NULL;
}

static struct letter *owner_letter(void *owner, struct composer *c, const struct publication *p, int64_t id, struct error *err)
{
	struct notice *notice = notice_get(owner, c->db, id, err);
	return notice ? letter_of_notice(owner, c->templates, p, notice, err) : NULL;
}

static struct letter *move_letter(void *owner, struct composer *c, const struct publication *p, int64_t old, struct error *err)
{
	return letter_of_move(owner, c->templates, p, mem_printf(owner, "%s/keep/%s", p->url, move_refuse_token(owner, p, old)), err);
}

/* To whoever wrote to an address that does something: all such addresses, with tokens for a reader. */
static struct letter *commands_letter(void *owner, struct composer *c, const struct publication *p, const struct delivery *d, struct error *err)
{
	struct address *a = address_get(owner, c->db, d->address, err);
	return a ? letter_of_commands(owner, c->templates, p, a, c->config->inbound.domain, err) : NULL;
}

/* To an address from which letters have come back for long: it need only arrive. */
static struct letter *probe_letter(void *owner, struct composer *c, const struct publication *p, struct error *err)
{
	const struct letter_words words = {
		"do our letters reach you?",
		"Letters to this address have come back lately. This one asks whether they arrive again. As you have it, they do: there is nothing to do.\n\n"
		"Had it come back, too, nothing more would be sent to you.",
		"You get this once, because letters to this address have come back."
	};
	return letter_of_words(owner, c->templates, p, &words, err);
}

/* The letter of a notice: a test; {"letter": "confirm", "proof": 12} or {"letter": "move", "old": 3} to a reader, {"letter": "owner", "notice": 12} to the owner. */
static const struct message_draft *notice_draft(void *owner, struct composer *c, const struct delivery *d, const struct publication *p, struct error *err)
{
	json_t *payload = notice_of(d);
	int64_t proof = json_integer_value(json_object_get(payload, "proof")), notice = json_integer_value(json_object_get(payload, "notice")), test = test_of(d),
	        old = json_integer_value(json_object_get(payload, "old"));
	bool commands = is_letter(payload, "commands"), probe = is_letter(payload, "probe");
	json_decref(payload);
	struct letter *l = test       ? letter_for(owner, c->db, c->templates, p, test, VIEWER_OWNER, err)
	                   : notice   ? owner_letter(owner, c, p, notice, err)
	                   : old      ? move_letter(owner, c, p, old, err)
	                   : commands ? commands_letter(owner, c, p, d, err)
	                   : probe    ? probe_letter(owner, c, p, err)
	                              : proof_letter(owner, c, p, proof, err);
	return l ? prepare(owner, c, p, d, l) : NULL;
}

/* "b+TOKEN@host", where the setting names a host, or none; "bounces+TOKEN@host" where it names an address. */
static char *return_path(void *owner, const struct publication *p, const char *bounces, const char *token)
{
	const char *host = bounces ? bounces : mailbox_domain(p->mail_from), *at = strrchr(host, '@');
	return at ? mem_printf(owner, "%.*s+%s%s", (int)(at - host), host, token, at) : mem_printf(owner, "b+%s@%s", token, host);
}

/* What differs by reader.  A test letter has nobody's links: the address may be a reader's. */
static struct letter_reader reader_of(void *owner, const struct publication *p, const struct delivery *d)
{
	bool test = test_of(d) != 0;
	int64_t since = test ? d->issued : d->address_confirmed;
	return (struct letter_reader){
		.address = d->value,
		.unsubscribe = test ? p->url : mem_printf(owner, "%s/u/%s", p->url, proof_leave_token(owner, p, d->address)),
		.read = test ? p->url : mem_printf(owner, "%s/r/%s", p->url, reading_token(owner, p, d->address, d->issue, d->issued)),
		.preferences = test ? p->url : mem_printf(owner, "%s/prefs/%s", p->url, proof_preferences_token(owner, p, d->address)),
		.since = publication_day(owner, p, since, "%-d %B %Y"),
	};
}

/* The message for the address of this row. */
static void complete(void *owner, const struct publication *p, const struct delivery *d, const struct message_draft *draft, const struct config *config,
                     struct outgoing *out)
{
	const char *inbound = d->kind == ISSUE_NOTICE ? NULL : config->inbound.domain;
	/* The Message-ID is derived from the row, so that a repeated message can be recognised. */
	char *token = proof_return_token(owner, p, d->id);
	const struct letter_reader reader = reader_of(owner, p, d);
	out->to = d->value;
	out->id = mem_printf(owner, "%s@%s", token, mailbox_domain(p->mail_from));
	out->envid = bounce_token(owner, p, d->id);
	out->from = return_path(owner, p, config->mail.bounces, out->envid);
	const char *first = d->answers ? mem_printf(owner, "%s@%s", proof_return_token(owner, p, d->answers), mailbox_domain(p->mail_from)) : NULL;
	const struct message m = { .to = d->value, .reply_to = answers_to(owner, p, d, config->inbound.domain), .id = out->id, .in_reply_to = first, .unsubscribe = reader.unsubscribe,
	                           .unsubscribe_mail = inbound ? list_url(owner, p, inbound, LIST_UNSUBSCRIBE, proof_leave_token(owner, p, d->address)) : NULL, .values = letter_values(owner, &reader) };
	out->data = message_complete(owner, draft, &m, &out->size);
}

/* A job is not its composition's child, but that of the threads: it ends before what it reads. */
static int end_job(struct composition *m)
{
	talloc_free(m->job);
	return 0;
}

static void begin_to_sign(struct composer *c, struct composition *m, struct sender *s)
{
	mem_check(talloc_reference(m, s));
	m->job = signing_begin(c->signing, m->message.data, m->message.size, s->signers, 2, clock_now());
	talloc_set_destructor(m, end_job);
}

struct composition *compose_begin(void *owner, struct composer *c, const struct delivery *d, struct error *err)
{
	struct sender *s = sender_of(c, d->publication, err);
	if (!s)
		return NULL;
	struct composition *m = mem_new(owner, struct composition);
	const struct kept_letter *kept = d->kind == ISSUE_NOTICE ? NULL : kept_letter(c, d, s->p, err);
	const struct message_draft *draft = kept ? kept->draft : d->kind == ISSUE_NOTICE ? notice_draft(m, c, d, s->p, err) : NULL;
	if (!draft) {
		talloc_free(m);
		return NULL;
	}
	complete(m, s->p, d, draft, c->config, &m->message);
	m->size = m->message.size;
	/* It is valid for as long as what it was made of. */
	m->until = kept && kept->until < s->until ? kept->until : s->until;
	if (c->signing)
		begin_to_sign(c, m, s);
	return m;
}

size_t composition_size(const struct composition *m) { return m->size; }
bool composition_is_stale(const struct composition *m) { return clock_steady() >= m->until; }

struct outgoing *compose_finish(struct composition *m)
{
	if (m->job) {
		talloc_set_destructor(m, NULL);
		m->message.data = signing_finish(m, m->job, &m->message.size);
		m->job = NULL;
	}
	return &m->message;
}
