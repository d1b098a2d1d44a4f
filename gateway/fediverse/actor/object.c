#include "gateway/fediverse/actor/object.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/actor/attachment.h"
#include "gateway/fediverse/actor/content.h"
#include "gateway/fediverse/actor/hashtag.h"
#include "gateway/fediverse/document/uris.h"
#include <string.h>

/* content and contentMap both hold the text; together they must fit. */
#define MAX_IN_MAP (OBJECT_MAX_CONTENT / 2)

static json_t *context(void)
{
	return json_pack("[s, {s:s, s:s, s:{s:s, s:s}}]", JSONLD_ACTIVITYSTREAMS, "Hashtag", "as:Hashtag", "sensitive", "as:sensitive",
	                 "via", "@id", "http://www.iana.org/assignments/relation/via", "@type", "@id");
}

static json_t *to_public(void) { return json_pack("[s]", JSONLD_PUBLIC); }

static json_t *to_followers(const struct publication *p)
{
	char *url = uris_followers(NULL, p);
	json_t *list = json_pack("[s]", url);
	talloc_free(url);
	return list;
}

/* What its author kept out of the public timelines stays out of them. */
static void address(json_t *whole, const struct publication *p, bool listed)
{
	json_object_set_new(whole, "to", listed ? to_public() : to_followers(p));
	json_object_set_new(whole, "cc", listed ? to_followers(p) : to_public());
}

static json_t *hashtags(void *scratch, const struct publication *p, const struct entry *entry)
{
	json_t *list = json_array();
	struct hashtag *all = hashtags_of(scratch, p, entry);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:s}", "type", "Hashtag", "name", jsonld_new_string(all[i].name), "href", all[i].href));
	return list;
}

static void add_texts(json_t *note, const struct publication *p, const struct entry *entry, const char *content)
{
	const char *language = entry->language && *entry->language ? entry->language : p->language;
	json_object_set_new(note, "content", jsonld_new_string(content));
	if (language && *language && text_utf8(language, strlen(language)) && strlen(content) <= MAX_IN_MAP)
		json_object_set_new(note, "contentMap", json_pack("{s:o}", language, jsonld_new_string(content)));
}

/* Where a post was first, so that an instance that reads us does not copy its own posts. */
static void add_origin(json_t *note, const struct publication *p, const struct entry *entry)
{
	const char *origin = entry_origin(entry);
	if (origin && url_valid(origin) && !publication_is_at(p, origin))
		json_object_set_new(note, "via", jsonld_new_string(origin));
}

/* For instances like this one: the title and the HTML that content was made from.  Others ignore it. */
static void add_source(void *scratch, json_t *note, const struct publication *p, const struct entry *shown, bool teaser)
{
	const char *html = shown->content ? shown->content : "";
	char *rest = teaser ? mem_printf(scratch, "\n<p><a href=\"%s\">Read the rest at %s</a></p>", uris_page(scratch, p, shown), p->host) : mem_dup(scratch, "");
	if (strlen(html) > MAX_IN_MAP)
		return;
	json_t *source = json_pack("{s:s, s:o}", "mediaType", "text/html", "content", jsonld_new_string(mem_printf(scratch, "%s%s", html, rest)));
	if (!text_blank(shown->title))
		json_object_set_new(source, "name", jsonld_new_string(shown->title));
	json_object_set_new(note, "source", source);
}

static void add_dates(void *scratch, json_t *note, const struct entry *entry)
{
	int64_t now = clock_now(), published = entry->published && entry->published < now ? entry->published : now;
	json_object_set_new(note, "published", json_string(clock_rfc3339(scratch, published)));
	int64_t changed = entry->revised > entry->locked_at ? entry->revised : entry->locked_at;
	if (changed > published)
		json_object_set_new(note, "updated", json_string(clock_rfc3339(scratch, changed)));
}

json_t *object_note(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry)
{
	void *scratch = talloc_new(NULL);
	enum gate_view view;
	struct entry *shown = gate_show(scratch, gate, entry, GATE_ANYBODY, &view);
	json_t *note = NULL;
	if (shown) {
		/* The warning becomes the summary, so the content starts after it. */
		shown->content = entry_behind_warning(shown);
		char *content = content_html(scratch, p, shown, view == GATE_TEASER, OBJECT_MAX_CONTENT);
		note = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b}",
			"id", uris_object(scratch, p, entry->id),
			"type", "Note",
			"attributedTo", publication_actor_url(scratch, p),
			"url", uris_page(scratch, p, entry),
			"tag", hashtags(scratch, p, shown),
			"attachment", attachment_list(shown),
			"sensitive", shown->warning != NULL));
		address(note, p, shown->audience == ENTRY_LISTED);
		if (shown->warning)
			json_object_set_new(note, "summary", jsonld_new_string(shown->warning));
		add_texts(note, p, shown, content);
		add_dates(scratch, note, shown);
		add_origin(note, p, shown);
		add_source(scratch, note, p, shown, view == GATE_TEASER);
	}
	talloc_free(scratch);
	return note;
}

json_t *object_tombstone(void *owner, const struct publication *p, const struct entry *entry)
{
	void *scratch = talloc_new(NULL);
	json_t *tombstone = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:s}",
		"id", uris_object(scratch, p, entry->id), "type", "Tombstone", "formerType", "Note",
		"deleted", clock_rfc3339(scratch, entry->withdrawn ? entry->withdrawn : clock_now())));
	talloc_free(scratch);
	return tombstone;
}

json_t *object_with_context(void *owner, const json_t *object)
{
	json_t *whole = jsonld_own(owner, json_pack("{s:o}", "@context", context()));
	json_object_update(whole, (json_t *)object);
	return whole;
}

/* Takes a new reference to object. */
static json_t *activity(void *owner, const struct publication *p, const struct entry *entry, const char *type, const char *id, json_t *object)
{
	char *actor = publication_actor_url(NULL, p);
	json_t *whole = jsonld_own(owner, json_pack("{s:o, s:s, s:s, s:s, s:O}", "@context", context(), "id", id, "type", type, "actor", actor, "object", object));
	address(whole, p, entry->audience == ENTRY_LISTED);
	talloc_free(actor);
	return whole;
}

json_t *object_create(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry)
{
	void *scratch = talloc_new(NULL);
	json_t *note = object_note(scratch, p, gate, entry), *create = NULL;
	if (note) {
		create = activity(owner, p, entry, "Create", uris_activity(scratch, p, entry->id, "create", 0), note);
		json_object_set(create, "published", json_object_get(note, "published"));
	}
	talloc_free(scratch);
	return create;
}

json_t *object_update(void *owner, const struct publication *p, const struct gate *gate, const struct entry *entry, int64_t number)
{
	void *scratch = talloc_new(NULL);
	json_t *note = object_note(scratch, p, gate, entry), *update = NULL;
	if (note)
		update = activity(owner, p, entry, "Update", uris_activity(scratch, p, entry->id, "update", number), note);
	talloc_free(scratch);
	return update;
}

json_t *object_delete(void *owner, const struct publication *p, const struct entry *entry)
{
	void *scratch = talloc_new(NULL);
	json_t *whole = activity(owner, p, entry, "Delete", uris_activity(scratch, p, entry->id, "delete", 0), object_tombstone(scratch, p, entry));
	talloc_free(scratch);
	return whole;
}

json_t *object_accept(void *owner, const struct publication *p, const char *follow, const char *actor)
{
	void *scratch = talloc_new(NULL);
	char *us = publication_actor_url(scratch, p);
	/* A new id each time: a peer that lost our first Accept may ignore a second one with the same id. */
	char *id = mem_printf(scratch, "%s/accept/%s", us, token_random(scratch, 16));
	json_t *accept = jsonld_own(owner, json_pack("{s:s, s:s, s:s, s:s, s:[s], s:{s:s, s:s, s:s}}",
		"@context", JSONLD_ACTIVITYSTREAMS, "id", id, "type", "Accept", "actor", us, "to", actor,
		"object", "type", "Follow", "actor", actor, "object", us));
	if (follow)
		json_object_set_new(json_object_get(accept, "object"), "id", json_string(follow));
	talloc_free(scratch);
	return accept;
}
