/* Ghost's export: the tables of its database, as JSON. */
#include "feeds/import/ghost_document.h"
#include "feeds/import/import_kind.h"
#include "feeds/text/markdown.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

enum { TEXT_ID = 32, RELATIONS = 100 };

struct ghost {
	const json_t *posts;
	size_t at;
	json_t *users, *tags, *meta;    /* id -> row; of meta: id of the post -> row */
	json_t *post_tags, *post_users; /* id of the post -> array of rows */
};

static const json_t *data_of(const json_t *root)
{
	const json_t *db = json_object_get(root, "db"), *first = json_is_array(db) ? json_array_get(db, 0) : root;
	return json_object_get(first, "data");
}

bool import_ghost_is(const json_t *root) { return json_is_array(json_object_get(data_of(root), "posts")); }

static const char *text_of(const json_t *row, const char *name) { return json_string_value(json_object_get(row, name)); }

/* In old exports, ids are numbers. */
static const char *id_of(const json_t *row, const char *name, char room[TEXT_ID])
{
	const json_t *value = json_object_get(row, name);
	if (json_is_integer(value))
		snprintf(room, TEXT_ID, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return json_is_integer(value) ? room : json_string_value(value);
}

static json_t *rows_by(const json_t *rows, const char *name)
{
	json_t *all = json_object(), *row;
	size_t i;
	char room[TEXT_ID];
	json_array_foreach(rows, i, row) {
		const char *id = id_of(row, name, room);
		if (id)
			json_object_set(all, id, row);
	}
	return all;
}

static json_t *relations_by(const json_t *rows, const char *name)
{
	json_t *all = json_object(), *row;
	size_t i;
	char room[TEXT_ID];
	json_array_foreach(rows, i, row) {
		const char *id = id_of(row, name, room);
		if (id && !json_object_get(all, id))
			json_object_set_new(all, id, json_array());
		if (id)
			json_array_append(json_object_get(all, id), row);
	}
	return all;
}

static int let_go(struct ghost *g)
{
	json_decref(g->users);
	json_decref(g->tags);
	json_decref(g->meta);
	json_decref(g->post_tags);
	json_decref(g->post_users);
	return 0;
}

static int by_order(const void *a, const void *b)
{
	json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "sort_order")), y = json_integer_value(json_object_get(*(json_t *const *)b, "sort_order"));
	return (x > y) - (x < y);
}

/* The rows of to that belong to post, in the order of their relations. */
static size_t related(const json_t *relations, const char *post, const char *name, const json_t *to, const json_t *rows[RELATIONS])
{
	const json_t *all = post ? json_object_get(relations, post) : NULL, *sorted[RELATIONS];
	size_t count = 0, kept = 0;
	char room[TEXT_ID];
	for (; count < json_array_size(all) && count < RELATIONS; count++)
		sorted[count] = json_array_get(all, count);
	if (count)
		qsort(sorted, count, sizeof *sorted, by_order);
	for (size_t i = 0; i < count; i++) {
		const char *id = id_of(sorted[i], name, room);
		const json_t *row = id ? json_object_get(to, id) : NULL;
		if (row)
			rows[kept++] = row;
	}
	return kept;
}

static void add_author(struct record *r, const json_t *user)
{
	if (!text_blank(text_of(user, "name")))
		*mem_push(r, r->authors, r->author_count) = (struct entry_person){ .name = mem_dup(r, text_of(user, "name")) };
}

static void add_people(struct record *r, const struct ghost *g, const json_t *post, const char *id)
{
	const json_t *rows[RELATIONS];
	char room[TEXT_ID];
	size_t count = related(g->post_users, id, "author_id", g->users, rows);
	for (size_t i = 0; i < count; i++)
		add_author(r, rows[i]);
	const char *author = id_of(post, "author_id", room);
	if (count == 0 && author)
		add_author(r, json_object_get(g->users, author));
}

/* Tags that begin with # are internal: they are used by themes only. */
static void add_tags(struct record *r, const struct ghost *g, const char *id)
{
	const json_t *rows[RELATIONS];
	size_t count = related(g->post_tags, id, "tag_id", g->tags, rows);
	for (size_t i = 0; i < count; i++) {
		const char *name = text_of(rows[i], "name");
		if (!text_blank(name) && *name != '#' && !text_same(text_of(rows[i], "visibility"), "internal"))
			record_add_tag(r, mem_dup(r, name), NULL, NULL);
	}
}

static char *with_site(void *owner, const struct import *im, const char *text) { return text ? text_replace(owner, text, "__GHOST_URL__", im->settings.site) : NULL; }

static char *link_of(struct record *r, const struct import *im, const json_t *post)
{
	char *canonical = with_site(r, im, text_of(post, "canonical_url")), *slug = mem_dup(r, text_of(post, "slug") ? text_of(post, "slug") : "");
	if (url_valid(canonical) && url_same_host(canonical, im->settings.site))
		return canonical;
	return *slug ? mem_printf(r, "%s/%s/", im->settings.site, slug) : url_valid(canonical) ? canonical : NULL;
}

/* A date is a string; in old exports it is a number of milliseconds. */
static void set_date(struct record *r, struct record_date *into, const json_t *post, const char *name)
{
	const json_t *value = json_object_get(post, name);
	char *text = json_is_integer(value) ? clock_rfc3339(r, json_integer_value(value)) : mem_dup_or_null(r, json_string_value(value));
	import_set_date(into, r, text);
}

static bool wanted(struct import *im, const json_t *post)
{
	const char *status = text_of(post, "status"), *type = text_of(post, "type");
	const json_t *old = json_object_get(post, "page");
	bool page = type ? strcmp(type, "page") == 0 : json_is_true(old) || json_integer_value(old) != 0;
	if (page && !im->settings.pages)
		import_skip(im, "pages (--pages takes them)");
	else if (text_same(status, "draft"))
		import_skip(im, "drafts");
	else if (text_same(status, "scheduled"))
		import_skip(im, "posts of a time to come");
	else if (text_same(status, "sent"))
		import_skip(im, "posts that were only sent by mail");
	else if (!text_same(status, "published"))
		import_skip(im, "of the status '%.30s'", status ? status : "");
	else
		return true;
	return false;
}

/* What Ghost has rendered, or what it renders: the document of one of its editors.  NULL when there is none. */
static char *html_of(void *owner, const struct import *im, const json_t *post)
{
	char *html = with_site(owner, im, text_of(post, "html"));
	if (text_blank(html))
		html = ghost_lexical(owner, with_site(owner, im, text_of(post, "lexical")));
	if (text_blank(html))
		html = ghost_mobiledoc(owner, with_site(owner, im, text_of(post, "mobiledoc")));
	/* Before 2017 it had Markdown only. */
	const char *markdown = text_of(post, "markdown");
	return text_blank(html) && !text_blank(markdown) ? markdown_html(owner, with_site(owner, im, markdown)) : html;
}

static void add_text(struct record *r, const struct import *im, const json_t *post, char *html)
{
	if (!text_blank(html))
		import_set_html(r, html);
	else
		*mem_push(r, r->contents, r->content_count) = (struct record_text){ .value = with_site(r, im, text_of(post, "plaintext")), .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
	if (!text_blank(text_of(post, "custom_excerpt")))
		r->summary = (struct record_text){ .value = mem_dup(r, text_of(post, "custom_excerpt")), .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
}

static void add_picture(struct record *r, const struct import *im, const struct ghost *g, const json_t *post, const char *id)
{
	char *url = with_site(r, im, text_of(post, "feature_image") ? text_of(post, "feature_image") : text_of(post, "image"));
	const json_t *meta = id ? json_object_get(g->meta, id) : NULL;
	char *absolute = text_blank(url) ? NULL : url_resolve(r, mem_printf(r, "%s/", im->settings.site), url);
	if (absolute)
		*mem_push(r, r->pictures, r->picture_count) = (struct record_image){ .href = absolute, .title = mem_dup_or_null(r, text_of(meta, "feature_image_alt")) };
}

/* "public", "members", "paid", "tiers" (some of those who pay), "filter". */
static enum entry_access access_of(const char *visibility)
{
	if (text_blank(visibility) || strcmp(visibility, "public") == 0)
		return ENTRY_ACCESS_POLICY;
	return strcmp(visibility, "members") == 0 ? ENTRY_ACCESS_GATED : ENTRY_ACCESS_SUPPORTER;
}

static void add_post(struct import *im, const struct ghost *g, struct feed *batch, const json_t *post)
{
	char room[TEXT_ID];
	const char *id = id_of(post, "id", room), *visibility = text_of(post, "visibility");
	char *html = html_of(batch, im, post);
	if (text_blank(html) && text_blank(text_of(post, "plaintext"))) {
		import_skip(im, "posts without a text");
		return;
	}
	struct record *r = import_batch_add(batch, text_of(post, "slug"), access_of(visibility));
	if (!r)
		return;
	r->id = mem_dup_or_null(r, id);
	r->link = link_of(r, im, post);
	r->language = mem_dup_or_null(r, text_of(post, "locale") ? text_of(post, "locale") : text_of(post, "language"));
	import_set_title(r, text_of(post, "title"));
	add_text(r, im, post, html);
	set_date(r, &r->published, post, "published_at");
	set_date(r, &r->published, post, "created_at");
	set_date(r, &r->updated, post, "updated_at");
	add_people(r, g, post, id);
	add_tags(r, g, id);
	add_picture(r, im, g, post, id);
}

static bool read_posts(struct import *im, struct feed **feed, struct error *err)
{
	struct ghost *g = im->state;
	size_t all = json_array_size(g->posts);
	(void)err;
	*feed = NULL;
	if (g->at >= all)
		return true;
	struct feed *batch = import_batch_new(im);
	for (; batch->count < IMPORT_BATCH && g->at < all; g->at++)
		if (wanted(im, json_array_get(g->posts, g->at)))
			add_post(im, g, batch, json_array_get(g->posts, g->at));
	im->progress = (double)g->at / (double)all;
	import_batch_finish(im, batch);
	*feed = batch;
	return true;
}

bool import_ghost_open(struct import *im, json_t *root, struct error *err)
{
	const json_t *data = data_of(root);
	if (!import_needs_site(im, err))
		return false;
	struct ghost *g = mem_new(im, struct ghost);
	talloc_set_destructor(g, let_go);
	g->posts = json_object_get(data, "posts");
	g->users = rows_by(json_object_get(data, "users"), "id");
	g->tags = rows_by(json_object_get(data, "tags"), "id");
	g->meta = rows_by(json_object_get(data, "posts_meta"), "post_id");
	g->post_tags = relations_by(json_object_get(data, "posts_tags"), "post_id");
	g->post_users = relations_by(json_object_get(data, "posts_authors"), "post_id");
	im->state = g;
	im->read = read_posts;
	return true;
}
