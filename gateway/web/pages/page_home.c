#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "gateway/web/pages/subscribe_panel.h"
#include "gateway/web/pages/view.h"
#include "subscribers/people/subscriber.h"

enum { PER_PAGE = 30 };

static char *initial(struct visit *v)
{
	const char *s = v->x->publication->name, *end = s;
	if (text_starts(s, "The ") && s[4])
		end = s += 4;
	text_next(&end);
	return mem_ndup(v->owner, s, (size_t)(end - s));
}

static json_t *profile(struct visit *v, int64_t posts, int64_t followers)
{
	const struct publication *p = v->x->publication;
	json_t *data = json_pack("{s:I, s:s, s:I, s:s, s:s, s:s, s:b}", "posts", (json_int_t)posts, "posts_word", posts == 1 ? "post" : "posts",
	                         "followers", (json_int_t)followers, "followers_word", followers == 1 ? "follower" : "followers",
	                         "initial", initial(v), "summary", p->summary, "wide", 1);
	if (p->icon.path)
		json_object_set_new(data, "face", json_string(p->icon.path));
	if (p->header.path)
		json_object_set_new(data, "banner", json_pack("{s:s, s:i, s:i}", "path", p->header.path, "width", p->header.width, "height", p->header.height));
	json_object_set_new(data, "description", json_string(p->summary));
	json_object_set_new(data, "canonical", json_string(mem_printf(v->owner, "%s/", p->url)));
	json_object_set_new(data, "activity", json_string(publication_actor_url(v->owner, p)));
	json_object_set_new(data, "og", json_pack("{s:s}", "type", "website"));
	return data;
}

void page_home(struct visit *v)
{
	struct error err = { 0 };
	const struct publication *p = v->x->publication;
	int64_t posts, closed, followers, page = view_page_number(v);
	const struct archive_range range = { .offset = page > 0 ? (page - 1) * PER_PAGE : 0, .limit = PER_PAGE };
	struct entry **entries;
	struct gate gate;
	if (!archive_count(v->x->db, p->id, &(struct archive_range){ 0 }, &posts, &err) || !archive_count_closed(v->x->db, p->id, &closed, &err) ||
	    !subscriber_count(v->x->db, p->id, -1, &followers, &err) || !gate_of(v->x->db, p, &gate, &err) ||
	    !archive_list(v->owner, v->x->db, p->id, &range, &entries, &err)) {
		visit_failed(v, &err);
		return;
	}
	if (page < 1 || (page > 1 && talloc_array_length(entries) == 0)) {
		visit_note(v, 404, "There is no page here", "The list of posts is shorter than that.");
		return;
	}
	json_t *data = profile(v, posts, followers);
	json_object_set_new(data, "years", view_years(v, &gate, entries, true));
	json_t *pager = view_pager(v, "/", page, posts, PER_PAGE);
	if (pager)
		json_object_set_new(data, "pager", pager);
	if (v->viewer.kind == VIEWER_ANYBODY)
		json_object_set_new(data, "ask", subscribe_panel(SUBSCRIBE_HOME, NULL, posts, closed));
	json_object_set_new(data, "opens", json_string(view_opens(v, closed)));
	v->x->shows = EXCHANGE_ALL;
	visit_page(v, 200, "home", data);
}
