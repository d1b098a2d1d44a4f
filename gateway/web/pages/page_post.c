#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/beside.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/web/pages/page.h"
#include "gateway/web/pages/page_digest.h"
#include "gateway/web/pages/page_replies.h"
#include "gateway/web/pages/subscribe_panel.h"
#include "gateway/web/pages/view.h"
#include "subscribers/proof/reading.h"
#include <stdlib.h>
#include <string.h>

enum { FREE_SHOWN = 3, FREE_LOOKED_AT = 40 };

static json_t *link_to(struct visit *v, const struct gate *gate, struct entry *e)
{
	return e ? json_pack("{s:s, s:s}", "path", entry_path(v->owner, e), "title", gate_title(v->owner, gate, e, &v->viewer)) : json_false();
}

static json_t *tags_of(struct visit *v, const struct entry *e)
{
	json_t *tags = json_array();
	for (size_t i = 0; i < e->tag_count; i++) {
		char *slug = text_tag(v->owner, e->tags[i]);
		if (*slug)
			json_array_append_new(tags, json_pack("{s:s, s:s}", "tag", e->tags[i], "path", entry_tag_path(v->owner, slug)));
	}
	return tags;
}

/* Who wrote it: what the entry says, else whose publication it is. */
static const char *byline(struct visit *v, const struct entry *e)
{
	const struct publication *p = v->x->publication;
	char *authors = entry_author_names(v->owner, e);
	return *authors ? authors : *p->author ? p->author : p->name;
}

/* schema.org BlogPosting.  The gated body is absent, so isAccessibleForFree stands alone, without hasPart. */
static char *structured(struct visit *v, const struct entry *e, const char *title, const char *canonical, bool locked)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:s, s:s, s:b}", "@context", "https://schema.org", "@type", "BlogPosting",
	                      "headline", text_cut(v->owner, title, 110), "datePublished", clock_rfc3339(v->owner, e->published),
	                      "author", "@type", "Person", "name", byline(v, e), "mainEntityOfPage", canonical,
	                      "inLanguage", e->language ? e->language : v->x->publication->language, "isAccessibleForFree", !locked);
	char *text = json_dumps(o, JSON_COMPACT);
	/* Inside <script> only "</" could end the element. */
	char *safe = text_replace(v->owner, text ? text : "{}", "<", "\\u003c");
	free(text);
	json_decref(o);
	return safe;
}

/* The newest posts that a stranger may read whole, so that nobody meets a dead end. */
static json_t *free_to_read(struct visit *v, const struct gate *gate, struct error *err)
{
	struct entry **all;
	json_t *rows = json_array();
	if (!archive_list(v->owner, v->x->db, v->x->publication->id, &(struct archive_range){ .limit = FREE_LOOKED_AT }, &all, err))
		return rows;
	for (size_t i = 0; i < talloc_array_length(all) && json_array_size(rows) < FREE_SHOWN; i++)
		if (!gate_locked(gate, all[i]))
			json_array_append_new(rows, view_row(v, gate, all[i]));
	return rows;
}

static void add_head(struct visit *v, json_t *data, const struct entry *e, const char *title, const char *canonical, bool locked)
{
	json_t *og = json_pack("{s:s, s:s, s:s}", "type", "article", "heading", title, "published", clock_rfc3339(v->owner, e->published));
	/* A link preview shows the picture without the content warning, so a post with a warning has none. */
	json_object_set_new(og, "image", e->image.url && !e->warning ? json_pack("{s:s, s:s}", "url", e->image.url, "alt", e->image.alt ? e->image.alt : "") : json_false());
	json_object_set_new(og, "updated", e->revised ? json_string(clock_rfc3339(v->owner, e->revised)) : json_false());
	json_object_set_new(data, "og", og);
	json_object_set_new(data, "description", json_string(text_cut(v->owner, e->excerpt ? e->excerpt : "", 200)));
	json_object_set_new(data, "canonical", json_string(canonical));
	json_object_set_new(data, "activity", json_string(canonical));
	json_object_set_new(data, "data", json_string(structured(v, e, title, canonical, locked)));
	if (locked)
		json_object_set_new(data, "robots", json_string("max-snippet:160,noarchive"));
}

static void add_body(struct visit *v, json_t *data, const struct entry *e, enum gate_view view, enum gate_for whom)
{
	bool locked = whom != GATE_FOR_ANYBODY;
	char *source = e->link ? url_authority(v->owner, e->link) : NULL;
	json_object_set_new(data, "content", json_string(view == GATE_FULL ? beside_content(v->owner, e, v->x->publication, BESIDE_PAGE) : e->content));
	json_object_set_new(data, "full", json_boolean(view == GATE_FULL));
	json_object_set_new(data, "locked", json_boolean(locked));
	json_object_set_new(data, "supporters", json_boolean(whom == GATE_FOR_SUPPORTERS));
	json_object_set_new(data, "open", json_boolean(view == GATE_FULL));
	json_object_set_new(data, "authors", json_string(byline(v, e)));
	json_object_set_new(data, "published", json_string(clock_rfc3339(v->owner, e->published)));
	json_object_set_new(data, "date", json_string(entry_day(v->owner, e, "%-d %B %Y")));
	json_object_set_new(data, "minutes_text", json_string(view_count(v->owner, view_minutes(e->words), "minute", "minutes")));
	json_object_set_new(data, "tags", tags_of(v, e));
	if (e->revised > e->published + CLOCK_DAY) {
		json_object_set_new(data, "updated", json_string(clock_rfc3339(v->owner, e->revised)));
		json_object_set_new(data, "updated_on", json_string(publication_day(v->owner, v->x->publication, e->revised, "%-d %B %Y")));
	}
	if (source && !publication_shares_host(v->x->publication, e->link)) {
		json_object_set_new(data, "source", json_string(e->link));
		json_object_set_new(data, "source_host", json_string(source));
	}
	json_object_set_new(data, "via", json_string(beside_source(v->owner, e)));
	if (locked && view == GATE_FULL && v->viewer.mail)
		json_object_set_new(data, "reads_as", json_string(v->x->mark));
}

static bool add_around(struct visit *v, json_t *data, const struct gate *gate, const struct entry *e, enum gate_view view, struct error *err)
{
	struct entry *older, *newer;
	int64_t posts, closed;
	if (!archive_neighbours(v->owner, v->x->db, e, &older, &newer, err) ||
	    !archive_count(v->x->db, v->x->publication->id, &(struct archive_range){ 0 }, &posts, err) ||
	    !archive_count_closed(v->x->db, v->x->publication->id, &closed, err))
		return false;
	json_object_set_new(data, "neighbours", json_pack("{s:o, s:o}", "older", link_to(v, gate, older), "newer", link_to(v, gate, newer)));
	if (view == GATE_FULL && !page_replies_add(v, data, e, err))
		return false;
	enum subscribe_place place = view == GATE_FULL ? SUBSCRIBE_POST : gate_for(gate, e) == GATE_FOR_SUPPORTERS ? SUBSCRIBE_SUPPORTERS : SUBSCRIBE_GATE;
	if (v->viewer.kind == VIEWER_ANYBODY)
		json_object_set_new(data, "ask", subscribe_panel(place, e, posts, closed));
	else if (view == GATE_TEASER)
		json_object_set_new(data, "closed", supporters_panel(e, v->x->publication->name));
	if (view == GATE_TEASER) {
		json_t *rows = free_to_read(v, gate, err);
		json_object_set_new(data, "has_free", json_boolean(json_array_size(rows) > 0));
		json_object_set_new(data, "free", rows);
	}
	return true;
}

static void show(struct visit *v, const struct gate *gate, const struct entry *e, enum gate_view view)
{
	struct error err = { 0 };
	const struct publication *p = v->x->publication;
	char *title = entry_display_title(v->owner, e), *path = entry_path(v->owner, e), *canonical = mem_printf(v->owner, "%s%s", p->url, path);
	bool locked = gate_locked(gate, e);
	json_t *data = json_pack("{s:s, s:s, s:s}", "heading", title, "title", mem_printf(v->owner, "%s · %s", title, p->name), "here", path);
	add_head(v, data, e, title, canonical, locked);
	add_body(v, data, e, view, gate_for(gate, e));
	if (!add_around(v, data, gate, e, view, &err)) {
		json_decref(data);
		visit_failed(v, &err);
		return;
	}
	v->x->shows = EXCHANGE_ARCHIVE | EXCHANGE_PUBLICATION;
	visit_page(v, 200, "post", data);
}

/* Answers 410 for a withdrawn entry. */
static bool is_gone(struct visit *v, const struct entry *e)
{
	bool gone = e->state == ENTRY_WITHDRAWN;
	if (gone)
		visit_note(v, 410, "This is gone", mem_printf(v->owner, "The author withdrew this on %s.", publication_day(v->owner, v->x->publication, e->withdrawn, "%-d %B %Y")));
	return gone;
}

/* The same, and redirects when the year in the path is not the entry's. */
static bool elsewhere(struct visit *v, const struct entry *e)
{
	char *path = entry_path(v->owner, e);
	if (is_gone(v, e))
		return true;
	if (strncmp(path + 1, v->parts[0], strlen(v->parts[0])) == 0 && path[1 + strlen(v->parts[0])] == '/')
		return false;
	visit_moved(v, path);
	return true;
}

void page_post(struct visit *v)
{
	struct error err = { 0 };
	struct gate gate;
	enum gate_view view;
	const char *year = v->parts[0];
	struct entry *e = strlen(year) == 4 && !year[strspn(year, "0123456789")]
		? archive_by_slug(v->owner, v->x->db, v->x->publication->id, v->parts[1], &err) : NULL;
	if (!e && err.kind != ERROR_NOT_FOUND && err.kind) {
		visit_failed(v, &err);
		return;
	}
	if (!e) {
		visit_note(v, 404, "There is no page here", "The address may be old, or mistyped. The archive has everything there is.");
		return;
	}
	if (elsewhere(v, e))
		return;
	if (!gate_of(v->x->db, v->x->publication, &gate, &err)) {
		visit_failed(v, &err);
		return;
	}
	struct entry *shown = gate_show(v->owner, &gate, e, &v->viewer, &view);
	show(v, &gate, shown, view);
}

/* The post of a letter, as its reader sees it: nothing around it, since what may be read there is for a session to say. */
static void show_letter(struct visit *v, const struct gate *gate, const struct entry *e, enum viewer_kind kind)
{
	const struct publication *p = v->x->publication;
	enum gate_view view;
	struct entry *shown = gate_show(v->owner, gate, e, &(struct viewer){ kind, p->id, 0, NULL }, &view);
	if (!shown) {
		visit_note(v, 404, "That link does not work", "It may have been cut in two on its way. Copy all of it from the letter.");
		return;
	}
	bool archived = e->state == ENTRY_LIVE;
	char *title = entry_display_title(v->owner, shown), *path = archived ? entry_path(v->owner, e) : mem_dup(v->owner, "/");
	json_t *data = json_pack("{s:s, s:s, s:s, s:s?, s:b, s:s, s:b}", "heading", title, "title", mem_printf(v->owner, "%s · %s", title, p->name), "here", path,
	                         "canonical", archived ? mem_printf(v->owner, "%s%s", p->url, path) : NULL, "private", 1, "robots", "noindex", "of_letter",
	                         v->viewer.kind == VIEWER_ANYBODY);
	add_body(v, data, shown, view, gate_for(gate, e));
	if (view == GATE_TEASER)
		json_object_set_new(data, "closed", supporters_panel(shown, p->name));
	visit_page(v, 200, "post", data);
}

void page_read(struct visit *v)
{
	struct error err = { 0 };
	struct gate gate;
	struct reading reading = { 0 };
	bool ours = reading_of(v->x->db, v->x->publication, v->parts[0], &reading, &err);
	struct entry *e = ours && reading.entry ? archive_get_mailed(v->owner, v->x->db, reading.entry, &err) : NULL;
	if (ours && !reading.entry)
		page_digest_show(v, &reading);
	else if (!e && err.kind == ERROR_INVALID)
		visit_note(v, 410, "This link has ended", err.text);
	else if (!e && err.kind == ERROR_NOT_FOUND)
		visit_note(v, 404, "That link does not work", "It may have been cut in two on its way. Copy all of it from the letter.");
	else if (!e || !gate_of(v->x->db, v->x->publication, &gate, &err))
		visit_failed(v, &err);
	else if (!is_gone(v, e))
		show_letter(v, &gate, e, gate_reader(reading.supporter));
	visit_private(v);
}
