/* Subscribing: the form, the page behind the link in the letter, and its button. */
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "gateway/web/pages/page_inbox.h"
#include "gateway/web/pages/subscribe_panel.h"
#include "gateway/web/server/stamp.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/ask_limit.h"
#include "subscribers/proof/session.h"
#include <string.h>

/* A page with one field and one button. */
static json_t *form_of(struct visit *v, const char *value, const char *wrong)
{
	const char *next = visit_local_path(visit_field(v, "next"));
	json_t *data = json_pack("{s:s, s:s, s:[s], s:b}", "heading", "Get the letter", "title",
	                         mem_printf(v->owner, "Subscribe · %s", v->x->publication->name), "paragraphs",
	                         "New posts by email, and the archive to read.", "narrow", 1);
	json_t *field = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "label", "Email address", "name", "email", "type", "email", "value",
	                          value ? value : "", "complete", "email", "button", "Subscribe");
	json_object_set_new(field, "error", wrong ? json_string(wrong) : json_false());
	json_object_set_new(data, "form", json_pack("{s:s, s:b, s:[{s:s, s:s}], s:o, s:s}", "action", "/subscribe", "stamped", 1, "hidden", "name", "next",
	                                            "value", next, "field", field, "hint", "Free. No tracking. Leave with one click."));
	return data;
}

void page_subscribe(struct visit *v) { visit_page(v, 200, "note", form_of(v, NULL, NULL)); }

/* Was it sent sooner than anybody could read it, as too many others were?  Then it was answered with the same form, as it was filled in: whoever looks
 * at that one loses nothing but a moment, whether we know the address or not. */
static bool is_hasty(struct visit *v, const char *mail)
{
	struct error err = { 0 };
	int64_t wait;
	if (stamp_is_ripe(v->x->publication->secret, visit_field(v, "stamp"), clock_now()))
		return false;
	if (!ask_limit_take_hasty(v->x->db, mail ? mail : "", v->x->remote, &wait, &err))
		return visit_failed(v, &err), true;
	if (!wait)
		return false;
	json_t *data = form_of(v, mail, NULL);
	json_object_set_new(data, "flash", json_string("Many forms come in at the moment that nobody can have read: please look at this one, and press once more."));
	visit_page(v, 422, "note", data);
	return true;
}

void page_subscribe_send(struct visit *v)
{
	struct error err = { 0 };
	const char *mail = visit_field(v, "email"), *next = visit_local_path(visit_field(v, "next"));
	if (visit_limited(v))
		return;
	/* A hidden field that only robots fill in.  They get the usual answer, and no letter is sent. */
	if (!text_blank(visit_field(v, "website"))) {
		page_inbox_remember(v, mail ? mail : "", "/subscribe", next);
		return;
	}
	struct proof_request request = { mail, next, visit_consent(v, subscribe_wording), 0 };
	if (is_hasty(v, mail) || !visit_may_ask(v, mail))
		return;
	if (ask_put(v->x->db, v->x->publication, PROOF_CONFIRM, &request, &err))
		page_inbox_remember(v, mail, "/subscribe", next);
	else if (err.kind == ERROR_INVALID)
		visit_page(v, 400, "note", form_of(v, mail, err.text));
	else
		visit_failed(v, &err);
}

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
	} else if (err.kind == ERROR_EXISTS && v->viewer.kind != VIEWER_ANYBODY) {
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
		page_inbox_show(v, 422, err.kind ? err.text : "That form was incomplete.");
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
		json_t *data = json_pack("{s:s, s:s, s:[s], s:b, s:{s:b, s:s, s:[{s:s, s:s}], s:s}}", "heading", "That link is too old", "title",
		                         "That link is too old", "paragraphs", "Links from letters work for a while only. We can send you a new one.",
		                         "narrow", 1, "form", "stamped", 1, "action", late->state == ADDRESS_CONFIRMED ? "/signin" : "/subscribe", "hidden", "name",
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
