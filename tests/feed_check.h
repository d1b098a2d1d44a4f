#pragma once
/* feed_check - does a parsed feed keep what feeds/parse/feed.h promises?  For the fuzzers, one of which is there for each dialect. */
#include "feeds/match/identity.h"
#include "feeds/parse/feed_parse.h"
#include "feeds/parse/feed_json.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void feed_check_must(bool held)
{
	if (!held)
		abort();
}

static void feed_check_text(const char *s) { feed_check_must(!s || text_utf8(s, strlen(s))); }

static void feed_check_link(const char *s) { feed_check_must(!s || url_valid(s)); }

static void feed_check_json(const struct feed *f)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	feed_write_json(out, f);
	fclose(out);
	json_t *read = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	feed_check_must(read != NULL);
	json_decref(read);
	free(text);
}

static void feed_check_entry(const struct entry *e)
{
	feed_check_text(e->title);
	feed_check_text(e->content);
	feed_check_text(e->summary);
	feed_check_text(e->guid);
	feed_check_link(e->link);
	feed_check_link(e->image.url);
	for (size_t k = 0; k < e->enclosure_count; k++)
		feed_check_link(e->enclosures[k].url);
}

static void feed_check(const struct feed *f)
{
	struct identity *identities = identity_keys(NULL, f, IDENTITY_BY_GUID);
	feed_check_text(f->title);
	feed_check_link(f->link);
	feed_check_link(f->self);
	feed_check_must(!f->broken == !f->wrong);
	for (size_t i = 0; i < f->count; i++) {
		feed_check_entry(f->entries[i]);
		feed_check_must(identities[i].keys[0] != NULL);
	}
	feed_check_json(f);
	talloc_free(identities);
}

/* A document of that beginning and end with data inside, parsed and checked. */
static inline void feed_check_inside(const char *start, const uint8_t *data, size_t size, const char *end)
{
	struct error err;
	char *document = mem_array(NULL, char, strlen(start) + size + strlen(end) + 1);
	char *p = stpcpy(document, start);
	if (size)
		memcpy(p, data, size);
	p = stpcpy(p + size, end);
	struct feed *f = feed_parse(document, document, (size_t)(p - document), "text/xml; charset=utf-8", "https://a.example/b/c", &err);
	if (f)
		feed_check(f);
	talloc_free(document);
}
