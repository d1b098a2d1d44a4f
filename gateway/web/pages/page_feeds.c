/* What there is to subscribe to with a feed reader. */
#include "gateway/base/memory/mem.h"
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
	v->x->shows = EXCHANGE_PUBLICATION;
	visit_page(v, 200, "note", data);
}
