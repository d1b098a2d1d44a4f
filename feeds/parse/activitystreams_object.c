/* One object of ActivityStreams as a record: Note, Article, Page, Video, Image, Audio, Event, Question. */
#include "feeds/parse/activitystreams_object.h"
#include "feeds/dates/dates.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { ATTACHMENTS = 50, CHOICES = 50, DEPTH = 3 };

char *activitystreams_text(void *owner, const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));
	return text_blank(value) ? NULL : text_trim(owner, value);
}

const char *activitystreams_id(const json_t *value)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	return json_string_value(json_is_object(value) ? json_object_get(value, "id") : value);
}

bool activitystreams_is(const json_t *object, const char *type)
{
	const json_t *types = json_object_get(object, "type"), *one;
	size_t i;
	const char *said = json_string_value(types);
	bool is = said && strcmp(said, type) == 0;
	json_array_foreach(types, i, one)
		is = is || (json_is_string(one) && strcmp(json_string_value(one), type) == 0);
	return is;
}

static bool names_public(const json_t *list)
{
	static const char *const names[] = { "https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public" };
	for (size_t i = 0;; i++) {
		const json_t *one = json_is_array(list) ? json_array_get(list, i) : i == 0 ? list : NULL;
		if (!one)
			return false;
		for (size_t k = 0; json_is_string(one) && k < 3; k++)
			if (strcmp(json_string_value(one), names[k]) == 0)
				return true;
	}
}

bool activitystreams_is_listed(const json_t *o) { return names_public(json_object_get(o, "to")); }

bool activitystreams_is_public(const json_t *o) { return names_public(json_object_get(o, "to")) || names_public(json_object_get(o, "cc")); }

bool activitystreams_is_post(const json_t *object)
{
	static const char *const types[] = { "Note", "Article", "Page", "Video", "Image", "Audio", "Event", "Question" };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (activitystreams_is(object, types[i]))
			return true;
	return false;
}

/* The i-th value of an array; a value that is no array is its only one.  NULL at the end. */
static const json_t *item(const json_t *value, size_t i)
{
	return json_is_array(value) ? json_array_get(value, i) : i == 0 ? value : NULL;
}

static const char *href_of(const json_t *link)
{
	if (json_is_string(link))
		return json_string_value(link);
	const char *href = json_string_value(json_object_get(link, "href"));
	return href ? href : json_string_value(json_object_get(link, "url"));
}

/* URL of the HTML page: the first link of type text/html or without a type, else the first one. */
static const char *page_of(const json_t *post)
{
	const json_t *urls = json_object_get(post, "url"), *one;
	const char *any = NULL;
	for (size_t i = 0; (one = item(urls, i)); i++) {
		const char *type = json_string_value(json_object_get(one, "mediaType")), *href = href_of(one);
		if (!href || !url_valid(href))
			continue;
		if (!type || text_starts(type, "text/html"))
			return href;
		any = any ? any : href;
	}
	return any;
}

static bool is_media(const char *type) { return type && (text_starts(type, "video/") || text_starts(type, "audio/")); }

/* The first audio or video link in url, or nested in the "tag" of one: PeerTube has the files below the playlist. */
static const json_t *media_of(const json_t *urls, int depth)
{
	const json_t *one, *found = NULL;
	for (size_t i = 0; (one = item(urls, i)) && !found && i < ATTACHMENTS; i++) {
		const char *type = json_string_value(json_object_get(one, "mediaType"));
		if (is_media(type) && href_of(one))
			found = one;
		else if (depth > 0 && json_is_object(one))
			found = media_of(json_object_get(one, "tag"), depth - 1);
	}
	return found;
}

static int number(const json_t *object, const char *name)
{
	json_int_t n = json_integer_value(json_object_get(object, name));
	return n > 0 && n < 100000 ? (int)n : 0;
}

/* GoToSocial gives a description as summary. */
static char *description(void *owner, const json_t *a)
{
	char *name = activitystreams_text(owner, a, "name");
	return name ? name : activitystreams_text(owner, a, "summary");
}

static void add_enclosure(struct record *r, const json_t *link)
{
	char length[24];
	json_int_t size = json_integer_value(json_object_get(link, "size"));
	snprintf(length, sizeof length, "%lld", (long long)size);
	record_add_link(r, (struct record_link){ .rel = "enclosure", .href = mem_dup(r, href_of(link)), .type = activitystreams_text(r, link, "mediaType"),
	                                         .title = description(r, link), .length = size > 0 ? mem_dup(r, length) : NULL });
}

/* WordPress escapes the URLs of pictures as in HTML. */
static char *unescaped(void *owner, const char *href) { return text_replace(owner, text_replace(owner, href, "&#038;", "&"), "&amp;", "&"); }

static bool is_picture(const json_t *a)
{
	const char *type = json_string_value(json_object_get(a, "mediaType"));
	return activitystreams_is(a, "Image") || (type && text_starts(type, "image/"));
}

static void write_picture(FILE *out, const json_t *a, const char *href)
{
	char *name = description(NULL, a);
	int width = number(a, "width"), height = number(a, "height");
	fputs("<figure><img src=\"", out);
	html_attr(out, href);
	fputs("\" alt=\"", out);
	html_attr(out, name ? name : "");
	fputc('"', out);
	if (width && height)
		fprintf(out, " width=\"%d\" height=\"%d\"", width, height);
	fputs("></figure>\n", out);
	talloc_free(name);
}

/* Does an <img> of content show it?  A link to it does not. */
static bool shows_picture(const char *content, const char *href)
{
	if (!strstr(content, "<img"))
		return false;
	struct html_node *root = html_parse(NULL, content, strlen(content));
	bool shows = false;
	for (struct html_node *n = root; n && !shows; n = html_next(root, n)) {
		const char *src = html_is(n, "img") ? html_get(n, "src") : NULL;
		shows = src && (strcmp(src, href) == 0 || strcmp(src, unescaped(root, href)) == 0);
	}
	talloc_free(root);
	return shows;
}

/* Pictures that are not in the content are written after it; every other attachment is an enclosure. */
static void add_attachments(struct record *r, FILE *out, const json_t *post, const char *content)
{
	const json_t *all = json_object_get(post, "attachment"), *a;
	for (size_t i = 0; (a = item(all, i)) && i < ATTACHMENTS; i++) {
		const json_t *urls = json_object_get(a, "url");
		const char *href = href_of(a);
		if (!href)
			href = href_of(item(urls, 0));
		if (!json_is_object(a) || !href || !url_valid(href) || activitystreams_is(a, "PropertyValue"))
			continue;
		if (!is_picture(a)) {
			add_enclosure(r, href == href_of(a) ? a : item(urls, 0));
			continue;
		}
		*mem_push(r, r->pictures, r->picture_count) = (struct record_image){ .href = unescaped(r, href), .title = description(r, a),
		                                                                     .width = number(a, "width"), .height = number(a, "height") };
		if (!shows_picture(content, href))
			write_picture(out, a, href);
	}
}

static void write_labelled(FILE *out, const char *label, const char *text)
{
	if (text_blank(text))
		return;
	fprintf(out, "<strong>%s:</strong> ", label);
	html_text(out, text);
	fputs("<br>\n", out);
}

/* Time and place of an event, before its description. */
static void write_event(FILE *out, const json_t *post)
{
	const json_t *place = json_object_get(post, "location");
	if (!activitystreams_is(post, "Event"))
		return;
	fputs("<p>", out);
	write_labelled(out, "Begins", json_string_value(json_object_get(post, "startTime")));
	write_labelled(out, "Ends", json_string_value(json_object_get(post, "endTime")));
	write_labelled(out, "Where", json_string_value(json_is_object(place) ? json_object_get(place, "name") : place));
	fputs("</p>\n", out);
}

static void write_choices(FILE *out, const json_t *post)
{
	const json_t *all = json_object_get(post, "oneOf"), *one;
	if (!json_array_size(all))
		all = json_object_get(post, "anyOf");
	if (!activitystreams_is(post, "Question") || !json_array_size(all))
		return;
	fputs("<ul>\n", out);
	for (size_t i = 0; (one = json_array_get(all, i)) && i < CHOICES; i++) {
		const char *name = json_string_value(json_object_get(one, "name"));
		fputs("<li>", out);
		html_text(out, name ? name : "");
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

/* content, or the first of contentMap; *language is its key in contentMap. */
static const char *content_of(const json_t *post, const char **language)
{
	const char *content = json_string_value(json_object_get(post, "content")), *name;
	json_t *map = json_object_get(post, "contentMap"), *value;
	content = text_blank(content) ? NULL : content;
	json_object_foreach(map, name, value) {
		if (!json_is_string(value) || (content && strcmp(content, json_string_value(value)) != 0))
			continue;
		*language = name;
		return json_string_value(value);
	}
	return content;
}

/* The HTML that content was simplified from, with headings, tables and pictures; what a person typed in another format is none. */
static const char *full_html(const json_t *post)
{
	const json_t *source = json_object_get(post, "source");
	const char *type = json_string_value(json_object_get(source, "mediaType")), *html = json_string_value(json_object_get(source, "content"));
	return type && text_starts(type, "text/html") && !text_blank(html) ? html : NULL;
}

static void read_content(struct record *r, const json_t *post)
{
	const char *language = NULL, *content = content_of(post, &language), *type = json_string_value(json_object_get(post, "mediaType"));
	const char *full = full_html(post);
	if (full) {
		content = full;
		type = NULL;
	}
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	content = content ? content : "";
	write_event(out, post);
	if (type && (text_same(type, "text/plain") || text_same(type, "text/markdown")))
		html_text(out, content);
	else
		fputs(content, out);
	fputc('\n', out);
	write_choices(out, post);
	add_attachments(r, out, post, content);
	if (language)
		r->language = mem_dup(r, language);
	*mem_push(r, r->contents, r->content_count) = (struct record_text){ .value = text_trim(r, document_text(d, NULL)), .type = RECORD_HTML,
	                                                                    .language = r->language, .rank = RECORD_NATIVE };
	talloc_free(d);
}

/* The summary of an article is a summary; that of a note is its content warning. */
static void read_summary(struct record *r, const json_t *post)
{
	bool sensitive = json_is_true(json_object_get(post, "sensitive")), article = !activitystreams_is(post, "Note") && !activitystreams_is(post, "Question");
	char *summary = activitystreams_text(r, post, "summary");
	if (summary && article && !sensitive)
		r->summary = (struct record_text){ .value = summary, .type = RECORD_HTML, .language = r->language, .rank = RECORD_NATIVE };
	else if (summary)
		record_set_value(r, "warning", summary);
	else if (sensitive)
		record_set_value(r, "warning", "sensitive");
}

static void read_authors(struct record *r, const json_t *post)
{
	const json_t *all = json_object_get(post, "attributedTo"), *one;
	for (size_t i = 0; (one = item(all, i)) && r->author_count < 10; i++) {
		const char *url = json_is_object(one) ? json_string_value(json_object_get(one, "url")) : NULL, *id = activitystreams_id(one);
		struct entry_person p = { .name = activitystreams_text(r, one, "name"), .url = mem_dup_or_null(r, url ? url : id) };
		if (p.url && url_valid(p.url))
			*mem_push(r, r->authors, r->author_count) = p;
	}
	r->author_rank = r->author_count ? RECORD_NATIVE : r->author_rank;
}

static void read_tags(struct record *r, const json_t *post)
{
	const json_t *all = json_object_get(post, "tag"), *one;
	for (size_t i = 0; (one = item(all, i)) && i < 1000; i++) {
		char *name = activitystreams_is(one, "Hashtag") ? activitystreams_text(r, one, "name") : NULL;
		if (name)
			record_add_tag(r, name + (*name == '#'), NULL, NULL);
	}
}

static void read_date(struct record *r, struct record_date *into, const json_t *post, const char *name)
{
	char *text = activitystreams_text(r, post, name);
	if (!text)
		return;
	*into = (struct record_date){ .text = text, .rank = RECORD_NATIVE };
	if (!dates_parse(text, &into->ms))
		into->ms = 0;
}

static void read_image(struct record *r, const json_t *post)
{
	const json_t *image = item(json_object_get(post, "image"), 0);
	if (!image)
		image = item(json_object_get(post, "icon"), 0);
	const char *href = href_of(image);
	if (href && url_valid(href) && !r->picture_count)
		*mem_push(r, r->pictures, r->picture_count) = (struct record_image){ .href = unescaped(r, href), .title = activitystreams_text(r, image, "name"),
		                                                                     .width = number(image, "width"), .height = number(image, "height") };
}

void activitystreams_read(struct record *r, const json_t *post)
{
	const json_t *media = media_of(json_object_get(post, "url"), DEPTH);
	char *name = activitystreams_text(r, post, "name");
	if (!name && full_html(post))
		name = activitystreams_text(r, json_object_get(post, "source"), "name");
	r->id = activitystreams_text(r, post, "id");
	r->link = mem_dup_or_null(r, page_of(post));
	if (!r->link && r->id && url_valid(r->id))
		r->link = r->id;
	if (name)
		r->title = (struct record_text){ .value = name, .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
	read_content(r, post);
	read_summary(r, post);
	read_authors(r, post);
	read_tags(r, post);
	const char *via = activitystreams_id(json_object_get(post, "via"));
	if (via)
		record_set_value(r, "via", mem_dup(r, via));
	read_date(r, &r->published, post, "published");
	read_date(r, &r->updated, post, "updated");
	read_image(r, post);
	if (media)
		add_enclosure(r, media);
}
