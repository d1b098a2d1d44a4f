#include "feeds/import/import_kind.h"
#include "feeds/import/import_wxr_item.h"
#include "feeds/dates/dates.h"
#include "feeds/vocabulary/markup.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* The namespaces in an export. */
enum vocabulary { RSS, WP, DC, CONTENT, EXCERPT, OTHER };

/* The text of the elements of an item; NULL: absent. */
struct item {
	char *title, *link, *guid, *published, *creator, *content, *excerpt;
	char *id, *date, *date_gmt, *modified_gmt, *slug, *status, *type, *password, *parent, *file;
	char *thumbnail, *alt; /* in its wp:postmeta */
};

static const struct {
	enum vocabulary vocabulary;
	const char *name;
	size_t slot;
} words[] = {
	{ RSS, "title", offsetof(struct item, title) },
	{ RSS, "link", offsetof(struct item, link) },
	{ RSS, "guid", offsetof(struct item, guid) },
	{ RSS, "pubdate", offsetof(struct item, published) },
	{ DC, "creator", offsetof(struct item, creator) },
	{ CONTENT, "encoded", offsetof(struct item, content) },
	{ EXCERPT, "encoded", offsetof(struct item, excerpt) },
	{ WP, "post_id", offsetof(struct item, id) },
	{ WP, "post_date", offsetof(struct item, date) },
	{ WP, "post_date_gmt", offsetof(struct item, date_gmt) },
	{ WP, "post_modified_gmt", offsetof(struct item, modified_gmt) },
	{ WP, "post_name", offsetof(struct item, slug) },
	{ WP, "status", offsetof(struct item, status) },
	{ WP, "post_type", offsetof(struct item, type) },
	{ WP, "post_password", offsetof(struct item, password) },
	{ WP, "post_parent", offsetof(struct item, parent) },
	{ WP, "attachment_url", offsetof(struct item, file) },
};

static enum vocabulary vocabulary_of(const xmlNode *node)
{
	static const struct { const char *uri, *prefix; enum vocabulary vocabulary; } all[] = {
		{ "/excerpt/", "excerpt:", EXCERPT },
		{ "//wordpress.org/export/", "wp:", WP },
		{ "/dc/elements/", "dc:", DC },
		{ "/rss/1.0/modules/content/", "content:", CONTENT },
	};
	const char *uri = node->ns ? (const char *)node->ns->href : NULL, *name = (const char *)node->name;
	if (!uri && !strchr(name, ':'))
		return RSS;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (uri ? strstr(uri, all[i].uri) != NULL : text_starts(name, all[i].prefix))
			return all[i].vocabulary;
	return OTHER;
}

static char *child_text(void *owner, const xmlNode *node, const char *name)
{
	xmlNode *child = markup_child(node, name);
	return child ? markup_text(owner, child) : NULL;
}

static void read_meta(struct item *item, const xmlNode *node)
{
	char *key = child_text(item, node, "meta_key");
	char **slot = !key ? NULL : strcmp(key, "_thumbnail_id") == 0 ? &item->thumbnail : strcmp(key, "_wp_attachment_image_alt") == 0 ? &item->alt : NULL;
	if (slot && !*slot)
		*slot = child_text(item, node, "meta_value");
}

static void read_word(struct item *item, xmlNode *node)
{
	enum vocabulary vocabulary = vocabulary_of(node);
	if (vocabulary == WP && markup_is(node, "postmeta"))
		read_meta(item, node);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char **slot = (char **)(void *)((char *)item + words[i].slot);
		if (words[i].vocabulary == vocabulary && !*slot && markup_is(node, words[i].name))
			*slot = markup_text(item, node);
	}
}

static struct item *read_item(void *owner, const xmlNode *node)
{
	struct item *item = mem_new(owner, struct item);
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		read_word(item, c);
	return item;
}

void import_wxr_collect(struct import_wxr *known, xmlNode *node)
{
	if (markup_is(node, "author")) {
		char *login = child_text(known->owner, node, "author_login"), *name = child_text(known->owner, node, "author_display_name");
		if (!text_blank(login) && !text_blank(name))
			*mem_push(known->owner, known->authors, known->author_count) = (struct import_wxr_author){ login, name };
		return;
	}
	xmlNode *type = markup_is(node, "item") ? markup_child(node, "post_type") : NULL;
	char *word = type ? markup_text(NULL, type) : NULL;
	if (word && strcmp(word, "attachment") == 0) {
		struct item *item = read_item(known->owner, node);
		struct wordpress_library *l = &known->library;
		if (item->id && url_valid(item->file))
			*mem_push(known->owner, l->all, l->count) = (struct wordpress_media){ mem_dup(known->owner, item->id), mem_dup_or_null(known->owner, item->parent),
				mem_dup(known->owner, item->file), mem_dup(known->owner, item->alt ? item->alt : "") };
		talloc_free(item);
	}
	talloc_free(word);
}

static int by_login(const void *a, const void *b)
{
	const struct import_wxr_author *x = a, *y = b;
	return strcmp(x->login, y->login);
}

void import_wxr_sort(struct import_wxr *known)
{
	wordpress_sort(&known->library);
	if (known->author_count)
		qsort(known->authors, known->author_count, sizeof *known->authors, by_login);
}

static const char *name_of(const struct import_wxr *known, const char *login)
{
	struct import_wxr_author wanted = { .login = login };
	const struct import_wxr_author *found =
		known->author_count ? bsearch(&wanted, known->authors, known->author_count, sizeof *known->authors, by_login) : NULL;
	return found ? found->name : login;
}

/* Is it a public post?  If not, it is counted as skipped, unless it is not a text at all (an attachment, a menu). */
static bool wanted(struct import *im, const struct item *item)
{
	static const struct { const char *status, *words; } others[] = {
		{ "draft", "drafts" }, { "auto-draft", "drafts" }, { "private", "private posts" }, { "pending", "posts that wait for review" },
		{ "future", "posts of a time to come" }, { "trash", "posts in the bin" },
	};
	const char *type = item->type ? item->type : "post", *status = item->status ? item->status : "publish";
	if (strcmp(type, "page") == 0 && !im->settings.pages) {
		import_skip(im, "pages (--pages takes them)");
		return false;
	}
	if (strcmp(type, "post") != 0 && strcmp(type, "page") != 0) {
		static const char *const furniture[] = { "attachment", "revision", "nav_menu_item", "custom_css", "customize_changeset", "oembed_cache", "user_request", NULL };
		for (size_t i = 0; furniture[i]; i++)
			if (strcmp(type, furniture[i]) == 0)
				return false;
		if (!text_starts(type, "wp_"))
			import_skip(im, "of the kind '%.30s'", type);
		return false;
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(status, others[i].status) == 0) {
			import_skip(im, "%s", others[i].words);
			return false;
		}
	if (strcmp(status, "publish") != 0)
		import_skip(im, "of the status '%.30s'", status);
	else if (!text_blank(item->password))
		import_skip(im, "posts with a password");
	return strcmp(status, "publish") == 0 && text_blank(item->password);
}

static void add_tags(struct record *r, const xmlNode *node)
{
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next)) {
		char *domain = markup_is(c, "category") ? markup_attribute(r, c, "domain") : NULL;
		char *nicename = domain ? markup_attribute(r, c, "nicename") : NULL;
		if (domain && (!strcmp(domain, "category") || !strcmp(domain, "post_tag") || !strcmp(domain, "tag")) && !(nicename && !strcmp(nicename, "uncategorized")))
			record_add_tag(r, markup_text(r, c), NULL, NULL);
	}
}

static void add_picture(struct record *r, const struct wordpress_media *m)
{
	if (m)
		*mem_push(r, r->pictures, r->picture_count) = (struct record_image){ .href = mem_dup(r, m->url), .title = *m->alt ? mem_dup(r, m->alt) : NULL };
}

static char *shown(void *owner, const char *raw, const char *post, const struct wordpress_library *library)
{
	struct document *d = document_new(owner);
	wordpress_html(document_out(d), raw, post, library);
	return document_finish(d, owner);
}

static char *in_utc(void *owner, const char *date) { return text_blank(date) ? NULL : mem_printf(owner, "%s UTC", date); }

/* The date in UTC, with the offset of the author's clock, which is what both dates differ by. */
static char *local_date(void *owner, const struct item *item)
{
	int64_t utc, local;
	if (text_blank(item->date_gmt) || text_blank(item->date) || !dates_parse(item->date_gmt, &utc) || !dates_parse(item->date, &local))
		return in_utc(owner, item->date_gmt);
	long long minutes = (local - utc) / CLOCK_MINUTE;
	if (minutes == 0 || llabs(minutes) >= CLOCK_DAY / CLOCK_MINUTE)
		return in_utc(owner, item->date_gmt);
	return mem_printf(owner, "%s %c%02lld%02lld", item->date, minutes < 0 ? '-' : '+', llabs(minutes) / 60, llabs(minutes) % 60);
}

void import_wxr_item(struct import *im, const struct import_wxr *known, struct feed *batch, xmlNode *node)
{
	struct item *item = read_item(batch, node);
	struct record *r = wanted(im, item) ? import_batch_add(batch, text_blank(item->slug) ? NULL : item->slug, ENTRY_ACCESS_POLICY) : NULL;
	if (r) {
		r->id = text_blank(item->guid) ? NULL : mem_dup(r, item->guid);
		r->link = item->link && url_valid(item->link) ? mem_dup(r, item->link) : NULL;
		import_set_title(r, item->title);
		import_set_html(r, shown(r, item->content ? item->content : "", item->id, &known->library));
		if (!text_blank(item->excerpt))
			r->summary = (struct record_text){ .value = shown(r, item->excerpt, item->id, &known->library), .type = RECORD_HTML, .rank = RECORD_NATIVE };
		import_set_date(&r->published, r, local_date(r, item));
		import_set_date(&r->published, r, item->published);
		import_set_date(&r->published, r, item->date);
		import_set_date(&r->updated, r, in_utc(r, item->modified_gmt));
		if (!text_blank(item->creator))
			*mem_push(r, r->authors, r->author_count) = (struct entry_person){ .name = mem_dup(r, name_of(known, item->creator)) };
		add_tags(r, node);
		add_picture(r, wordpress_find(&known->library, item->thumbnail));
	}
	talloc_free(item);
}
