/* An old address refuses that its letters go to another one: the page behind the link in its letter, and the button. */
#include "gateway/base/memory/mem.h"
#include "gateway/web/pages/page.h"
#include "subscribers/proof/move.h"

static struct address *address_of_link(struct visit *v)
{
	struct error err = { 0 };
	int64_t id;
	struct address *a = move_refuse_address(v->x->db, v->x->publication, v->parts[0], &id, &err) ? address_get(v->owner, v->x->db, id, &err) : NULL;
	if (!a && err.kind == ERROR_NOT_FOUND)
		visit_note(v, 404, "That link does not work", "It may have been cut in two on its way. Copy all of it from the letter.");
	else if (!a)
		visit_failed(v, &err);
	visit_private(v);
	return a;
}

void page_keep(struct visit *v)
{
	struct address *a = address_of_link(v);
	if (!a)
		return;
	json_t *data = json_pack("{s:s, s:s, s:b, s:b, s:s, s:{s:s, s:s}}", "heading", mem_printf(v->owner, "Keep letters at %s?", a->value), "title",
	                         mem_printf(v->owner, "Keep letters · %s", v->x->publication->name), "narrow", 1, "private", 1, "robots", "noindex", "form", "action",
	                         mem_printf(v->owner, "/keep/%s", v->parts[0]), "button", "Yes, keep them here");
	visit_page(v, 200, "note", data);
	visit_private(v);
}

void page_keep_use(struct visit *v)
{
	struct error err = { 0 };
	bool refused;
	struct address *a = address_of_link(v);
	if (!a)
		return;
	struct consent how = visit_consent(v, "Keep my letters here");
	if (!move_refuse(v->x->db, a->id, &how, &refused, &err))
		visit_failed(v, &err);
	else if (refused)
		visit_note(v, 200, "They stay here", mem_printf(v->owner, "Letters of %s go to %s as before, and whoever was signed in has to sign in again.", v->x->publication->name, a->value));
	else
		visit_note(v, 200, "There is nothing to refuse", "No letters are on their way to another address, or they have gone there for more than a week.");
	visit_private(v);
}
