/* How a feed wants to be followed: when to come and when not, where its older entries are, which ones are no more. */
#include "feeds/dates/dates.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* More tombstones are left out. */
enum { GRAVES = 10000 };

/* An element that says something by being there. */
static void flag(struct record *r, xmlNode *node, const struct element *how)
{
	(void)node;
	record_set_value(r, how->word, "");
}

/* RFC 5005. */
const struct element history_elements[] = {
	{ "complete", flag, .word = "fh_complete" },
	{ "archive", flag, .word = "fh_archive" },
	{ .name = NULL },
};

static void deleted_entry(struct record *r, xmlNode *node, const struct element *how)
{
	struct record_deleted d = { .ref = markup_attribute(r, node, "ref") };
	char *when = markup_attribute(r, node, "when");
	xmlNode *comment = markup_child(node, "comment");
	(void)how;
	if (text_blank(d.ref) || r->part != RECORD_FEED || r->deleted_count >= GRAVES)
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

/* Up to 24 <hour>: 0 to 23; some call midnight 24. */
void syndication_skip_hours(struct record *r, xmlNode *node, const struct element *how)
{
	(void)how;
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next)) {
		char *text = markup_text(r, c), *end;
		long hour = strtol(text, &end, 10);
		if (markup_is(c, "hour") && end != text && !*end && hour >= 0 && hour <= 24)
			r->skip_hours |= UINT32_C(1) << (hour % 24);
	}
}

/* Up to 7 <day>: Monday, ... */
void syndication_skip_days(struct record *r, xmlNode *node, const struct element *how)
{
	static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
	(void)how;
	for (xmlNode *c = markup_element(node->children); c; c = markup_element(c->next))
		for (unsigned day = 0; markup_is(c, "day") && day < 7; day++)
			if (text_same(markup_text(r, c), days[day]))
				r->skip_days |= (uint8_t)(1u << day);
}
