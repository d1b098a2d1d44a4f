/* What there is to subscribe to with a reader, and a few pages that say things in words. */
#include "gateway/base/memory/mem.h"
#include "gateway/fediverse/remote/handle.h"
#include "gateway/web/pages/page.h"

static json_t *labelled(struct visit *v, const char *label, const char *path)
{
	return json_pack("{s:s, s:s}", "label", label, "value", *path == '/' ? mem_printf(v->owner, "%s%s", v->x->publication->url, path) : path);
}

void page_feeds(struct visit *v)
{
	json_t *data = json_pack("{s:s, s:s, s:[s, s], s:b, s:[o, o, o]}", "heading", "Feeds", "title",
	                         mem_printf(v->owner, "Feeds · %s", v->x->publication->name), "paragraphs",
	                         "A feed lets a reader program show you new posts of many sites in one place, without an account anywhere.",
	                         "Copy one of these addresses into your reader. The public feeds carry every free post in full, and the openings of the others.",
	                         "narrow", 1, "fields", labelled(v, "RSS", "/feed.xml"), labelled(v, "Atom", "/feed.atom"),
	                         labelled(v, "In the fediverse, search for", publication_address(v->owner, v->x->publication)));
	v->x->shared = true;
	visit_page(v, 200, "note", data);
}

void page_privacy(struct visit *v)
{
	const struct publication *p = v->x->publication;
	json_t *data = json_pack("{s:s, s:s, s:[s, s, s, s], s:b}", "heading", "Privacy", "title", mem_printf(v->owner, "Privacy · %s", p->name), "paragraphs",
	                         "If you subscribe, we keep your address, when and from which network address you asked and confirmed, and which letters were delivered to it. Nothing else.",
	                         "Letters carry no tracking pictures and no rewritten links. Pages set a cookie only when you subscribe or sign in, and load nothing from elsewhere but the pictures in a post.",
	                         "Every letter has a link to leave; one click is enough. Addresses that nobody confirms are deleted after a few days.",
	                         mem_printf(v->owner, "Letters come from %s.%s%s", p->mail_from, *p->postal_address ? " Behind it stands: " : "", p->postal_address),
	                         "narrow", 1);
	v->x->shared = true;
	visit_page(v, 200, "note", data);
}

void page_follow(struct visit *v)
{
	struct error err = { 0 };
	const char *typed = visit_field(v, "handle");
	struct follow_who *who = follow_who(v->owner, typed ? typed : "", &err);
	char *address = publication_address(v->owner, v->x->publication);
	if (!who) {
		visit_note(v, 400, "That is no fediverse address", err.text);
		return;
	}
	json_t *data = json_pack("{s:s, s:s, s:b, s:s, s:[s, s], s:[{s:s, s:s}], s:[{s:s, s:s}]}", "heading", mem_printf(v->owner, "Follow from %s", who->host), "title",
	                         mem_printf(v->owner, "Follow · %s", v->x->publication->name), "narrow", 1, "robots", "noindex", "paragraphs",
	                         "Most servers open a page that asks whether you want to follow.",
	                         "If yours does not, paste the address below in the search field of your fediverse app (not in the browser’s address bar).",
	                         "links", "href", follow_page(v->owner, who, publication_actor_url(v->owner, v->x->publication)), "text",
	                         mem_printf(v->owner, "Go on at %s", who->host), "fields", "label", "The address to search for", "value", address);
	visit_page(v, 200, "note", data);
}

void page_robots(struct visit *v)
{
	fprintf(exchange_answer(v->x, 200, "text/plain; charset=utf-8"), "User-agent: *\nDisallow: /c/\nDisallow: /u/\nDisallow: /me\nDisallow: /signin\nDisallow: /inbox-check\n");
	v->x->shared = true;
}
