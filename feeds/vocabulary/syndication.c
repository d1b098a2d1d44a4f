/* How a feed is to be polled: intervals, hours and days to skip, archive documents (RFC 5005), tombstones (RFC 6721). */
#include "feeds/dates/dates.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* More are dropped. */
enum { TOMBSTONES = 10000 };

/* An element without content, whose presence is what counts. */
static void flag(struct record *r, xmlNode *node, const struct element *row)
{
	(void)node;
	record_set_value(r, row->word, "");
}

/* RFC 5005. */
const struct element history_elements[] = {
	{ "complete", flag, .word = "fh_complete" },
	{ "archive", flag, .word = "fh_archive" },
	{ .name = NULL },
};

static void deleted_entry(struct record *r, xmlNode *node, const struct element *row)
{
	struct record_deleted d = { .ref = markup_attribute(r, node, "ref") };
	char *when = markup_attribute(r, node, "when");
	xmlNode *comment = markup_child(node, "comment");
	(void)row;
	if (text_blank(d.ref) || r->part != RECORD_FEED || r->deleted_count >= TOMBSTONES)
		return;
	if (!when || !dates_parse(when, &d.when))
		d.when = 0;
	if (comment)
		d.comment = markup_text(r, comment);
	*mem_push(r, r->deleted, r->deleted_count) = d;
}

/* RFC 6721. */
const struct element tombstone_elements[] = {
	{ "deleted-entry", .read = deleted_entry },
	{ .name = NULL },
};

const struct element syndication_elements[] = {
	{ "updateperiod", element_value, .word = "sy_updateperiod" },
	{ "updatefrequency", element_value, .word = "sy_updatefrequency" },
	{ "updatebase", element_value, .word = "sy_updatebase" },
	{ .name = NULL },
};

/* <hour> is 0 to 23; some feeds have 24 for midnight. */
void syndication_skip_hours(struct record *r, xmlNode *node, const struct element *row)
{
	(void)row;
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next)) {
		char *text = markup_text(r, c), *end;
		long hour = strtol(text, &end, 10);
		if (markup_is(c, "hour") && end != text && !*end && hour >= 0 && hour <= 24)
			r->skip_hours |= UINT32_C(1) << (hour % 24);
	}
}

/* <day> is the English name. */
void syndication_skip_days(struct record *r, xmlNode *node, const struct element *row)
{
	static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
	(void)row;
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		for (unsigned day = 0; markup_is(c, "day") && day < 7; day++)
			if (text_same(markup_text(r, c), days[day]))
				r->skip_days |= (uint8_t)(1u << day);
}
