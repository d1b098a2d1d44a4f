#include "gateway/web/pages/view.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
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

json_t *view_row(struct visit *v, const struct gate *gate, const struct entry *e)
{
	json_t *tags = json_array();
	for (size_t i = 0; i < e->tag_count && i < TAGS_SHOWN; i++)
		json_array_append_new(tags, json_pack("{s:s, s:b}", "tag", e->tags[i], "first", i == 0));
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:I, s:o}", "date", clock_format(v->owner, e->published, "%Y-%m-%d"),
	                 "day", clock_format(v->owner, e->published, "%-d %b"), "path", entry_path(v->owner, e),
	                 "title", gate_title(v->owner, gate, e, &v->viewer), "locked", gate_locked(gate, e),
	                 "minutes", (json_int_t)view_minutes(e->words), "tags", tags);
}

json_t *view_years(struct visit *v, const struct gate *gate, struct entry **entries, bool with_counts)
{
	struct error err = { 0 };
	json_t *years = json_array(), *rows = NULL;
	char *last = mem_dup(v->owner, "");
	for (size_t i = 0; i < talloc_array_length(entries); i++) {
		char *year = clock_format(v->owner, entries[i]->published, "%Y");
		if (strcmp(year, last) != 0) {
			int64_t count = 0;
			rows = json_array();
			archive_count(v->x->db, v->x->publication->id, &(struct archive_range){ .year = atoi(year) }, &count, &err);
			json_array_append_new(years, json_pack("{s:s, s:b, s:s, s:s, s:o}", "year", year, "first", i == 0,
			                                       "more", with_counts ? view_count(v->owner, count, "post", "posts") : "",
			                                       "more_path", mem_printf(v->owner, "/archive/%s", year), "entries", rows));
			last = year;
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
