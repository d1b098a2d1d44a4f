/* Subscribing: the form, "check your inbox", the link's page and its button. */
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/ask.h"
#include "gateway/web/pages/inbox_page.h"
#include "subscribers/proof/proof.h"
#include "subscribers/proof/session.h"
#include <string.h>

enum { PENDING_SECONDS = 3600 };

/* A page with one field and one button. */
static void form(struct visit *v, int status, const char *value, const char *wrong)
{
	const char *next = visit_local_path(visit_field(v, "next"));
	json_t *data = json_pack("{s:s, s:s, s:[s], s:b}", "heading", "Get the letter", "title",
	                         mem_printf(v->owner, "Subscribe · %s", v->x->publication->name), "paragraphs",
	                         "New posts by email, and the whole archive to read.", "narrow", 1);
	json_t *field = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "label", "Email address", "name", "email", "type", "email", "value",
	                          value ? value : "", "complete", "email", "button", "Subscribe");
	json_object_set_new(field, "error", wrong ? json_string(wrong) : json_false());
	json_object_set_new(data, "form", json_pack("{s:s, s:[{s:s, s:s}], s:o, s:s}", "action", "/subscribe", "hidden", "name", "next", "value",
	                                            next, "field", field, "hint", "Free. No tracking. Leave with one click."));
	visit_page(v, status, "note", data);
}

void page_subscribe(struct visit *v) { form(v, 200, NULL, NULL); }

struct consent visit_consent(struct visit *v, const char *wording) { return (struct consent){ .remote = v->x->remote, .wording = wording }; }

void inbox_page_remember(struct visit *v, const char *mail, const char *again, const char *next)
{
	char *text = mem_printf(v->owner, "%s\n%s\n%s", again, visit_local_path(next), mail);
	visit_go(v, "/inbox-check");
	visit_set_cookie(v, "pending", encode_base64url(v->owner, text, strlen(text)), PENDING_SECONDS);
}

void page_subscribe_send(struct visit *v)
{
	struct error err = { 0 };
	const char *mail = visit_field(v, "email"), *next = visit_local_path(visit_field(v, "next"));
	if (visit_limited(v))
		return;
	/* People do not see that field. Whoever filled it in is told what everybody is told. */
	if (!text_blank(visit_field(v, "website"))) {
		inbox_page_remember(v, mail ? mail : "", "/subscribe", next);
		return;
	}
	struct proof_request request = { mail, next, visit_consent(v, ask_wording) };
	if (proof_ask_subscription(v->x->db, v->x->publication, &request, &err))
		inbox_page_remember(v, mail, "/subscribe", next);
	else if (err.kind == ERROR_INVALID)
		form(v, 400, mail, err.text);
	else
		visit_failed(v, &err);
}

/* What the cookie "pending" holds: which form, where to go back, which address. */
static bool remembered(struct visit *v, char **again, char **next, char **mail)
{
	const char *cookie = visit_cookie(v, "pending");
	size_t size;
	char *text = cookie ? (char *)decode_base64(v->owner, cookie, &size) : NULL;
	char *a = text ? strchr(text, '\n') : NULL, *b = a ? strchr(a + 1, '\n') : NULL;
	if (!b || strlen(text) != size || !text_utf8(text, size))
		return false;
	*a = *b = '\0';
	*again = strcmp(text, "/signin") == 0 ? text : mem_dup(v->owner, "/subscribe");
	*next = mem_dup(v->owner, visit_local_path(a + 1));
	*mail = b + 1;
	return true;
}

static void inbox_page(struct visit *v, int status, const char *flash)
{
	char *again, *next, *mail;
	if (!remembered(v, &again, &next, &mail)) {
		visit_go(v, "/subscribe");
		return;
	}
	bool signing_in = strcmp(again, "/signin") == 0;
	json_t *inbox = json_pack("{s:s, s:s, s:b, s:s}", "email", mail, "again", again, "back", strcmp(next, "/") != 0, "forget",
	                          signing_in ? "If that address does not subscribe, no letter comes." : "If you do nothing, we forget the address in a few days.");
	json_object_set_new(inbox, "next", json_string(next));
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:o}", "heading", "Check your inbox", "title",
	                         mem_printf(v->owner, "Check your inbox · %s", v->x->publication->name), "narrow", 1, "robots", "noindex", "inbox", inbox);
	json_object_set_new(data, "private", json_true());
	if (flash)
		json_object_update_new(data, json_pack("{s:s, s:b}", "flash", flash, "bad", 1));
	visit_page(v, status, "note", data);
	visit_private(v);
}

void page_inbox(struct visit *v) { inbox_page(v, 200, NULL); }

/* Opens the session that a proof gave and goes back to where its reader came from. */
static void let_in(struct visit *v, const struct proof *proof)
{
	struct error err = { 0 };
	struct consent how = visit_consent(v, proof->purpose == PROOF_CONFIRM ? "Confirm button" : "Sign-in button");
	char *cookie;
	if (proof_use(v->owner, v->x->db, proof, &how, &cookie, &err)) {
		visit_go(v, strcmp(proof->next, "/") == 0 ? "/me?new=1" : proof->next);
		visit_set_cookie(v, "session", cookie, SESSION_LIFE / 1000);
		visit_set_cookie(v, "pending", "", 0);
	} else if (err.kind == ERROR_EXISTS && v->viewer.kind == VIEWER_SUBSCRIBER) {
		visit_go(v, proof->next);
	} else if (err.kind == ERROR_EXISTS) {
		visit_note(v, 422, "That link was used already", "If you are not signed in here, ask for a new link at “Sign in”.");
	} else {
		visit_failed(v, &err);
	}
}

void page_code(struct visit *v)
{
	struct error err = { 0 };
	const char *mail = visit_field(v, "email"), *code = visit_field(v, "code");
	if (visit_limited(v))
		return;
	struct proof *proof = mail && code ? proof_by_code(v->owner, v->x->db, v->x->publication, mail, code, &err) : NULL;
	if (proof)
		let_in(v, proof);
	else if (err.kind == ERROR_NOT_FOUND || !err.kind)
		inbox_page(v, 422, err.kind ? err.text : "That form was incomplete.");
	else
		visit_failed(v, &err);
}

/* The proof behind the link; NULL after an answer that says what is wrong. */
static struct proof *proof_of_link(struct visit *v)
{
	struct error err = { 0 };
	struct address *late = NULL;
	struct proof *proof = proof_by_token(v->owner, v->x->db, v->x->publication, v->parts[0], &late, &err);
	if (proof)
		return proof;
	if (err.kind == ERROR_NOT_FOUND) {
		visit_note(v, 404, "That link does not work", "It may have been cut in two on its way. Copy all of it from the letter, or ask for a new one.");
	} else if (err.kind == ERROR_INVALID && late) {
		json_t *data = json_pack("{s:s, s:s, s:[s], s:b, s:{s:s, s:[{s:s, s:s}], s:s}}", "heading", "That link is too old", "title",
		                         "That link is too old", "paragraphs", "Links from letters work for a while only. We can send you a new one.",
		                         "narrow", 1, "form", "action", late->state == ADDRESS_CONFIRMED ? "/signin" : "/subscribe", "hidden", "name",
		                         "email", "value", late->value, "button", "Send a new link");
		visit_page(v, 422, "note", data);
	} else {
		visit_failed(v, &err);
	}
	visit_private(v);
	return NULL;
}

void page_confirm(struct visit *v)
{
	struct proof *proof = proof_of_link(v);
	if (!proof)
		return;
	bool confirming = proof->purpose == PROOF_CONFIRM;
	const char *name = v->x->publication->name;
	char *heading = confirming ? mem_printf(v->owner, "Confirm %s for %s?", proof->address->value, name)
	                           : mem_printf(v->owner, "Sign in as %s?", proof->address->value);
	json_t *data = json_pack("{s:s, s:s, s:b, s:b, s:s, s:{s:s, s:s}}", "heading", heading, "title", mem_printf(v->owner, "%s · %s", confirming ? "Confirm" : "Sign in", name),
	                         "narrow", 1, "private", 1, "robots", "noindex", "form", "action", mem_printf(v->owner, "/c/%s", v->parts[0]), "button",
	                         confirming ? "Yes, send me the letter" : "Sign in");
	visit_page(v, 200, "note", data);
	visit_private(v);
}

void page_confirm_use(struct visit *v)
{
	struct proof *proof = proof_of_link(v);
	if (proof) {
		let_in(v, proof);
		visit_private(v);
	}
}
