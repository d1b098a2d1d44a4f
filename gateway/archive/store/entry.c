#include "gateway/archive/store/entry.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Characters of a text that is shown whole as its title, and of the beginning of a longer one. */
enum { SHORT_TEXT = 100, TITLE = 60 };

char *entry_path(void *owner, const struct entry *entry)
{
	struct document *d = document_new(NULL);
	fprintf(document_out(d), "/%s/", entry->path_year ? mem_printf(d, "%d", entry->path_year) : entry_day(d, entry, "%Y"));
	url_part(document_out(d), entry->slug);
	return document_finish(d, owner);
}

char *entry_day(void *owner, const struct entry *e, const char *format)
{
	return clock_format(owner, e->published + e->day_offset * CLOCK_MINUTE, format);
}

char *entry_tag_path(void *owner, const char *slug)
{
	struct document *d = document_new(NULL);
	fputs("/tag/", document_out(d));
	url_part(document_out(d), slug);
	return document_finish(d, owner);
}

const char *entry_origin(const struct entry *e) { return e->origin ? e->origin : e->link; }

char *entry_author_names(void *owner, const struct entry *entry)
{
	char *names = mem_dup(owner, "");
	for (size_t i = 0; i < entry->author_count; i++) {
		const char *name = entry->authors[i].name ? entry->authors[i].name : entry->authors[i].email;
		if (!text_blank(name))
			names = mem_check(talloc_asprintf_append_buffer(names, "%s%s", *names ? ", " : "", name));
	}
	return names;
}

#define WARNING "<p><strong>Content warning:</strong> "

char *entry_warning_html(void *owner, const char *warning)
{
	struct document *d = document_new(NULL);
	fputs(WARNING, document_out(d));
	html_text(document_out(d), warning);
	fputs("</p>", document_out(d));
	return document_finish(d, owner);
}

/* Only the start of the paragraph is compared: the text of a warning is escaped and holds no tags. */
const char *entry_behind_warning(const struct entry *e)
{
	const char *end = e->warning && e->content && text_starts(e->content, WARNING) ? strstr(e->content, "</p>") : NULL;
	return end ? end + strlen("</p>") : e->content;
}

char *entry_display_title(void *owner, const struct entry *entry)
{
	if (!text_blank(entry->title))
		return mem_dup(owner, entry->title);
	if (!text_blank(entry->excerpt))
		return text_cut(owner, entry->excerpt, text_length(entry->excerpt) <= SHORT_TEXT ? SHORT_TEXT : TITLE);
	return entry_day(owner, entry, "%-d %B %Y");
}
