/* The smaller vocabularies that stand in feeds of every kind. */
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/vocabularies.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>

#define MODULE(field) offsetof(struct record, field), RECORD_MODULE, NULL
#define END { NULL, NULL, 0, 0, NULL }

/* "start=...;end=...", the parts in any order (DCMI Period). */
static void validity(struct record *r, xmlNode *node, const struct element *how)
{
	char *rest = markup_text(r, node);
	record_set_value(r, how->word, mem_dup(r, rest));
	for (char *part; (part = strsep(&rest, ";"));) {
		part = text_trim(r, part);
		if (text_starts(part, "start="))
			record_set_value(r, "validity_start", part + strlen("start="));
		else if (text_starts(part, "end="))
			record_set_value(r, "validity_end", part + strlen("end="));
	}
}

static void in_reply_to(struct record *r, xmlNode *node, const struct element *how)
{
	static const struct { const char *attribute, *value; } parts[] = {
		{ "ref", "in_reply_to" }, { "href", "in_reply_to_href" }, { "type", "in_reply_to_type" }, { "source", "in_reply_to_source" },
	};
	(void)how;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char *value = markup_attribute(r, node, parts[i].attribute);
		if (value)
			record_set_value(r, parts[i].value, value);
	}
}

const struct element content_elements[] = {
	{ "encoded", element_content, MODULE(contents) },
	END,
};

/* Dublin Core, elements and terms. */
const struct element dublin_core_elements[] = {
	{ "title", element_text, MODULE(title) },
	{ "description", element_html, offsetof(struct record, summary), RECORD_DISTANT, NULL },
	{ "creator", element_author, MODULE(authors) },
	{ "author", element_author, MODULE(authors) },
	{ "contributor", element_contributor, MODULE(contributors) },
	{ "publisher", element_publisher, MODULE(publisher) },
	{ "subject", element_tag, MODULE(tags) },
	{ "language", element_string, MODULE(language) },
	{ "rights", element_text, MODULE(rights) },
	{ "identifier", element_string, MODULE(id) },
	{ "date", element_date, MODULE(updated) },
	{ "modified", element_date, MODULE(updated) },
	{ "issued", element_date, MODULE(published) },
	{ "abstract", element_html, offsetof(struct record, summary), RECORD_DISTANT, NULL },
	{ "license", element_link, 0, RECORD_MODULE, "license" },
	{ "valid", validity, 0, RECORD_MODULE, "dcterms_valid" },
	{ "available", element_date, offsetof(struct record, published), RECORD_DISTANT, NULL },
	{ "created", element_date, MODULE(created) },
	END,
};

const struct element thread_elements[] = {
	{ "in-reply-to", in_reply_to, 0, RECORD_MODULE, NULL },
	{ "total", element_value, 0, RECORD_MODULE, "thr_total" },
	END,
};

const struct element slash_elements[] = {
	{ "comments", element_value, 0, RECORD_MODULE, "slash_comments" },
	{ "section", element_value, 0, RECORD_MODULE, "slash_section" },
	{ "department", element_value, 0, RECORD_MODULE, "slash_department" },
	{ "hit_parade", element_value, 0, RECORD_MODULE, "slash_hit_parade" },
	END,
};

const struct element comment_api_elements[] = {
	{ "comment", element_value_url, 0, RECORD_MODULE, "wfw_comment" },
	{ "commentrss", element_value_url, 0, RECORD_MODULE, "wfw_commentrss" },
	END,
};

const struct element license_elements[] = {
	{ "license", element_link, 0, RECORD_MODULE, "license" },
	END,
};

const struct element xhtml_elements[] = {
	{ "body", element_content, MODULE(contents) },
	{ "div", element_content, MODULE(contents) },
	END,
};

/* Behind a counting redirect, the post's own address. */
const struct element feedburner_elements[] = {
	{ "origlink", element_value_url, 0, RECORD_MODULE, "original_link" },
	END,
};
