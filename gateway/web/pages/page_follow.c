/* From a reader's own address in the fediverse to the page there that asks whether to follow. */
#include "gateway/base/memory/mem.h"
#include "gateway/base/address/handle.h"
#include "gateway/web/pages/page.h"

void page_follow(struct visit *v)
{
	struct error err = { 0 };
	const char *typed = visit_field(v, "handle");
	struct handle *who = handle_parse(v->owner, typed ? typed : "", &err);
	char *address = publication_address(v->owner, v->x->publication);
	if (!who) {
		visit_note(v, 400, "That is no fediverse address", err.text);
		return;
	}
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:[s, s], s:[{s:s, s:s}], s:[{s:s, s:s}]}", "heading", mem_printf(v->owner, "Follow from %s", who->host), "title",
	                         mem_printf(v->owner, "Follow · %s", v->x->publication->name), "narrow", 1, "robots", "noindex", "paragraphs",
	                         "Most servers open a page that asks whether you want to follow.",
	                         "If yours does not, paste the address below in the search field of your fediverse app (not in the browser’s address bar).",
	                         "links", "href", handle_follow_page(v->owner, who, publication_actor_url(v->owner, v->x->publication)), "text",
	                         mem_printf(v->owner, "Go on at %s", who->host), "fields", "label", "The address to search for", "value", address);
	visit_page(v, 200, "note", data);
}
