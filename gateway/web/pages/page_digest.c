#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/web/pages/page_digest.h"
#include "gateway/web/pages/view.h"
#include "subscribers/ledger/ledger.h"
#include <string.h>

/* How much text one page shows; posts beyond that have their openings alone. */
enum { TEXT_MAX = 2 << 20 };

/* A post as the letter's reader reads it; NULL when it was withdrawn meanwhile. */
static struct entry *shown_of(struct visit *v, const struct gate *gate, int64_t id, const struct viewer *reader, bool *fine, struct error *err)
{
	struct entry *e = archive_get(v->owner, v->x->db, id, err);
	*fine = e || err->kind == ERROR_NOT_FOUND;
	return e ? gate_show(v->owner, gate, e, reader, NULL) : NULL;
}

static json_t *post_of(struct visit *v, const struct entry *e, size_t *size)
{
	const char *content = e->cut ? e->content : beside_content(v->owner, e, v->x->publication, BESIDE_PAGE);
	bool fits = *size + strlen(content) <= TEXT_MAX;
	content = fits ? content : e->teaser ? e->teaser : "";
	*size += strlen(content);
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b}", "id", (json_int_t)e->id, "heading", entry_display_title(v->owner, e), "path", entry_path(v->owner, e),
	                 "authors", entry_author_names(v->owner, e), "published", clock_rfc3339(v->owner, e->published), "date",
	                 entry_day(v->owner, e, "%-d %B %Y"), "content", content, "whole", fits && !e->cut, "closed", e->cut);
}

static bool posts_of(struct visit *v, const struct reading *reading, json_t *posts, struct error *err)
{
	const struct viewer reader = { gate_reader(reading->supporter), v->x->publication->id, 0, NULL };
	struct gate gate;
	struct digest_post *all;
	size_t size = 0;
	bool fine = gate_of(v->x->db, v->x->publication, &gate, err) && ledger_digest(v->owner, v->x->db, reading->issue, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++) {
		struct entry *shown = shown_of(v, &gate, all[i].entry, &reader, &fine, err);
		if (shown)
			json_array_append_new(posts, post_of(v, shown, &size));
	}
	return fine;
}

void page_digest_show(struct visit *v, const struct reading *reading)
{
	struct error err = { 0 };
	json_t *posts = json_array();
	size_t count;
	if (!posts_of(v, reading, posts, &err)) {
		json_decref(posts);
		visit_failed(v, &err);
	} else if ((count = json_array_size(posts)) == 0) {
		json_decref(posts);
		visit_note(v, 410, "This is gone", "The author withdrew all that this letter held.");
	} else {
		char *heading = view_count(v->owner, (int64_t)count, "post", "posts");
		visit_page(v, 200, "digest", json_pack("{s:s, s:s, s:s, s:b, s:s, s:b, s:o}", "heading", heading, "title",
		                                       mem_printf(v->owner, "%s · %s", heading, v->x->publication->name), "here", "/archive", "private", 1,
		                                       "robots", "noindex", "of_letter", v->viewer.kind == VIEWER_ANYBODY, "posts", posts));
	}
}
