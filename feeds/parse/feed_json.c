#include "feeds/parse/feed_json.h"
#include "feeds/clean/clean_light.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/json_write.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void put(json_t *object, const char *name, const char *value)
{
	/* Strings that are not UTF-8 are dropped, as jansson would do; text_utf8 is faster than its check. */
	if (value && text_utf8(value, strlen(value)))
		json_object_set_new_nocheck(object, name, json_string_nocheck(value));
}

static bool is_html(const struct record_text *t) { return !strcmp(t->type, RECORD_HTML) || !strcmp(t->type, RECORD_XHTML); }

static json_t *text(const struct record_text *t)
{
	json_t *o = json_object();
	char *clean = is_html(t) && t->value ? clean_light(NULL, t->value, strlen(t->value), t->base) : NULL;
	put(o, "value", clean ? clean : t->value);
	talloc_free(clean);
	put(o, "type", t->type);
	put(o, "language", t->language);
	put(o, "base", t->base);
	put(o, "src", t->source);
	return o;
}

static void put_text(json_t *object, const char *name, const struct record_text *t)
{
	if (t->value)
		json_object_set_new(object, name, text(t));
}

static void put_date(json_t *object, const char *name, const struct record_date *date)
{
	if (!date->text)
		return;
	char *parsed = mem_printf(NULL, "%s_parsed", name);
	put(object, name, date->text);
	if (date->ms) {
		char *when = clock_rfc3339(parsed, date->ms);
		put(object, parsed, when);
	}
	talloc_free(parsed);
}

static json_t *person(const struct entry_person *p)
{
	json_t *o = json_object();
	put(o, "name", p->name);
	put(o, "email", p->email);
	put(o, "href", p->url);
	return o;
}

static void put_people(json_t *object, const char *name, const struct entry_person *people, size_t count)
{
	json_t *all = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(all, person(&people[i]));
	if (count)
		json_object_set(object, name, all);
	json_decref(all);
}

static json_t *link(const struct record_link *l)
{
	json_t *o = json_object();
	put(o, "rel", l->rel);
	put(o, "href", l->href);
	put(o, "type", l->type);
	put(o, "title", l->title);
	put(o, "hreflang", l->hreflang);
	put(o, "length", l->length);
	return o;
}

static void put_links(json_t *object, const struct record *r)
{
	json_t *all = json_array();
	bool alternate = record_link(r, "alternate") != NULL;
	if (r->link && !alternate)
		json_array_append_new(all, link(&(struct record_link){ .rel = "alternate", .href = r->link, .type = RECORD_HTML }));
	for (size_t i = 0; i < r->link_count; i++)
		if (strcmp(r->links[i].rel, "media"))
			json_array_append_new(all, link(&r->links[i]));
	if (json_array_size(all))
		json_object_set(object, "links", all);
	json_decref(all);
}

static void put_tags(json_t *object, const struct record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->tag_count; i++) {
		json_t *o = json_object();
		put(o, "term", r->tags[i].term);
		put(o, "scheme", r->tags[i].scheme);
		put(o, "label", r->tags[i].label);
		json_array_append_new(all, o);
	}
	if (r->tag_count)
		json_object_set(object, "tags", all);
	json_decref(all);
}

static json_t *image(const struct record_image *i)
{
	json_t *o = json_object();
	put(o, "href", i->href);
	put(o, "title", i->title);
	put(o, "link", i->link);
	put(o, "description", i->description);
	if (i->width)
		json_object_set_new(o, "width", json_integer(i->width));
	if (i->height)
		json_object_set_new(o, "height", json_integer(i->height));
	return o;
}

static void put_pictures(json_t *object, const struct record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->picture_count; i++) {
		json_t *o = json_object();
		put(o, "url", r->pictures[i].href);
		json_array_append_new(all, o);
	}
	if (r->picture_count)
		json_object_set(object, "media_thumbnail", all);
	json_decref(all);
}

static json_t *group_of(json_t *object, const char *name)
{
	json_t *group = json_object_get(object, name);
	if (!group)
		json_object_set_new(object, name, group = json_object());
	return group;
}

/* Values with a common prefix become one object: cloud_port is {"cloud": {"port": …}}. */
static bool put_grouped(json_t *object, const struct record_value *v)
{
	static const struct { const char *start, *group, *first; } groups[] = { { "cloud_", "cloud", NULL }, { "in_reply_to", "in_reply_to", "ref" },
	                                                                            { "psc_chapters_", "psc_chapters", NULL } };
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		if (!text_starts(v->name, groups[i].start))
			continue;
		const char *rest = v->name + strlen(groups[i].start);
		json_t *o = group_of(object, groups[i].group);
		put(o, *rest ? rest + (*rest == '_') : groups[i].first, v->value);
		return true;
	}
	return false;
}

/* "yes" is true, "clean" is false, a value that means neither is null. */
static json_t *explicitness(const char *s)
{
	if (!strcmp(s, "yes") || !strcmp(s, "true") || !strcmp(s, "explicit"))
		return json_true();
	return !strcmp(s, "clean") || !strcmp(s, "no") || !strcmp(s, "false") ? json_false() : json_null();
}

static void put_values(json_t *object, const struct record *r)
{
	for (size_t i = 0; i < r->value_count; i++) {
		const struct record_value *v = &r->values[i];
		if (!strcmp(v->name, "itunes_explicit"))
			json_object_set_new(object, v->name, explicitness(v->value));
		else if (!strcmp(v->name, "itunes_block"))
			json_object_set_new(object, v->name, json_integer(!strcmp(v->value, "yes") || !strcmp(v->value, "Yes")));
		else if (!put_grouped(object, v))
			put(object, v->name, v->value);
	}
}

/* Normal play time, as in chapters ("1:02:03.5", "02:03", "5"), in seconds; -1 when text is not one. */
static double seconds(const char *text)
{
	double all = 0;
	for (int parts = 0; parts < 3; parts++) {
		char *end;
		double part = strtod(text, &end);
		if (end == text || strspn(text, "0123456789.") != (size_t)(end - text))
			return -1;
		all = all * 60 + part;
		if (!*end)
			return all;
		if (*end != ':')
			return -1;
		text = end + 1;
	}
	return -1;
}

static json_t *detail(const struct record_detail *d)
{
	json_t *o = json_object();
	for (size_t i = 0; i < d->count; i++) {
		put(o, d->parts[i].name, d->parts[i].value);
		if (strcmp(d->parts[i].name, "start") == 0 && seconds(d->parts[i].value) >= 0)
			json_object_set_new(o, "start_parsed", json_real(seconds(d->parts[i].value)));
	}
	return o;
}

static void put_details(json_t *object, const struct record *r)
{
	for (size_t i = 0; i < r->detail_count; i++) {
		const struct record_detail *d = &r->details[i];
		const char *slash = strchr(d->name, '/'), *name = slash ? slash + 1 : d->name;
		char *above = slash ? mem_ndup(NULL, d->name, (size_t)(slash - d->name)) : NULL;
		json_t *within = above ? group_of(object, above) : object, *all = json_object_get(within, name);
		talloc_free(above);
		if (!d->many) {
			json_object_set_new(within, name, detail(d));
			continue;
		}
		if (!all)
			json_object_set_new(within, name, all = json_array());
		json_array_append_new(all, detail(d));
	}
}

/* As in GeoJSON: a point is a pair, a line is an array of pairs, a polygon an array of rings. */
static void put_place(json_t *object, const struct record_place *p)
{
	if (!p->type)
		return;
	json_t *pairs = json_array();
	for (size_t i = 0; i < p->count; i++)
		json_array_append_new(pairs, json_pack("[f, f]", p->coordinates[2 * i], p->coordinates[2 * i + 1]));
	json_t *coordinates = strcmp(p->type, "Point") == 0 ? json_incref(json_array_get(pairs, 0)) : strcmp(p->type, "Polygon") == 0 ? json_pack("[O]", pairs) : json_incref(pairs);
	json_object_set_new(object, "where", json_pack("{s:s, s:o}", "type", p->type, "coordinates", coordinates));
	json_decref(pairs);
}

static void put_generator(json_t *object, const struct record *r)
{
	if (!r->generator)
		return;
	json_t *o = json_object();
	put(o, "name", r->generator);
	put(o, "href", r->generator_url);
	put(o, "version", r->generator_version);
	put(object, "generator", r->generator);
	json_object_set_new(object, "generator_detail", o);
}

static void put_contents(json_t *object, const struct record *r)
{
	json_t *all = json_array();
	for (size_t i = 0; i < r->content_count; i++)
		json_array_append_new(all, text(&r->contents[i]));
	if (r->content_count)
		json_object_set(object, "content", all);
	json_decref(all);
}

static void put_texts(json_t *o, const struct record *r)
{
	put_text(o, "title", &r->title);
	put_text(o, "subtitle", &r->subtitle);
	put_text(o, "summary", &r->summary);
	put_text(o, "rights", &r->rights);
	put_text(o, "info", &r->info);
	put_contents(o, r);
}

static json_t *record(const struct record *r)
{
	json_t *o = json_object();
	put_texts(o, r);
	put(o, "id", r->id);
	put(o, "link", r->link);
	if (r->part == RECORD_ITEM && r->id)
		json_object_set_new(o, "guidislink", json_boolean(r->id_is_link && r->link && !strcmp(r->link, r->id)));
	put(o, "comments", r->comments);
	put(o, "language", r->language);
	put(o, "icon", r->icon);
	put(o, "logo", r->logo);
	put(o, "ttl", r->ttl);
	put_generator(o, r);
	put_people(o, "authors", r->authors, r->author_count);
	put_people(o, "contributors", r->contributors, r->contributor_count);
	if (r->publisher.name || r->publisher.email)
		json_object_set_new(o, "publisher_detail", person(&r->publisher));
	put_links(o, r);
	put_tags(o, r);
	put_pictures(o, r);
	if (r->image.href || r->image.title || r->image.link)
		json_object_set_new(o, "image", image(&r->image));
	put_date(o, "published", &r->published);
	put_date(o, "updated", &r->updated);
	put_date(o, "created", &r->created);
	put_date(o, "expired", &r->expired);
	put_values(o, r);
	put_details(o, r);
	put_place(o, &r->place);
	if (r->source)
		json_object_set_new(o, "source", record(r->source));
	return o;
}

/* Entries are built one at a time: all at once would take several times the memory of the feed. */
void feed_write_json(FILE *out, const struct feed *feed)
{
	json_t *head = json_object();
	put(head, "version", feed->format);
	put(head, "encoding", feed->encoding);
	json_object_set_new(head, "bozo", json_boolean(feed->broken));
	put(head, "wrong", feed->wrong);
	json_object_set_new(head, "feed", record(feed->record));
	const char *name;
	json_t *value;
	fputs("{", out);
	json_object_foreach(head, name, value) {
		fprintf(out, "\n \"%s\": ", name);
		json_write(out, value, 1);
		fputs(",", out);
	}
	json_decref(head);
	fputs("\n \"entries\": [", out);
	for (size_t i = 0; i < feed->count; i++) {
		json_t *entry = record(feed->records[i]);
		fputs(i ? ",\n  " : "\n  ", out);
		json_write(out, entry, 2);
		json_decref(entry);
	}
	fputs(feed->count ? "\n ]\n}\n" : "]\n}\n", out);
}
