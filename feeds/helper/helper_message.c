#include "feeds/helper/helper_message.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include <stdlib.h>
#include <string.h>

enum { DAY_MINUTES = 24 * 60 };

static const struct wire_field person_fields[] = {
	WIRE_OF_TEXT(struct entry_person, name),
	WIRE_OF_TEXT(struct entry_person, email),
	WIRE_OF_TEXT(struct entry_person, url),
};
static const struct wire_struct person_type = WIRE_OF(struct entry_person, person_fields);

static const struct wire_field enclosure_fields[] = {
	WIRE_OF_TEXT(struct entry_enclosure, url),
	WIRE_OF_TEXT(struct entry_enclosure, type),
	WIRE_OF_TEXT(struct entry_enclosure, title),
	WIRE_OF_NUMBER(struct entry_enclosure, length),
};
static const struct wire_struct enclosure_type = WIRE_OF(struct entry_enclosure, enclosure_fields);

static const struct wire_field image_fields[] = {
	WIRE_OF_TEXT(struct entry_image, url),
	WIRE_OF_TEXT(struct entry_image, alt),
	WIRE_OF_NUMBER(struct entry_image, width),
	WIRE_OF_NUMBER(struct entry_image, height),
};
static const struct wire_struct image_type = WIRE_OF(struct entry_image, image_fields);

/* What a source says; what the archive adds is not there yet. */
#define ENTRY_FIELDS(CONTENT) \
	WIRE_OF_TEXT(struct entry, guid), \
	WIRE_OF_TEXT(struct entry, link), \
	WIRE_OF_TEXT(struct entry, origin), \
	WIRE_OF_TEXT(struct entry, via), \
	WIRE_OF_TEXT(struct entry, via_url), \
	WIRE_OF_TEXT(struct entry, title), \
	WIRE_OF_TEXT(struct entry, summary), \
	CONTENT(struct entry, content), \
	WIRE_OF_TEXT(struct entry, warning), \
	WIRE_OF_TEXT(struct entry, language), \
	WIRE_OF_TEXT(struct entry, comments), \
	WIRE_OF_ARRAY(struct entry, authors, author_count, person_type), \
	WIRE_OF_ARRAY(struct entry, tags, tag_count, wire_text), \
	WIRE_OF_ARRAY(struct entry, enclosures, enclosure_count, enclosure_type), \
	WIRE_OF_STRUCT(struct entry, image, image_type), \
	WIRE_OF_NUMBER(struct entry, published), \
	WIRE_OF_NUMBER(struct entry, updated), \
	WIRE_OF_TEXT(struct entry, published_text), \
	WIRE_OF_TEXT(struct entry, updated_text), \
	WIRE_OF_NUMBER(struct entry, day_offset_said), \
	WIRE_OF_NUMBER(struct entry, day_offset), \
	WIRE_OF_TEXT(struct entry, slug), \
	WIRE_OF_ENUM(struct entry, access, ENTRY_ACCESS_SUPPORTER), \
	WIRE_OF_ENUM(struct entry, audience, ENTRY_UNLISTED)

static const struct wire_field entry_fields[] = { ENTRY_FIELDS(WIRE_OF_TEXT) };
static const struct wire_struct entry_type = WIRE_OF(struct entry, entry_fields);

static const struct wire_field clean_entry_fields[] = { ENTRY_FIELDS(WIRE_OF_TEXT_ALWAYS) };
static const struct wire_struct clean_entry_type = WIRE_OF(struct entry, clean_entry_fields);

static const struct wire_field deleted_fields[] = {
	WIRE_OF_TEXT(struct record_deleted, ref),
	WIRE_OF_TEXT(struct record_deleted, comment),
	WIRE_OF_NUMBER(struct record_deleted, when),
};
static const struct wire_struct deleted_type = WIRE_OF(struct record_deleted, deleted_fields);

static const struct wire_field value_fields[] = {
	WIRE_OF_TEXT_ALWAYS(struct record_value, name),
	WIRE_OF_TEXT(struct record_value, value),
};
static const struct wire_struct value_type = WIRE_OF(struct record_value, value_fields);

static const struct wire_field record_fields[] = {
	WIRE_OF_TEXT(struct record, base),
	WIRE_OF_ARRAY(struct record, values, value_count, value_type),
};
static const struct wire_struct record_type = WIRE_OF(struct record, record_fields);

static const struct wire_field feed_fields[] = {
	WIRE_OF_TEXT(struct feed, format),
	WIRE_OF_TEXT(struct feed, encoding),
	WIRE_OF_TEXT(struct feed, title),
	WIRE_OF_TEXT(struct feed, summary),
	WIRE_OF_TEXT(struct feed, link),
	WIRE_OF_TEXT(struct feed, id),
	WIRE_OF_TEXT(struct feed, self),
	WIRE_OF_ARRAY(struct feed, hubs, hub_count, wire_text),
	WIRE_OF_TEXT(struct feed, next),
	WIRE_OF_TEXT(struct feed, previous),
	WIRE_OF_TEXT(struct feed, current),
	WIRE_OF_NUMBER(struct feed, complete),
	WIRE_OF_NUMBER(struct feed, firm_ids),
	WIRE_OF_NUMBER(struct feed, archive),
	WIRE_OF_ARRAY(struct feed, deleted, deleted_count, deleted_type),
	WIRE_OF_TEXT(struct feed, language),
	WIRE_OF_TEXT(struct feed, generator),
	WIRE_OF_TEXT(struct feed, rights),
	WIRE_OF_ARRAY(struct feed, authors, author_count, person_type),
	WIRE_OF_ARRAY(struct feed, tags, tag_count, wire_text),
	WIRE_OF_STRUCT(struct feed, image, image_type),
	WIRE_OF_NUMBER(struct feed, published),
	WIRE_OF_NUMBER(struct feed, updated),
	WIRE_OF_TEXT(struct feed, published_text),
	WIRE_OF_TEXT(struct feed, updated_text),
	WIRE_OF_NUMBER(struct feed, ttl),
	WIRE_OF_NUMBER(struct feed, update_every),
	WIRE_OF_NUMBER(struct feed, skip_hours),
	WIRE_OF_NUMBER(struct feed, skip_days),
	WIRE_OF_NUMBER(struct feed, broken),
	WIRE_OF_TEXT(struct feed, wrong),
	WIRE_OF_NUMBER(struct feed, lost),
	WIRE_OF_POINTERS_UP_TO(struct feed, entries, count, entry_type, FEED_MAX_ENTRIES),
	WIRE_OF_POINTERS_COUNTED(struct feed, records, count, record_type),
};
static const struct wire_struct feed_type = WIRE_OF(struct feed, feed_fields);

static const struct wire_field teaser_fields[] = {
	WIRE_OF_TEXT_ALWAYS(struct teaser, html),
	WIRE_OF_TEXT_ALWAYS(struct teaser, excerpt),
	WIRE_OF_TEXT_ALWAYS(struct teaser, whole_excerpt),
	WIRE_OF_NUMBER(struct teaser, words),
	WIRE_OF_NUMBER(struct teaser, words_shown),
	WIRE_OF_NUMBER(struct teaser, notes),
};
static const struct wire_struct teaser_type = WIRE_OF(struct teaser, teaser_fields);

static const struct wire_field text_fields[] = {
	WIRE_OF_STRUCT(struct archive_text, teaser, teaser_type),
	WIRE_OF_TEXT_ALWAYS(struct archive_text, excerpt),
	WIRE_OF_TEXT_ALWAYS(struct archive_text, whole_excerpt),
	WIRE_OF_TEXT_ALWAYS(struct archive_text, slug),
	WIRE_OF_TEXT(struct archive_text, authors),
	WIRE_OF_TEXT(struct archive_text, enclosures),
	WIRE_OF_ARRAY(struct archive_text, tag_slugs, tag_count, wire_text),
	WIRE_OF_ARRAY_UP_TO(struct archive_text, pictures, picture_count, wire_text, PICTURE_LIST_COUNT),
};
static const struct wire_struct text_type = WIRE_OF(struct archive_text, text_fields);

/* What else there is to a picture is told by its bytes, again: an answer may lie. */
static const struct wire_field picture_fields[] = { WIRE_OF_BYTES(struct picture, data, size) };
static const struct wire_struct picture_type = WIRE_OF(struct picture, picture_fields);

static const struct wire_field ready_fields[] = {
	WIRE_OF_NUMBER(struct ingest_ready, at),
	WIRE_OF_POINTER_ALWAYS(struct ingest_ready, entry, clean_entry_type),
	WIRE_OF_TEXT_ALWAYS(struct ingest_ready, hash),
	WIRE_OF_POINTER_ALWAYS(struct ingest_ready, text, text_type),
	WIRE_OF_ARRAY_UP_TO(struct ingest_ready, pictures, picture_count, picture_type, PICTURE_LIST_COUNT),
};
static const struct wire_struct ready_type = WIRE_OF(struct ingest_ready, ready_fields);

static const struct wire_field answer_fields[] = {
	WIRE_OF_POINTER(struct helper_answer, feed, feed_type),
	WIRE_OF_ARRAY_UP_TO(struct helper_answer, ready, count, ready_type, FEED_MAX_ENTRIES),
	WIRE_OF_TEXT(struct helper_answer, article),
	WIRE_OF_ENUM(struct helper_answer, kind, ERROR_INVALID),
	WIRE_OF_TEXT(struct helper_answer, why),
};
const struct wire_struct helper_answer_type = WIRE_OF(struct helper_answer, answer_fields);

static const struct wire_field request_fields[] = {
	WIRE_OF_ENUM(struct helper_request, kind, HELPER_MAIL),
	WIRE_OF_BYTES(struct helper_request, data, size),
	WIRE_OF_RAW(struct helper_request, type),
	WIRE_OF_RAW(struct helper_request, url),
	WIRE_OF_RAW(struct helper_request, source),
	WIRE_OF_ENUM(struct helper_request, access, ENTRY_ACCESS_SUPPORTER),
};
const struct wire_struct helper_request_type = WIRE_OF(struct helper_request, request_fields);

bool helper_message_write(struct buf *out, const struct wire_struct *type, const void *message)
{
	size_t before = out->size;
	int64_t size = 0;
	bool fine = buf_add(out, &size, HELPER_HEAD) && wire_write(out, type, message);
	size = fine ? (int64_t)(out->size - before - HELPER_HEAD) : 0;
	if (fine)
		memcpy(out->data + before, &size, HELPER_HEAD);
	else
		out->size = before;
	return fine;
}

bool helper_message_size(const char *head, size_t max, size_t *size)
{
	int64_t n;
	memcpy(&n, head, HELPER_HEAD);
	*size = (size_t)n;
	return n >= 0 && *size <= max;
}

struct helper_request *helper_message_request(void *owner, const char *body, size_t size)
{
	struct helper_request *r = mem_new(owner, struct helper_request);
	if (wire_read(r, &helper_request_type, r, body, size) && r->source)
		return r;
	talloc_free(r);
	return NULL;
}

/* Every picture of an entry is one. */
static bool make_pictures(struct ingest_ready *r)
{
	for (size_t i = 0; i < r->picture_count; i++)
		if (!picture_make(r->pictures, r->pictures[i].data, r->pictures[i].size, &r->pictures[i]))
			return false;
	return true;
}

/* Of what belongs to the archive, only addresses that it may store are taken. */
static bool are_addresses(const struct archive_text *t)
{
	for (size_t i = 0; i < t->picture_count; i++)
		if (!t->pictures[i] || strlen(t->pictures[i]) > PICTURE_ADDRESS_MAX)
			return false;
	return true;
}

/* What no table says: everything of the feed is ready, in its order. */
static bool fits(struct helper_answer *a)
{
	const struct feed *f = a->feed;
	if (a->count != (f ? f->count : 0) || (f && (f->broken != (f->wrong != NULL) || f->lost > f->broken)))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->ready[i].at != i || a->ready[i].text->tag_count != a->ready[i].entry->tag_count || !are_addresses(a->ready[i].text) ||
		    !make_pictures(&a->ready[i]) || llabs(a->ready[i].entry->day_offset) > DAY_MINUTES)
			return false;
	return !a->kind == !a->why;
}

struct helper_answer *helper_message_answer(void *owner, const char *body, size_t size)
{
	struct helper_answer *a = mem_new(owner, struct helper_answer);
	if (wire_read(a, &helper_answer_type, a, body, size) && fits(a))
		return a;
	talloc_free(a);
	return NULL;
}
