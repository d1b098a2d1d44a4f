#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/tag_move.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "gateway/web/pages/view.h"
#include <stdlib.h>
#include <string.h>

enum { PER_PAGE = 50 };

static void add_years(struct visit *v, json_t *data, int current)
{
	struct error err = { 0 };
	struct archive_year *years;
	json_t *all = json_array();
	if (archive_years(v->owner, v->x->db, v->x->publication->id, &years, &err))
		for (; years->year; years++)
			json_array_append_new(all, json_pack("{s:i, s:I, s:b}", "year", years->year, "count", (json_int_t)years->count,
			                                     "current", years->year == current));
	json_object_set_new(data, "all_years", all);
	json_object_set_new(data, "jump", json_boolean(json_array_size(all) > 1));
}

/* One list of posts: everything, a year, a tag. */
static void list(struct visit *v, struct archive_range range, const char *heading)
{
	struct error err = { 0 };
	const struct publication *p = v->x->publication;
	int64_t total, page = view_page_number(v);
	struct entry **entries;
	struct gate gate;
	range.limit = range.year ? 366 : PER_PAGE;
	range.offset = page > 0 ? (page - 1) * range.limit : 0;
	if (!archive_count(v->x->db, p->id, &range, &total, &err) || !gate_of(v->x->db, p, &gate, &err) ||
	    !archive_list(v->owner, v->x->db, p->id, &range, &entries, &err)) {
		visit_failed(v, &err);
		return;
	}
	if (page < 1 || (talloc_array_length(entries) == 0 && (page > 1 || range.year || range.tag))) {
		visit_note(v, 404, "There is no page here", "The archive has no posts for that.");
		return;
	}
	const char *path = range.tag ? entry_tag_path(v->owner, range.tag) : v->x->path;
	json_t *data = json_pack("{s:s, s:s, s:s, s:s, s:o}", "heading", heading, "title", mem_printf(v->owner, "%s · %s", heading, p->name),
	                         "count", view_count(v->owner, total, "post", "posts"),
	                         "canonical", mem_printf(v->owner, "%s%s", p->url, path), "years", view_years(v, &gate, entries, false));
	json_t *pager = view_pager(v, path, page, total, range.limit);
	if (pager)
		json_object_set_new(data, "pager", pager);
	/* The years of all posts, which those of a tag are not. */
	if (!range.tag)
		add_years(v, data, range.year);
	v->x->shows = EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION;
	visit_page(v, 200, "archive", data);
}

void page_archive(struct visit *v) { list(v, (struct archive_range){ 0 }, "Archive"); }

void page_archive_year(struct visit *v)
{
	const char *year = v->parts[0];
	if (strlen(year) != 4 || year[strspn(year, "0123456789")] || *year == '0')
		visit_note(v, 404, "There is no page here", "The archive is listed by years, such as /archive/2026.");
	else
		list(v, (struct archive_range){ .year = atoi(year) }, year);
}

/* The slug of a tag that is not at its address: it is spelled otherwise, or was elsewhere before.  ERROR_NOT_FOUND when there is none. */
static bool find_tag(struct visit *v, const char *asked, char **slug, struct error *err)
{
	int64_t publication = v->x->publication->id;
	char *name;
	*slug = text_tag(v->owner, asked);
	return archive_tag_name(v->owner, v->x->db, publication, *slug, &name, err) ||
	       (err->kind == ERROR_NOT_FOUND && tag_moved(v->owner, v->x->db, publication, asked, slug, err)) ||
	       (err->kind == ERROR_NOT_FOUND && tag_moved(v->owner, v->x->db, publication, text_slug(v->owner, asked), slug, err));
}

void page_tag(struct visit *v)
{
	struct error err = { 0 };
	const char *asked = v->parts[0];
	char *name, *slug;
	if (archive_tag_name(v->owner, v->x->db, v->x->publication->id, asked, &name, &err))
		list(v, (struct archive_range){ .tag = asked }, name);
	else if (err.kind == ERROR_NOT_FOUND && find_tag(v, asked, &slug, &err))
		visit_moved(v, entry_tag_path(v->owner, slug));
	else if (err.kind == ERROR_NOT_FOUND)
		visit_note(v, 404, "There is no page here", "No post has that tag.");
	else
		visit_failed(v, &err);
}
