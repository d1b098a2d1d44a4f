#pragma once
/*
 * view - what several pages show in the same way: lists of entries, pages of lists, counts.
 */
#include "gateway/web/pages/visit.h"

/* The rows of a list of entries, grouped by year, as the template "years" wants them. */
json_t *view_years(struct visit *v, const struct gate *gate, struct entry **entries, bool with_counts);
/* One row of a list, as the template "row" wants it. */
json_t *view_row(struct visit *v, const struct gate *gate, const struct entry *e);
/* "page", "pages", "newer", "older" for the template "pages"; NULL when one page holds all. */
json_t *view_pager(struct visit *v, const char *path, int64_t page, int64_t total, int64_t per_page);
/* The page number of ?page=N, 1 when there is none; 0 when it is no page number (answer 404). */
int64_t view_page_number(struct visit *v);
/* Minutes to read so many words, at least 1. */
long long view_minutes(size_t words);
/* "1 post", "62 posts" */
char *view_count(void *owner, int64_t n, const char *one, const char *many);
/* "the whole archive is open to you", or all but the posts for supporters, of which there are so many. */
char *view_opens(struct visit *v, int64_t closed);
