/* The small extensions, one table each. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>


/* "start=...;end=...", the parts in any order (DCMI Period). */
static void validity(struct record *r, xmlNode *node, const struct element *row)
{
	char *rest = markup_text(r, node);
	record_set_value(r, row->word, mem_dup(r, rest));
	for (char *part; (part = strsep(&rest, ";"));) {
		part = text_trim(r, part);
		if (text_starts(part, "start="))
			record_set_value(r, "validity_start", part + strlen("start="));
		else if (text_starts(part, "end="))
			record_set_value(r, "validity_end", part + strlen("end="));
	}
}

static void in_reply_to(struct record *r, xmlNode *node, const struct element *row)
{
	static const struct { const char *attribute, *value; } parts[] = {
		{ "ref", "in_reply_to" }, { "href", "in_reply_to_href" }, { "type", "in_reply_to_type" }, { "source", "in_reply_to_source" },
	};
	(void)row;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *value = markup_attribute(r, node, parts[i].attribute);
		if (value)
			record_set_value(r, parts[i].value, value);
	}
}

const struct element content_elements[] = {
	{ "encoded", element_content, ELEMENT_FIELD(contents, EXTENSION) },
	{ .name = NULL },
};

/* Dublin Core, elements and terms. */
const struct element dublin_core_elements[] = {
	{ "title", element_text, ELEMENT_FIELD(title, EXTENSION) },
	{ "description", element_html, ELEMENT_FIELD(summary, APPROXIMATE) },
	{ "creator", element_author, ELEMENT_FIELD(authors, EXTENSION) },
	{ "author", element_author, ELEMENT_FIELD(authors, EXTENSION) },
	{ "contributor", element_contributor, ELEMENT_FIELD(contributors, EXTENSION) },
	{ "publisher", element_publisher, ELEMENT_FIELD(publisher, EXTENSION) },
	{ "subject", element_tag, ELEMENT_FIELD(tags, EXTENSION) },
	{ "language", element_string, ELEMENT_FIELD(language, EXTENSION) },
	{ "rights", element_text, ELEMENT_FIELD(rights, EXTENSION) },
	{ "identifier", element_string, ELEMENT_FIELD(id, EXTENSION) },
	{ "date", element_date, ELEMENT_FIELD(updated, EXTENSION) },
	{ "modified", element_date, ELEMENT_FIELD(updated, EXTENSION) },
	{ "issued", element_date, ELEMENT_FIELD(published, EXTENSION) },
	{ "abstract", element_html, ELEMENT_FIELD(summary, APPROXIMATE) },
	{ "license", element_link, .word = "license" },
	{ "valid", validity, .word = "dcterms_valid" },
	{ "available", element_date, ELEMENT_FIELD(published, APPROXIMATE) },
	{ "created", element_date, ELEMENT_FIELD(created, EXTENSION) },
	{ .name = NULL },
};

const struct element thread_elements[] = {
	{ "in-reply-to", .read = in_reply_to },
	{ "total", element_value, .word = "thr_total" },
	{ .name = NULL },
};

const struct element slash_elements[] = {
	{ "comments", element_value, .word = "slash_comments" },
	{ "section", element_value, .word = "slash_section" },
	{ "department", element_value, .word = "slash_department" },
	{ "hit_parade", element_value, .word = "slash_hit_parade" },
	{ .name = NULL },
};

const struct element comment_api_elements[] = {
	{ "comment", element_value_url, .word = "wfw_comment" },
	{ "commentrss", element_value_url, .word = "wfw_commentrss" },
	{ .name = NULL },
};

const struct element license_elements[] = {
	{ "license", element_link, .word = "license" },
	{ .name = NULL },
};

const struct element xhtml_elements[] = {
	{ "body", element_content, ELEMENT_FIELD(contents, EXTENSION) },
	{ "div", element_content, ELEMENT_FIELD(contents, EXTENSION) },
	{ .name = NULL },
};

/* The URL of the post; <link> is FeedBurner's redirect, which counts clicks. */
const struct element feedburner_elements[] = {
	{ "origlink", element_value_url, .word = "original_link" },
	{ .name = NULL },
};
