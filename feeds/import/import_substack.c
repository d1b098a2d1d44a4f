/* Substack's export: posts.csv lists the posts, posts/ID.SLUG.html is the text of each. */
#include "gateway/base/system/bundle.h"
#include "feeds/import/import_kind.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/csv.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 16 << 20 };

struct row {
	const char *id; /* "123456.the-slug" */
	const char *date, *title, *subtitle, *audience, *type, *podcast;
	bool published, read;
};

struct substack {
	struct row *rows; /* by id */
	size_t count, read;
	struct bundle *bundle;
	bool missing_counted; /* the rows without a text */
};

static int by_id(const void *a, const void *b) { return strcmp(((const struct row *)a)->id, ((const struct row *)b)->id); }

static void read_table(struct substack *s, const struct buf *table)
{
	struct csv *csv = csv_new(s, table->data, table->size);
	if (!csv_next(csv))
		return;
	size_t id = csv_column(csv, "post_id"), date = csv_column(csv, "post_date"), published = csv_column(csv, "is_published"), audience = csv_column(csv, "audience");
	size_t title = csv_column(csv, "title"), subtitle = csv_column(csv, "subtitle"), type = csv_column(csv, "type"), podcast = csv_column(csv, "podcast_url");
	while (csv_next(csv)) {
		if (text_blank(csv_field(csv, id)))
			continue;
		*mem_push(s, s->rows, s->count) = (struct row){
			.id = mem_dup(s, csv_field(csv, id)), .date = mem_dup(s, csv_field(csv, date)), .title = mem_dup(s, csv_field(csv, title)),
			.subtitle = mem_dup(s, csv_field(csv, subtitle)), .audience = mem_dup(s, csv_field(csv, audience)), .type = mem_dup(s, csv_field(csv, type)),
			.podcast = mem_dup(s, csv_field(csv, podcast)), .published = text_same(csv_field(csv, published), "true") || strcmp(csv_field(csv, published), "1") == 0,
		};
	}
	talloc_free(csv);
	if (s->count)
		qsort(s->rows, s->count, sizeof *s->rows, by_id);
}

/* The row of "…/posts/123456.the-slug.html"; a name may lack the slug. */
static struct row *row_of(const struct substack *s, const char *path)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	if (!text_ends(name, ".html") || s->count == 0)
		return NULL;
	struct row wanted = { .id = mem_ndup(NULL, name, strlen(name) - strlen(".html")) };
	struct row *found = bsearch(&wanted, s->rows, s->count, sizeof *s->rows, by_id);
	talloc_free((void *)(uintptr_t)wanted.id);
	return found;
}

static bool wanted(struct import *im, const struct row *row)
{
	static const char *const kinds[] = { "", "newsletter", "podcast", NULL };
	if (!row->published) {
		import_skip(im, "drafts");
		return false;
	}
	for (size_t i = 0; kinds[i]; i++)
		if (strcmp(row->type, kinds[i]) == 0)
			return true;
	if (strcmp(row->type, "page") == 0 && im->settings.pages)
		return true;
	if (strcmp(row->type, "page") == 0)
		import_skip(im, "pages (--pages takes them)");
	else
		import_skip(im, "of the kind '%.30s'", row->type);
	return false;
}

/* "everyone", "only_free", "only_paid", "founding". */
static enum entry_access access_of(const char *audience)
{
	if (!*audience || strcmp(audience, "everyone") == 0)
		return ENTRY_ACCESS_POLICY;
	return strcmp(audience, "only_free") == 0 ? ENTRY_ACCESS_GATED : ENTRY_ACCESS_SUPPORTER;
}

static void add_post(struct import *im, const struct row *row, struct feed *batch, const struct buf *html)
{
	const char *dot = strchr(row->id, '.'), *slug = dot && dot[1] ? dot + 1 : NULL;
	struct record *r = import_batch_add(batch, slug, access_of(row->audience));
	if (!r)
		return;
	/* In the feed the guid is the URL. */
	r->link = slug ? mem_printf(r, "%s/p/%s", im->settings.site, slug) : NULL;
	r->id = slug ? r->link : mem_dup(r, row->id);
	import_set_title(r, row->title);
	import_set_html(r, mem_dup(r, html->data));
	if (!text_blank(row->subtitle))
		r->summary = (struct record_text){ .value = mem_dup(r, row->subtitle), .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
	import_set_date(&r->published, r, row->date);
	if (!text_blank(row->podcast))
		record_add_link(r, (struct record_link){ .rel = "enclosure", .href = mem_dup(r, row->podcast), .type = "audio/mpeg" });
}

static bool add_text(struct import *im, struct substack *s, struct feed *batch, const char *name, struct error *err)
{
	struct row *row = row_of(s, name);
	if (!row || row->read)
		return true;
	row->read = true;
	s->read++;
	if (!wanted(im, row))
		return true;
	struct buf *html = bundle_read(batch, s->bundle, TEXT_SIZE, err);
	if (html && text_blank(html->data))
		import_skip(im, "posts without a text");
	else if (html)
		add_post(im, row, batch, html);
	talloc_free(html);
	return html != NULL;
}

static void count_missing(struct import *im, struct substack *s)
{
	for (size_t i = 0; !s->missing_counted && i < s->count; i++)
		if (!s->rows[i].read && wanted(im, &s->rows[i]))
			import_skip(im, "posts without a text");
	s->missing_counted = true;
}

static bool read_posts(struct import *im, struct feed **feed, struct error *err)
{
	struct substack *s = im->state;
	struct feed *batch = import_batch_new(im);
	const char *name = NULL;
	bool fine = true;
	*feed = NULL;
	while (fine && batch->count < IMPORT_BATCH && (fine = bundle_next(s->bundle, &name, err)) && name)
		fine = add_text(im, s, batch, name, err);
	im->progress = s->count ? (double)s->read / (double)s->count : 1;
	if (!fine || batch->count == 0) {
		talloc_free(batch);
		if (fine)
			count_missing(im, s);
		return fine;
	}
	import_batch_finish(im, batch);
	*feed = batch;
	return true;
}

bool import_substack_open(struct import *im, const struct buf *table, struct error *err)
{
	if (!import_needs_site(im, err))
		return false;
	struct substack *s = mem_new(im, struct substack);
	read_table(s, table);
	s->bundle = bundle_open(s, im->path, err);
	im->state = s;
	im->read = read_posts;
	return s->bundle != NULL;
}
