#include "gateway/web/pages/page_replies.h"
#include "gateway/archive/rendering/fedi_html.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"

enum { SHOWN_MAX = 200 };

/* In the few elements that any server takes, so without pictures of others; links are the writer's word, not ours. */
static char *content_of(void *owner, const struct reply *r)
{
	struct document *d = document_new(NULL);
	fedi_html_write(document_out(d), r->content);
	char *html = text_replace(owner, document_text(d, NULL), "<a href=", "<a rel=\"nofollow ugc noopener\" href=");
	talloc_free(d);
	return html;
}

static json_t *row(struct visit *v, const struct reply *r)
{
	bool mail = r->address != 0;
	const char *name = *r->name ? r->name : mail ? "a reader" : r->handle;
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:b}", "name", name, "at", clock_rfc3339(v->owner, r->published), "day",
	                      publication_day(v->owner, v->x->publication, r->published, "%-d %B %Y"), "content", content_of(v->owner, r), "mail", mail);
	if (!mail) {
		json_object_set_new(o, "handle", *r->name ? json_string(r->handle) : json_false());
		json_object_set_new(o, "url", r->url ? json_string(r->url) : json_false());
	}
	if (r->warning)
		json_object_set_new(o, "warning", json_string(r->warning));
	return o;
}

bool page_replies_add(struct visit *v, json_t *data, const struct entry *entry, struct error *err)
{
	struct reply **all;
	json_t *rows = json_array();
	bool fine = reply_shown(v->owner, v->x->db, entry->id, SHOWN_MAX, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		json_array_append_new(rows, row(v, all[i]));
	if (json_array_size(rows))
		json_object_set_new(data, "has_replies", json_true());
	json_object_set_new(data, "replies", rows);
	return fine;
}
