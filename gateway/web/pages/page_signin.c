#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "gateway/web/pages/page_inbox.h"
#include "gateway/web/pages/view.h"
#include "subscribers/proof/ask.h"
#include "subscribers/proof/session.h"
#include <string.h>

static void form(struct visit *v, int status, const char *value, const char *wrong)
{
	const char *next = visit_local_path(visit_field(v, "next"));
	json_t *field = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "label", "Email address", "name", "email", "type", "email", "value",
	                          value ? value : "", "complete", "email", "button", "Send me a link");
	json_object_set_new(field, "error", wrong ? json_string(wrong) : json_false());
	json_t *data = json_pack("{s:s, s:s, s:[s], s:b, s:s, s:{s:s, s:[{s:s, s:s}], s:o}}", "heading", "Sign in", "title",
	                         mem_printf(v->owner, "Sign in · %s", v->x->publication->name), "paragraphs",
	                         "No password: we send a link and a code to the address that gets the letter.", "narrow", 1, "robots", "noindex",
	                         "form", "action", "/signin", "hidden", "name", "next", "value", next, "field", field);
	visit_page(v, status, "note", data);
}

void page_sign_in(struct visit *v)
{
	if (v->viewer.kind == VIEWER_ANYBODY)
		form(v, 200, NULL, NULL);
	else
		visit_go(v, visit_local_path(visit_field(v, "next")));
}

void page_sign_in_send(struct visit *v)
{
	struct error err = { 0 };
	const char *mail = visit_field(v, "email"), *next = visit_local_path(visit_field(v, "next"));
	if (visit_limited(v))
		return;
	struct proof_request request = { mail, next, visit_consent(v, "Sign in"), 0 };
	bool robot = !text_blank(visit_field(v, "website"));
	if (!robot && !visit_may_ask(v, mail))
		return;
	if (robot || ask_put(v->x->db, v->x->publication, PROOF_SIGN_IN, &request, &err))
		page_inbox_remember(v, mail ? mail : "", "/signin", next);
	else if (err.kind == ERROR_INVALID)
		form(v, 400, mail, err.text);
	else
		visit_failed(v, &err);
}

void page_sign_out(struct visit *v)
{
	struct error err = { 0 };
	const char *cookie;
	for (size_t n = 0; n < VISIT_SESSIONS_MAX && (cookie = visit_cookie(v, "session", n)); n++)
		if (!session_close(v->x->db, cookie, &err)) {
			visit_failed(v, &err);
			return;
		}
	visit_go(v, "/");
	visit_set_cookie(v, "session", "", 0);
}

void page_me(struct visit *v)
{
	if (v->viewer.kind == VIEWER_ANYBODY) {
		visit_go(v, "/signin?next=/me");
		return;
	}
	struct error err = { 0 };
	const struct publication *p = v->x->publication;
	int64_t closed;
	if (!archive_count_closed(v->x->db, p->id, &closed, &err)) {
		visit_failed(v, &err);
		return;
	}
	struct address *a = v->viewer.mail ? address_find(v->owner, v->x->db, p->id, ADDRESS_MAIL, v->viewer.mail, &err) : NULL;
	bool fresh = visit_field(v, "new") != NULL;
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:b}", "heading", fresh ? "You are in" : "Your subscription", "title",
	                         mem_printf(v->owner, "Your subscription · %s", p->name), "narrow", 1, "robots", "noindex", "private", 1);
	json_t *text = json_array(), *links = json_array();
	if (a) {
		json_array_append_new(text, json_string(mem_printf(v->owner, "New posts of %s come to %s.", p->name, a->value)));
		json_array_append_new(links, json_pack("{s:s, s:s}", "href", mem_printf(v->owner, "/prefs/%s", proof_preferences_token(v->owner, p, a->id)), "text",
		                                       "Change how often letters come, and which"));
		json_array_append_new(links, json_pack("{s:s, s:s}", "href", mem_printf(v->owner, "/u/%s", proof_leave_token(v->owner, p, a->id)), "text", "Unsubscribe"));
	} else {
		json_array_append_new(text, json_string("No letters come to you at the moment. The archive is open to you until you sign out."));
		json_array_append_new(links, json_pack("{s:s, s:s}", "href", "/subscribe", "text", "Get the letter again"));
	}
	json_array_append_new(links, json_pack("{s:s, s:s}", "href", "/me/erase", "text", "What is kept of you"));
	json_array_append_new(text, json_string(mem_printf(v->owner, "In this browser %s.", view_opens(v, closed))));
	json_array_insert_new(links, 0, json_pack("{s:s, s:s}", "href", "/archive", "text", "Read the archive"));
	json_object_update_new(data, json_pack("{s:o, s:o, s:{s:s, s:s, s:b}}", "paragraphs", text, "links", links, "form", "action", "/signout", "button",
	                                       "Sign out", "quiet", 1));
	visit_page(v, 200, "note", data);
	visit_private(v);
}
