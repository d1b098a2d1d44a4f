/* What is kept of a reader: as a file for them, and forgotten when they ask for it. */
#include "gateway/base/memory/mem.h"
#include "gateway/web/pages/page.h"
#include "subscribers/people/erasure.h"
#include "subscribers/roster/roster_export.h"

/* Who is signed in; else they are asked to. */
static bool signed_in(struct visit *v)
{
	if (v->viewer.kind != VIEWER_ANYBODY)
		return true;
	visit_go(v, "/signin?next=/me/erase");
	return false;
}

void page_me_export(struct visit *v)
{
	struct error err = { 0 };
	if (!signed_in(v))
		return;
	char *file = roster_person(v->owner, v->x->db, v->x->publication, v->viewer.subscriber, &err);
	if (!file) {
		visit_failed(v, &err);
		return;
	}
	fputs(file, exchange_answer(v->x, 200, "application/json; charset=utf-8"));
	exchange_reply(v->x, "Content-Disposition", "attachment; filename=\"what-is-kept-of-you.json\"");
	visit_private(v);
}

void page_me_erase(struct visit *v)
{
	if (!signed_in(v))
		return;
	json_t *data = json_pack("{s:s, s:s, s:b, s:b, s:s, s:[s, s], s:{s:s, s:s, s:b}, s:{s:s, s:s, s:b}}", "heading", "What is kept of you", "title",
	                         mem_printf(v->owner, "What is kept of you · %s", v->x->publication->name), "narrow", 1, "private", 1, "robots", "noindex", "paragraphs",
	                         "The file holds all that is known of you here: your addresses, when and how you agreed, what was sent to you, and where you are signed in.",
	                         "If you are forgotten, all of that is deleted at once, and no letter comes any more. Only a check value of your address stays, "
	                         "which means nothing to whoever does not know it already, so that no list brings you back. You can subscribe again at any time.",
	                         "form", "action", "/me/export", "button", "Save the file", "quiet", 1, "second", "action", "/me/erase", "button", "Forget me", "quiet", 1);
	visit_page(v, 200, "note", data);
	visit_private(v);
}

void page_me_erase_use(struct visit *v)
{
	struct error err = { 0 };
	if (!signed_in(v))
		return;
	if (!subscriber_erase(v->x->db, v->x->publication, v->viewer.subscriber, &err)) {
		visit_failed(v, &err);
		return;
	}
	v->viewer = *GATE_ANYBODY;
	v->x->reader = NULL;
	visit_set_cookie(v, "session", "", 0);
	visit_note(v, 200, "You are forgotten", "Nothing is kept of you but a check value of your address, so that no list brings you back.");
	visit_private(v);
}
