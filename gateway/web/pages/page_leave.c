/* Leaving: the page behind a letter's link, its button, RFC 8058's one-click POST, and the way back. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/web/pages/page.h"
#include "subscribers/proof/proof.h"
#include <string.h>

/* How long the page of somebody who left offers a button to undo it. */
#define UNDO_LIFE (30 * CLOCK_DAY)

static struct address *address_of_link(struct visit *v)
{
	struct error err = { 0 };
	int64_t id;
	struct address *a = proof_leave_address(v->x->db, v->x->publication, v->parts[0], &id, &err) ? address_get(v->owner, v->x->db, id, &err) : NULL;
	if (a)
		return a;
	if (err.kind == ERROR_NOT_FOUND)
		visit_note(v, 404, "That link does not work", "It may have been cut in two on its way. Copy all of it from the letter.");
	else
		visit_failed(v, &err);
	visit_private(v);
	return NULL;
}

void page_leave(struct visit *v)
{
	struct address *a = address_of_link(v);
	if (!a)
		return;
	const struct publication *p = v->x->publication;
	bool here = a->state == ADDRESS_CONFIRMED || a->state == ADDRESS_PENDING, undo = a->state == ADDRESS_LEFT && a->ended > clock_now() - UNDO_LIFE;
	char *heading = here ? mem_printf(v->owner, "Stop letters to %s?", a->value) : mem_dup(v->owner, "Done");
	json_t *data = json_pack("{s:s, s:s, s:b, s:b, s:s}", "heading", heading, "title", mem_printf(v->owner, "Unsubscribe · %s", p->name), "narrow", 1,
	                         "private", 1, "robots", "noindex");
	if (here) {
		json_object_set_new(data, "form", json_pack("{s:s, s:s}", "action", mem_printf(v->owner, "/u/%s", v->parts[0]), "button", "Unsubscribe"));
	} else {
		json_object_set_new(data, "paragraphs", json_pack("[s, s]", mem_printf(v->owner, "No more letters of %s to %s since %s.", p->name, a->value,
		                                                                       publication_day(v->owner, p, a->ended, "%-d %B %Y")),
		                                                  "Where you are signed in, the archive stays open to you until you sign out."));
		if (undo)
			json_object_set_new(data, "form", json_pack("{s:s, s:s, s:b}", "action", mem_printf(v->owner, "/u/%s/undo", v->parts[0]), "button", "Undo", "quiet", 1));
	}
	visit_page(v, 200, "note", data);
	visit_private(v);
}

/* RFC 8058 section 3.1: the body holds this as a form in either encoding, and the answer must not be a redirect. */
static bool one_click(struct visit *v)
{
	const char *type = exchange_header(v->x, "Content-Type"), *key = "List-Unsubscribe";
	char *body = mem_ndup(v->owner, v->x->body ? v->x->body : "", v->x->body_size);
	if (type && strstr(type, "multipart/form-data"))
		return strstr(body, key) && strstr(body, "One-Click");
	const char *value = visit_field(v, key);
	return value && strcmp(value, "One-Click") == 0;
}

static void answer_click(struct visit *v)
{
	exchange_answer(v->x, 200, "text/plain; charset=utf-8");
	visit_private(v);
}

void page_leave_use(struct visit *v)
{
	struct error err = { 0 };
	bool click = one_click(v);
	/* With a link to nobody pennypost doctor sees whether a mail program would succeed. */
	if (click && proof_leave_nobody(v->x->publication, v->parts[0])) {
		answer_click(v);
		return;
	}
	struct address *a = address_of_link(v);
	if (!a)
		return;
	struct consent how = visit_consent(v, click ? "One-click unsubscribe of the mail program" : "Unsubscribe button");
	if (!subscriber_leave(v->x->db, a->id, &how, &err)) {
		visit_failed(v, &err);
	} else if (click) {
		answer_click(v);
	} else {
		visit_go(v, mem_printf(v->owner, "/u/%s", v->parts[0]));
	}
}

void page_leave_undo(struct visit *v)
{
	struct error err = { 0 };
	struct address *a = address_of_link(v);
	if (!a)
		return;
	struct consent how = visit_consent(v, "Undo button");
	if (a->state == ADDRESS_LEFT && a->ended <= clock_now() - UNDO_LIFE)
		visit_go(v, "/subscribe");
	else if (!subscriber_return(v->x->db, a->id, &how, &err))
		visit_failed(v, &err);
	else
		visit_note(v, 200, "You are back", "The next letter will come to you.");
}
