#include "feeds/import/import_kind.h"
#include "feeds/dates/dates.h"
#include "feeds/parse/normalise.h"
#include "feeds/source/source_option.h"
#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Different reasons to skip a post that are counted apart. */
enum { REASONS = 40 };

struct kept {
	json_t *root;
};

struct feed *import_batch_new(struct import *im)
{
	struct feed *batch = mem_new(im, struct feed);
	batch->record = record_new(batch, RECORD_FEED);
	return batch;
}

void import_batch_finish(const struct import *im, struct feed *batch)
{
	normalise_feed(batch, im->settings.site);
	for (size_t i = 0; i < batch->count; i++) {
		struct entry *e = batch->entries[i];
		const struct record *r = batch->records[i];
		const char *slug = record_value(r, "slug");
		e->slug = slug ? text_slug(e, url_decode(e, slug, false)) : NULL;
		const char *access = record_value(r, "access");
		struct error ignored;
		if (!access || !source_option_access(access, &e->access, &ignored))
			e->access = ENTRY_ACCESS_POLICY;
	}
}

struct record *import_batch_add(struct feed *feed, const char *slug, enum entry_access access)
{
	struct record *r = feed_add_record(feed);
	if (r && slug)
		record_set_value(r, "slug", mem_dup(r, slug));
	if (r && access != ENTRY_ACCESS_POLICY)
		record_set_value(r, "access", source_option_access_name(access));
	return r;
}

void import_skip(struct import *im, const char *fmt, ...)
{
	char why[120];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	size_t i = 0;
	while (i < im->skipped_count && strcmp(im->skipped[i].why, why) != 0)
		i++;
	/* Some of these texts come from the file, so their number has to be limited. */
	if (i == im->skipped_count && i >= REASONS)
		i = REASONS - 1;
	else if (i == im->skipped_count)
		mem_push(im, im->skipped, im->skipped_count)->why = mem_dup(im, why);
	im->skipped[i].count++;
}

void import_set_title(struct record *r, const char *title)
{
	if (!text_blank(title))
		r->title = (struct record_text){ .value = mem_dup(r, title), .type = record_looks_like_html(title) ? RECORD_HTML : RECORD_PLAIN, .rank = RECORD_NATIVE };
}

void import_set_html(struct record *r, char *html)
{
	*mem_push(r, r->contents, r->content_count) = (struct record_text){ .value = talloc_steal(r, html), .type = RECORD_HTML, .rank = RECORD_NATIVE };
}

void import_set_date(struct record_date *into, void *owner, const char *text)
{
	int64_t ms;
	/* MySQL writes "0000-00-00 00:00:00" when there is no date. */
	if (into->ms || text_blank(text) || text_starts(text, "0000") || !dates_parse(text, &ms))
		return;
	*into = (struct record_date){ mem_dup(owner, text), ms, RECORD_NATIVE };
}

bool import_needs_site(const struct import *im, struct error *err)
{
	return im->settings.site || error_set(err, ERROR_INVALID, "%s does not say where the blog was: name its address with --site https://…", im->kind);
}

static int let_go(struct kept *kept)
{
	json_decref(kept->root);
	return 0;
}

void import_keep_json(struct import *im, json_t *root)
{
	struct kept *kept = mem_new(im, struct kept);
	kept->root = root;
	talloc_set_destructor(kept, let_go);
}
