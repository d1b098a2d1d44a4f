/* The letters themselves: how large the latest are, whether they can be unsubscribed from, whose address they name; whom notices reach. */
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/doctor/examination.h"
#include "gateway/mail/compose.h"
#include "gateway/mail/letter.h"
#include "smtp/message/parts.h"
#include <string.h>

/* Gmail shows no more of the HTML; a whole message that some servers refuse. */
enum { CLIPPED = 102 << 10, MESSAGE_LARGE = 1 << 20, LATEST = 5 };

/* What was seen of the latest letters. */
struct sizes {
	size_t letters, html, whole;
	bool unsubscribe; /* each has both headers, with https */
};

/* Does a line of the header begin so?  It ends with the first empty line. */
static bool has_header(const char *message, const char *start)
{
	const char *end = strstr(message, "\r\n\r\n"), *at = strstr(message, start);
	return at && end && at < end;
}

static void weigh(struct composer *c, const struct delivery *d, struct sizes *s)
{
	void *t = talloc_new(NULL);
	struct error err;
	/* What was withdrawn meanwhile is no letter any more. */
	struct composition *composed = compose_begin(t, c, d, &err);
	if (composed) {
		const struct outgoing *letter = compose_finish(composed);
		struct parts *parts = parts_read(t, letter->data, letter->size);
		size_t html = parts ? strlen(parts->html) : 0;
		s->letters++;
		s->html = html > s->html ? html : s->html;
		s->whole = letter->size > s->whole ? letter->size : s->whole;
		s->unsubscribe &= has_header(letter->data, "\r\nList-Unsubscribe: <https://") && has_header(letter->data,
		                "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
	}
	talloc_free(t);
}

static bool weigh_latest(struct examination *x, struct sizes *s, struct error *err)
{
	struct delivery rows[LATEST];
	size_t count = 0;
	*s = (struct sizes){ .unsubscribe = true };
	struct composer *c = composer_new(x->owner, x->db, x->config, 0, err);
	if (!c)
		return false;
	struct db_rows *issues = db_query(x->db, "SELECT id, entry, created FROM issue WHERE publication = $1 AND kind = $2 AND entry IS NOT NULL "
	                "ORDER BY id DESC LIMIT $3",
	                                 DB_ARGS(db_int(x->p->id), db_int(ISSUE_ENTRY), db_int(LATEST)));
	while (db_next(issues) && count < LATEST)
		rows[count++] = (struct delivery){ .issue = db_column_int(issues, 0), .entry = db_column_int(issues, 1),
		                .issued = db_column_int(issues, 2), .publication = x->p->id,
		                                   .kind = ISSUE_ENTRY, .address_kind = ADDRESS_MAIL, .value = x->p->owner_mail };
	if (!db_finish(issues, err))
		return false;
	for (size_t i = 0; i < count; i++)
		weigh(c, &rows[i], s);
	talloc_free(c);
	return true;
}

void check_letters(struct examination *x)
{
	struct sizes s;
	struct error err;
	if (!weigh_latest(x, &s, &err)) {
		examination_add(x, "letters", DOCTOR_WRONG, mem_dup(x->owner, err.text), "put that right: no letter can be written meanwhile");
		return;
	}
	if (s.letters == 0) {
		examination_add(x, "letters", DOCTOR_OK, "none were written yet", NULL);
		return;
	}
	const char *seen = mem_printf(x->owner, "the largest of the latest %zu: %zu KB of HTML, %zu KB in all", s.letters, s.html >> 10, s.whole >> 10);
	if (!s.unsubscribe)
		examination_add(x, "letters", DOCTOR_WRONG, "List-Unsubscribe of the letters is no https link with one-click",
		                "make the publication with its https URL; large receivers refuse letters without it");
	else if (s.html > CLIPPED)
		examination_add(x, "letters", DOCTOR_WRONG, mem_printf(x->owner, "%s; Gmail clips beyond 102 KB, and hides the unsubscribe link",
		                                                       seen), "shorten the letter");
	else if (s.html > LETTER_HTML_MAX || s.whole > MESSAGE_LARGE)
		examination_add(x, "letters", DOCTOR_WARNING, mem_printf(x->owner, "%s; Gmail clips HTML beyond 102 KB", seen), "shorten the letter");
	else
		examination_add(x, "letters", DOCTOR_OK, seen, NULL);
}

void check_postal(struct examination *x)
{
	if (text_blank(x->p->postal_address))
		examination_add(x, "postal", DOCTOR_WARNING, "letters name no postal address, as the law asks in the USA and elsewhere",
		                mem_printf(x->owner, "pennypost publication set --publication %s --postal-address 'NAME, STREET, CITY'", x->p->host));
	else
		examination_add(x, "postal", DOCTOR_OK, x->p->postal_address, NULL);
}

void check_owner(struct examination *x)
{
	const char *mail = x->p->owner_mail, *seen, *fix;
	struct error err;
	struct address *a = address_find(x->owner, x->db, x->p->id, ADDRESS_MAIL, mail, &err);
	if (a && a->state == ADDRESS_SUPPRESSED) {
		examination_add(x, "owner", DOCTOR_WRONG, mem_printf(x->owner, "notices cannot reach you: letters to <%s> are suppressed%s%s", mail,
		                                                     a->reason ? ": " : "", a->reason ? a->reason : ""),
		                mem_printf(x->owner, "name another address (pennypost publication set --publication %s --owner ADDRESS), or: "
		                "pennypost subscriber unsuppress %s", x->p->host, mail));
		return;
	}
	enum doctor_level level = check_reachable(x, mailbox_domain(mail), &seen, &fix);
	examination_add(x, "owner", level, level == DOCTOR_OK ? mem_printf(x->owner, "notices go to <%s>", mail) : mem_printf(x->owner,
	                            "notices to <%s> may be lost: %s", mail, seen), fix);
}
