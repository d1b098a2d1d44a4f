#include "gateway/web/pages/view.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* Words a minute, for adults who read silently. */
enum { PACE = 238, TAGS_SHOWN = 3 };

long long view_minutes(size_t words) { return words < PACE ? 1 : (long long)((words + PACE / 2) / PACE); }

char *view_count(void *owner, int64_t n, const char *one, const char *many)
{
	return mem_printf(owner, "%lld %s", (long long)n, n == 1 ? one : many);
}

char *view_opens(struct visit *v, int64_t closed)
{
	if (closed == 0 || v->viewer.kind >= VIEWER_SUPPORTER)
		return mem_printf(v->owner, "the whole archive is open to you%s", closed ? ", as to all supporters" : "");
	return mem_printf(v->owner, "the archive is open to you, but for %s", view_count(v->owner, closed, "post for supporters", "posts for supporters"));
}

json_t *view_row(struct visit *v, const struct gate *gate, const struct entry *e)
{
	json_t *tags = json_array();
	for (size_t i = 0; i < e->tag_count && i < TAGS_SHOWN; i++)
		json_array_append_new(tags, json_pack("{s:s, s:b}", "tag", e->tags[i], "first", i == 0));
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:I, s:o}", "date", entry_day(v->owner, e, "%Y-%m-%d"),
	                 "day", entry_day(v->owner, e, "%-d %b"), "path", entry_path(v->owner, e),
	                 "title", gate_title(v->owner, gate, e, &v->viewer), "locked", gate_locked(gate, e),
	                 "supporters", gate_for(gate, e) == GATE_FOR_SUPPORTERS, "open",
	                 gate_view(gate, e, &v->viewer) == GATE_FULL,
	                 "minutes", (json_int_t)view_minutes(e->words), "tags", tags);
}

/* The rows of a year that was begun.  Authors whose clocks differ may write in two years at the same time, so that years alternate. */
static json_t *rows_of(const json_t *years, const char *year)
{
	size_t i;
	json_t *group;
	json_array_foreach(years, i, group)
		if (strcmp(json_string_value(json_object_get(group, "year")), year) == 0)
			return json_object_get(group, "entries");
	return NULL;
}

json_t *view_years(struct visit *v, const struct gate *gate, struct entry **entries, bool with_counts)
{
	struct error err = { 0 };
	json_t *years = json_array();
	for (size_t i = 0; i < talloc_array_length(entries); i++) {
		char *year = mem_printf(v->owner, "%d", entries[i]->year);
		json_t *rows = rows_of(years, year);
		if (!rows) {
			int64_t count = 0;
			rows = json_array();
			archive_count(v->x->db, v->x->publication->id, &(struct archive_range){ .year = entries[i]->year }, &count, &err);
			json_array_append_new(years, json_pack("{s:s, s:b, s:s, s:s, s:o}", "year", year, "first", i == 0,
			                                       "more", with_counts ? view_count(v->owner, count, "post", "posts") : "",
			                                       "more_path", mem_printf(v->owner, "/archive/%s", year), "entries", rows));
		}
		json_array_append_new(rows, view_row(v, gate, entries[i]));
	}
	return years;
}

static json_t *page_link(struct visit *v, const char *path, int64_t page)
{
	return json_string(page == 1 ? path : mem_printf(v->owner, "%s?page=%lld", path, (long long)page));
}

json_t *view_pager(struct visit *v, const char *path, int64_t page, int64_t total, int64_t per_page)
{
	int64_t pages = (total + per_page - 1) / per_page;
	if (pages < 2)
		return NULL;
	json_t *pager = json_pack("{s:I, s:I}", "page", (json_int_t)page, "pages", (json_int_t)pages);
	json_object_set_new(pager, "newer", page > 1 ? page_link(v, path, page - 1) : json_false());
	json_object_set_new(pager, "older", page < pages ? page_link(v, path, page + 1) : json_false());
	return pager;
}

int64_t view_page_number(struct visit *v)
{
	const char *text = visit_field(v, "page");
	if (!text)
		return 1;
	/* In one spelling: each other one would be one more page. */
	size_t digits = strspn(text, "0123456789");
	v->x->uses_parameters = true;
	return digits && digits < 6 && !text[digits] && *text != '0' ? strtol(text, NULL, 10) : 0;
}
