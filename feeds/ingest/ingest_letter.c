#include "feeds/ingest/ingest_letter.h"
#include "feeds/source/source_option.h"
#include "feeds/text/markdown.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/secret/token.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/zone.h"
#include "gateway/base/text/text.h"
#include <string.h>

enum { KEY_SIZE = 16 };

/* A file while it is read. */
struct reading {
	const char *path;
	const struct publication *p;
	struct ingest_letter *to;
	struct entry *entry; /* as it stands in the file */
	int line;
};

typedef bool set_field(struct reading *r, const char *value, struct error *err);

static bool set_subject(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	r->to->letter.subject = value;
	return true;
}

static bool set_title(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	r->entry->title = value;
	return true;
}

static bool set_preheader(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	r->to->letter.preheader = value;
	return true;
}

static bool set_access(struct reading *r, const char *value, struct error *err) { return source_option_access(value, &r->entry->access, err); }

static bool set_audience(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	r->to->letter.audience = value;
	return true;
}

static bool set_archive(struct reading *r, const char *value, struct error *err)
{
	r->to->letter.archived = strcmp(value, "yes") == 0;
	r->to->archive_said = true;
	return r->to->letter.archived || strcmp(value, "no") == 0 || error_set(err, ERROR_INVALID, "'%s' is neither yes nor no", value);
}

static bool set_when(struct reading *r, const char *value, struct error *err)
{
	return zone_parse_local(r->p->time_zone, value, &r->to->letter.send_at) || error_set(err, ERROR_INVALID, "'%s' is no time like 2026-12-01 08:00", value);
}

static bool set_author(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	r->entry->authors = mem_array(r->to, struct entry_person, 1);
	r->entry->authors[0].name = value;
	r->entry->author_count = 1;
	return true;
}

static bool set_language(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	r->entry->language = value;
	return true;
}

static bool set_tags(struct reading *r, const char *value, struct error *err)
{
	(void)err;
	for (const char *from = value; from; from = strchr(from, ',') ? strchr(from, ',') + 1 : NULL) {
		char *tag = text_squeeze(r->to, mem_ndup(r->to, from, strcspn(from, ",")));
		if (*tag)
			*mem_push(r->to, r->entry->tags, r->entry->tag_count) = tag;
	}
	return true;
}

static const struct { const char *name; set_field *set; } fields[] = {
	{ "subject", set_subject }, { "title", set_title }, { "preheader", set_preheader }, { "access", set_access }, { "audience", set_audience },
	{ "archive", set_archive }, { "when", set_when }, { "author", set_author }, { "language", set_language }, { "tags", set_tags },
};

/* Quotes around all of it are YAML's. */
static char *value_of(void *owner, const char *text)
{
	char *value = text_squeeze(owner, text);
	size_t n = strlen(value);
	bool quoted = n > 1 && (*value == '"' || *value == '\'') && value[n - 1] == *value;
	return quoted ? text_trim(owner, mem_ndup(owner, value + 1, n - 2)) : value;
}

static bool take_line(struct reading *r, const char *line, struct error *err)
{
	const char *colon = strchr(line, ':');
	char *name = text_lower(r->to, text_trim(r->to, mem_ndup(r->to, line, colon ? (size_t)(colon - line) : strlen(line))));
	if (*name == '\0' || *name == '#')
		return true;
	for (size_t i = 0; colon && i < sizeof fields / sizeof *fields; i++)
		if (strcmp(fields[i].name, name) == 0)
			return fields[i].set(r, value_of(r->to, colon + 1), err) || error_prefix(err, "%s:%d: ", r->path, r->line);
	return error_set(err, ERROR_INVALID, "%s:%d: '%s' is no field of a letter: subject, title, preheader, access, audience, archive, when, author, language or tags",
	                 r->path, r->line, name);
}

static bool is_fence(const char *line) { return strncmp(line, "---", 3) == 0 && line[3 + strspn(line + 3, " \t\r")] == '\0'; }

/* Reads the front matter; *body is what comes after it. */
static bool take_front(struct reading *r, const char *text, const char **body, struct error *err)
{
	for (const char *at = text; *at;) {
		size_t size = strcspn(at, "\n");
		char *line = mem_ndup(r->to, at, size);
		at += size + (at[size] == '\n');
		r->line++;
		bool fence = is_fence(line);
		if (fence && r->line > 1) {
			*body = at;
			return true;
		}
		if (!fence && r->line == 1)
			break;
		if (!fence && !take_line(r, line, err))
			return false;
	}
	return error_set(err, ERROR_INVALID, "'%s' has no front matter: it begins with a line of '---', then 'subject: ...', then '---' again", r->path);
}

/* Addresses in html that mail programs could not follow: what attribute names, with neither a scheme nor a mark within the text. */
static void remark(struct reading *r, const char *html, const char *attribute, const char *what)
{
	for (const char *at = html; (at = strstr(at, attribute));) {
		at += strlen(attribute);
		char *url = text_trim(r->to, mem_ndup(r->to, at, strcspn(at, "\"")));
		size_t scheme = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
		const char *why = !*url ? "is empty" : *url != '#' && url[scheme] != ':' ? "is relative, and was made one of this publication's" : NULL;
		if (why)
			r->to->letter.remarks = mem_printf(r->to, "%sthe address of a %s %s: '%s'\n", r->to->letter.remarks, what, why, url);
	}
}

static bool is_html(const char *path)
{
	return text_ends(path, ".html") || text_ends(path, ".htm");
}

static bool fill(struct reading *r, const char *body, struct error *err)
{
	struct ingest_letter *l = r->to;
	if (text_blank(l->letter.subject))
		return error_set(err, ERROR_INVALID, "'%s' has no subject: its front matter needs a line 'subject: ...'", r->path);
	char *html = is_html(r->path) ? mem_dup(l, body) : markdown_html(l, body);
	remark(r, html, "href=\"", "link");
	remark(r, html, "src=\"", "picture");
	r->entry->title = r->entry->title ? r->entry->title : l->letter.subject;
	r->entry->content = html;
	const struct source source = { .publication = r->p->id, .url = mem_printf(l, "%s/", r->p->url) };
	struct record record = { 0 }, *records[] = { &record };
	struct feed feed = { .entries = &r->entry, .records = records, .count = 1 };
	l->ready = ingest_ready_entry(l, &source, &feed, 0, clock_now());
	l->ready.text = archive_text_make(l, l->ready.entry);
	return true;
}

struct ingest_letter *ingest_letter_read(void *owner, const struct publication *p, const char *path, const char *text, size_t size, struct error *err)
{
	struct ingest_letter *l = mem_new(owner, struct ingest_letter);
	struct reading r = { .path = path, .p = p, .to = l, .entry = mem_new(l, struct entry) };
	const char *body = "", *mark = "\xef\xbb\xbf", *from = text_starts(text, mark) ? text + strlen(mark) : text;
	l->letter = (struct archive_letter){ .publication = p->id, .preheader = "", .archived = true, .audience = "", .remarks = "" };
	bool fine = (text_utf8(text, size) && strlen(text) == size) || error_set(err, ERROR_INVALID, "'%s' is not text in UTF-8", path);
	if (fine && take_front(&r, from, &body, err) && fill(&r, body, err))
		return l;
	talloc_free(l);
	return NULL;
}

bool ingest_letter_store(struct db *db, const struct publication *p, const struct ingest_letter *l, int64_t pictures_most, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	/* Nothing that comes from elsewhere is ever the same entry. */
	const char *const keys[] = { mem_printf(scratch, "letter:%s", token_random(scratch, KEY_SIZE)), NULL };
	const struct archive_post post = { .publication = p->id, .entry = l->ready.entry, .text = l->ready.text, .keys = keys, .hash = l->ready.hash,
	                                   .pictures = l->ready.pictures, .picture_count = l->ready.picture_count, .pictures_most = pictures_most };
	bool fine = *id ? archive_letter_edit(db, &post, &l->letter, *id, err) : archive_letter_new(db, &post, &l->letter, id, err);
	talloc_free(scratch);
	return fine;
}
