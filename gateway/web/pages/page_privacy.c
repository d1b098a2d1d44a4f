/* What is kept of readers, in words. */
#include "gateway/base/memory/mem.h"
#include "gateway/web/pages/page.h"

void page_privacy(struct visit *v)
{
	const struct publication *p = v->x->publication;
	json_t *data = json_pack("{s:s, s:s, s:[s, s, s, s], s:b}", "heading", "Privacy", "title", mem_printf(v->owner, "Privacy · %s", p->name), "paragraphs",
	                         "If you subscribe, we keep your address, when and from which network address you asked and confirmed, and which letters were delivered to it. Nothing else.",
	                         "Letters carry no tracking pictures and no rewritten links. Pages set a cookie only when you subscribe or sign in, and load nothing from elsewhere but the pictures in a post.",
	                         "Every letter has a link to leave; one click is enough. Addresses that nobody confirms are deleted after a few days.",
	                         mem_printf(v->owner, "Letters come from %s.%s%s", p->mail_from, *p->postal_address ? " Behind it stands: " : "", p->postal_address),
	                         "narrow", 1);
	v->x->shows = EXCHANGE_PUBLICATION;
	visit_page(v, 200, "note", data);
}
