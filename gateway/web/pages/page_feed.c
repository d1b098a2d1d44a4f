/* The public feeds: what a stranger may read of the newest posts. */
#include "feeds/write/write.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/web/pages/page.h"

enum { NEWEST = 30 };

/* Fills feed with the newest entries as the gate shows them to anybody. */
static bool fill(struct visit *v, struct feed_out *feed, struct error *err)
{
	struct gate gate;
	struct entry **all;
	if (!gate_of(v->x->db, feed->publication, &gate, err) || !archive_changed(v->x->db, feed->publication->id, &feed->updated, err) ||
	    !archive_list(v->owner, v->x->db, feed->publication->id, &(struct archive_range){ .limit = NEWEST, .text = true }, &all, err))
		return false;
	size_t count = talloc_array_length(all);
	bool *cut = mem_array(v->owner, bool, count + 1);
	for (size_t i = 0; i < count; i++) {
		enum gate_view view;
		all[i] = gate_show(v->owner, &gate, all[i], GATE_ANYBODY, &view);
		cut[i] = view != GATE_FULL;
	}
	feed->entries = all;
	feed->cut = cut;
	feed->count = count;
	return true;
}

static void answer(struct visit *v, const char *path, const char *type, void (*write)(FILE *, const struct feed_out *))
{
	struct error err = { 0 };
	struct feed_out feed = { .publication = v->x->publication, .self = mem_printf(v->owner, "%s%s", v->x->publication->url, path) };
	if (!fill(v, &feed, &err)) {
		visit_failed(v, &err);
		return;
	}
	write(exchange_answer(v->x, 200, type), &feed);
	exchange_reply(v->x, "X-Robots-Tag", "noindex");
	if (feed.updated)
		exchange_reply(v->x, "Last-Modified", clock_http(v->owner, feed.updated));
	v->x->shows = EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION;
}

void page_feed_rss(struct visit *v) { answer(v, "/feed.xml", "application/rss+xml; charset=utf-8", write_rss); }
void page_feed_atom(struct visit *v) { answer(v, "/feed.atom", "application/atom+xml; charset=utf-8", write_atom); }
