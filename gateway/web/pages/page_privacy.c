/* What is kept of readers, in words. */
#include "gateway/base/memory/mem.h"
#include "gateway/web/pages/page.h"

void page_privacy(struct visit *v)
{
	const struct publication *p = v->x->publication;
	static const char *const pictures[] = {
		[PICTURES_NONE] = "Films are links, without a preview. The other pictures of a post may come from where its author put them; to load one tells that place so.",
		[PICTURES_POSTERS] = "Previews of films are kept here. The other pictures of a post may come from where its author put them; to load one tells that place so.",
		[PICTURES_ALL] = "The pictures of posts are kept here, so that nobody else learns who looks at them; one that could not be had comes from where its author put it.",
	};
	json_t *data = json_pack("{s:s, s:s, s:[s, s, s, s, s], s:b}", "heading", "Privacy", "title", mem_printf(v->owner, "Privacy · %s", p->name), "paragraphs",
	                         "If you subscribe, we keep your address, when and from which network address you asked and confirmed, and which letters were delivered to it. Nothing else. "
	                         "If you follow from the fediverse, the address that you type is kept for some minutes, until your server has said where to go on.",
	                         "Letters carry no tracking pictures and no rewritten links. Pages set a cookie only when you subscribe, sign in or follow from the fediverse, and load nothing from elsewhere but pictures, "
	                         "sound and film of a post.",
	                         pictures[p->pictures],
	                         "Every letter has a link to leave; one click is enough. Addresses that nobody confirms are deleted after a few days.",
	                         mem_printf(v->owner, "Letters come from %s.%s%s", p->mail_from, *p->postal_address ? " Behind it stands: " : "", p->postal_address),
	                         "narrow", 1);
	if (p->answers == PUBLICATION_ANSWERS_MODERATE)
		json_array_append_new(json_object_get(data, "paragraphs"), json_string("What you answer to a letter about a post is kept with your address and the name that your "
		                      "mail program writes. It may be shown on the page of the post, by that name, never with the address, and goes when you have your data deleted."));
	v->x->shows = EXCHANGE_PUBLICATION;
	visit_page(v, 200, "note", data);
}
