/* JSON Feed 1.0 and 1.1 (jsonfeed.org). */
#include "feeds/dates/dates.h"
#include "feeds/parse/dialect.h"
#include "feeds/parse/json_load.h"
#include "feeds/text/repair_json.h"
#include "feeds/vocabulary/record.h"
#include "feeds/vocabulary/record_markup.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <string.h>

/* Bytes that the dialect is recognised by. */
enum { SNIFF = 4096 };

static bool is_json_feed(const struct feed_input *in)
{
	const char *s = in->text + strspn(in->text, " \t\r\n");
	if (in->root || *s != '{')
		return false;
	char *head = mem_ndup(NULL, s, strnlen(s, SNIFF));
	bool named = strstr(head, "jsonfeed.org/version/") || strstr(head, "jsonfeed.org\\/version\\/");
	talloc_free(head);
	return named;
}

/* JSON strings may contain NUL, which C strings cannot. */
static char *without_nul(void *owner, const json_t *string)
{
	size_t size = json_string_length(string), used = 0;
	const char *s = json_string_value(string);
	char *text = mem_array(owner, char, size + 1);
	for (size_t i = 0; i < size; i++)
		if (s[i])
			text[used++] = s[i];
	text[used] = '\0';
	return text;
}

/* A string, trimmed, or an integer, because some ids are numbers.  NULL for anything else and for "". */
static char *text_of(void *owner, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	char *text = json_is_string(value)    ? record_unwrap(text_trim(owner, without_nul(owner, value)))
	             : json_is_integer(value) ? mem_printf(owner, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
	                                      : NULL;
	return text && *text ? text : NULL;
}

static char *url_of(struct record *r, const json_t *object, const char *name, const char *base)
{
	char *text = text_of(r, object, name);
	return !text ? NULL : base ? url_resolve(r, base, text) : url_valid(text) ? text : NULL;
}

static void set_text(struct record *r, struct record_text *into, const json_t *object, const char *name)
{
	char *text = text_of(r, object, name);
	/* JSON Feed says that this is text, and tags are; but references come from programs that have escaped them once too often. */
	if (text)
		*into = (struct record_text){ .value = strchr(text, '<') ? text : record_plain(r, text), .type = RECORD_PLAIN, .language = r->language, .base = r->base, .rank = RECORD_NATIVE };
}

static void add_content(struct record *r, const json_t *item, const char *name, const char *type)
{
	char *text = text_of(r, item, name);
	if (text)
		*mem_push(r, r->contents, r->content_count) =
			(struct record_text){ .value = text, .type = type, .language = r->language, .base = r->base, .rank = RECORD_NATIVE };
}

static void set_date(struct record *r, struct record_date *into, const json_t *item, const char *name)
{
	char *text = text_of(r, item, name);
	if (!text)
		return;
	*into = (struct record_date){ .text = text, .rank = RECORD_NATIVE };
	if (!dates_parse(text, &into->ms))
		into->ms = 0;
}

static void add_link(struct record *r, const char *rel, char *href)
{
	if (href)
		record_add_link(r, (struct record_link){ .rel = rel, .href = href });
}

static void add_author(struct record *r, const json_t *author)
{
	char *name = text_of(r, author, "name");
	record_add_author(r, (struct entry_person){ .name = name ? record_plain(r, name) : NULL, .url = text_of(r, author, "url") },
	                  RECORD_NATIVE);
}

/* 1.1 has "authors", 1.0 has "author". */
static void add_authors(struct record *r, const json_t *object)
{
	const json_t *all = json_object_get(object, "authors"), *one;
	size_t i;
	json_array_foreach(all, i, one)
		add_author(r, one);
	if (r->author_count == 0)
		add_author(r, json_object_get(object, "author"));
}

static void add_tags(struct record *r, const json_t *item)
{
	const json_t *tags = json_object_get(item, "tags"), *tag;
	size_t i;
	json_array_foreach(tags, i, tag)
		if (json_is_string(tag))
			record_add_tag(r, text_trim(r, json_string_value(tag)), NULL, NULL);
}

static void add_attachments(struct record *r, const json_t *item, const char *base)
{
	const json_t *all = json_object_get(item, "attachments"), *one;
	size_t i;
	json_array_foreach(all, i, one) {
		char *href = url_of(r, one, "url", base);
		if (href)
			record_add_link(r, (struct record_link){ .rel = "enclosure", .href = href, .type = text_of(r, one, "mime_type"),
			                                         .title = text_of(r, one, "title"), .length = text_of(r, one, "size_in_bytes") });
	}
}

static void read_item(struct record *r, const json_t *item, const struct record *feed, const char *base)
{
	char *language = text_of(r, item, "language"), *image = url_of(r, item, "image", base);
	r->base = base;
	r->language = language ? language : feed->language;
	r->id = text_of(r, item, "id");
	r->link = url_of(r, item, "url", base);
	if (!r->link)
		r->link = url_of(r, item, "external_url", base);
	else
		add_link(r, "external", url_of(r, item, "external_url", base));
	if (!r->link && r->id && url_valid(r->id))
		r->link = r->id;
	add_link(r, "alternate", mem_dup_or_null(r, r->link));
	set_text(r, &r->title, item, "title");
	set_text(r, &r->summary, item, "summary");
	add_content(r, item, "content_html", RECORD_HTML);
	add_content(r, item, "content_text", RECORD_PLAIN);
	set_date(r, &r->published, item, "date_published");
	set_date(r, &r->updated, item, "date_modified");
	if (json_is_true(json_object_get(item, "expired")))
		record_set_value(r, "expired", "true");
	if (!image)
		image = url_of(r, item, "banner_image", base);
	if (image)
		*mem_push(r, r->pictures, r->picture_count) = (struct record_image){ .href = image };
	add_authors(r, item);
	add_tags(r, item);
	add_attachments(r, item, base);
}

static void read_hubs(struct record *r, const json_t *root, const char *base)
{
	const json_t *hubs = json_object_get(root, "hubs"), *hub;
	size_t i;
	json_array_foreach(hubs, i, hub)
		if (text_same(json_string_value(json_object_get(hub, "type")), "WebSub"))
			add_link(r, "hub", url_of(r, hub, "url", base));
}

static void read_head(struct record *r, const json_t *root, const char *base)
{
	r->base = base;
	r->language = text_of(r, root, "language");
	r->link = url_of(r, root, "home_page_url", base);
	add_link(r, "alternate", mem_dup_or_null(r, r->link));
	add_link(r, "self", url_of(r, root, "feed_url", base));
	add_link(r, "next", url_of(r, root, "next_url", base));
	set_text(r, &r->title, root, "title");
	set_text(r, &r->subtitle, root, "description");
	r->logo = url_of(r, root, "icon", base);
	r->icon = url_of(r, root, "favicon", base);
	if (json_is_true(json_object_get(root, "expired")))
		record_set_value(r, "expired", "true");
	add_authors(r, root);
	read_hubs(r, root, base);
}

/* Parses the document, and repairs it if that fails.  NULL when it is not JSON. */
static json_t *load(struct feed *feed, const struct feed_input *in, json_error_t *why)
{
	json_error_t again;
	json_t *root = json_load_text(in->text, in->size, why);
	if (root)
		return root;
	struct repaired *repaired = repair_json(feed, in->text, in->size);
	root = json_load_text(repaired->text, repaired->size, &again);
	feed->broken = true;
	if (!feed->wrong)
		feed->wrong = mem_dup(feed, repaired->wrong ? repaired->wrong : why->text);
	talloc_free(repaired);
	return root;
}

static bool read_json_feed(struct feed *feed, const struct feed_input *in, struct error *err)
{
	json_error_t why;
	json_t *root = load(feed, in, &why), *item;
	const char *version = json_string_value(json_object_get(root, "version")), *base = in->url;
	size_t i;
	if (!root)
		return error_set(err, ERROR_INVALID, "this JSON Feed cannot be read: line %d: %s", why.line, why.text);
	if (!version) {
		json_decref(root);
		return error_set(err, ERROR_INVALID, "this is no feed but JSON of another kind");
	}
	feed->format = text_ends(version, "/1.1") ? "json11" : "json1";
	read_head(feed->record, root, base);
	json_array_foreach(json_object_get(root, "items"), i, item) {
		struct record *r = json_is_object(item) ? feed_add_record(feed) : NULL;
		if (r)
			read_item(r, item, feed->record, base);
	}
	json_decref(root);
	return true;
}

const struct dialect json_feed_dialect = { is_json_feed, read_json_feed };
