#include "gateway/archive/store/beside.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 20 /* enclosures */

static const struct { const char *ending, *type; } endings[] = {
	{ ".mp3", "audio/" }, { ".m4a", "audio/" }, { ".ogg", "audio/" }, { ".oga", "audio/" }, { ".opus", "audio/" }, { ".wav", "audio/" }, { ".flac", "audio/" },
	{ ".aac", "audio/" }, { ".mp4", "video/" }, { ".m4v", "video/" }, { ".webm", "video/" }, { ".mov", "video/" }, { ".ogv", "video/" },
	{ ".jpg", "image/" }, { ".jpeg", "image/" }, { ".png", "image/" }, { ".gif", "image/" }, { ".webp", "image/" }, { ".avif", "image/" },
};

static char *path_of(void *owner, const char *url) { return mem_ndup(owner, url, strcspn(url, "?#")); }

/* What is said of it counts, else its name. */
static bool is_kind(const struct entry_enclosure *e, const char *kind)
{
	if (!text_blank(e->type) && strcmp(e->type, "application/octet-stream") != 0)
		return text_starts(e->type, kind);
	char *path = path_of(NULL, e->url), *small = text_lower(path, path);
	bool is = false;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		is = is || (text_ends(small, endings[i].ending) && strcmp(endings[i].type, kind) == 0);
	talloc_free(path);
	return is;
}

bool beside_is_picture(const struct entry_enclosure *e) { return is_kind(e, "image/"); }

/* The name of its file counts, without the size that blog programs put after it ("boat-300x200.jpg"). */
bool beside_is_in_text(const struct entry *e, const char *url)
{
	char *path = path_of(NULL, url), *name = strrchr(path, '/'), *dot = name ? strrchr(name, '.') : NULL;
	if (dot)
		*dot = '\0';
	char *size = name ? strrchr(name, '-') : NULL;
	if (size && isdigit((unsigned char)size[1]) && !size[1 + strspn(size + 1, "0123456789x")])
		*size = '\0';
	/* A name as "/1" says little. */
	const char *key = name && strlen(name) > 4 ? name : strstr(path, "://") ? strstr(path, "://") : path;
	bool shown = e->content && strstr(e->content, key);
	talloc_free(path);
	return shown;
}

static bool is_picture_beside(const struct entry *e, const char *url)
{
	return url && url_valid(url) && !strstr(url, "gravatar.com/avatar") && !beside_is_in_text(e, url);
}

static void write_picture(FILE *out, const struct entry *e, const struct entry_image *image, const struct publication *p)
{
	bool linked = e->link && url_valid(e->link) && !publication_shares_host(p, e->link);
	fputs("<figure>", out);
	if (linked) {
		fputs("<a href=\"", out);
		html_attr(out, e->link);
		fputs("\">", out);
	}
	fputs("<img src=\"", out);
	html_attr(out, image->url);
	fputs("\" alt=\"", out);
	html_attr(out, image->alt ? image->alt : "");
	if (image->width > 0 && image->height > 0)
		fprintf(out, "\" width=\"%d\" height=\"%d", image->width, image->height);
	fprintf(out, "\">%s</figure>\n", linked ? "</a>" : "");
}

static void write_pictures(FILE *out, const struct entry *e, const struct publication *p)
{
	if (!(e->in_text && e->in_text[0]) && is_picture_beside(e, e->image.url))
		write_picture(out, e, &e->image, p);
	for (size_t i = 0; i < e->enclosure_count && i < SHOWN; i++) {
		const struct entry_enclosure *one = &e->enclosures[i];
		bool same = one->url && e->image.url && strcmp(one->url, e->image.url) == 0;
		if (one->url && !same && !(e->in_text && e->in_text[i + 1]) && beside_is_picture(one) && is_picture_beside(e, one->url))
			write_picture(out, e, &(struct entry_image){ .url = one->url, .alt = one->title }, p);
	}
}

/* "1.4 MB" */
static void write_size(FILE *out, int64_t bytes)
{
	if (bytes >= 1000000)
		fprintf(out, " (%.1f MB)", (double)bytes / 1e6);
	else if (bytes >= 1000)
		fprintf(out, " (%lld kB)", (long long)(bytes / 1000));
	else if (bytes > 0)
		fprintf(out, " (%lld bytes)", (long long)bytes);
}

static void write_media(FILE *out, const struct entry *e, const struct entry_enclosure *one, bool player)
{
	const char *element = is_kind(one, "audio/") ? "audio" : is_kind(one, "video/") ? "video" : NULL;
	const char *verb = !element ? "File" : *element == 'a' ? "Listen" : "Watch", *name = one->title;
	if (text_blank(name))
		name = !text_blank(e->title) ? e->title : strrchr(one->url, '/') + 1;
	if (player && element) {
		fprintf(out, "<p><%s controls preload=\"none\" src=\"", element);
		html_attr(out, one->url);
		fprintf(out, "\"></%s></p>\n", element);
	}
	fprintf(out, "<p>%s: <a href=\"", verb);
	html_attr(out, one->url);
	fputs("\">", out);
	html_text(out, name);
	fputs("</a>", out);
	write_size(out, one->length);
	fputs("</p>\n", out);
}

static bool has_link(const struct entry *e, const char *url)
{
	struct document *d = document_new(NULL);
	fputs("href=\"", document_out(d));
	html_attr(document_out(d), url);
	fputc('"', document_out(d));
	bool has = e->content && strstr(e->content, document_text(d, NULL));
	talloc_free(d);
	return has;
}

static void write_all_media(FILE *out, const struct entry *e, bool players)
{
	for (size_t i = 0; i < e->enclosure_count && i < SHOWN; i++) {
		const struct entry_enclosure *one = &e->enclosures[i];
		if (one->url && url_valid(one->url) && !is_kind(one, "image/") && (players || !has_link(e, one->url)))
			write_media(out, e, one, players);
	}
}

char *beside_source(void *owner, const struct entry *e)
{
	if (text_blank(e->via))
		return mem_dup(owner, "");
	struct document *d = document_new(NULL);
	bool linked = e->via_url && url_valid(e->via_url);
	fputs(linked ? "<p>From <a href=\"" : "<p>From ", document_out(d));
	html_attr(document_out(d), linked ? e->via_url : NULL);
	fputs(linked ? "\">" : "", document_out(d));
	html_text(document_out(d), e->via);
	fputs(linked ? "</a></p>" : "</p>", document_out(d));
	return document_finish(d, owner);
}

char *beside_original(void *owner, const struct entry *e, const struct publication *p)
{
	if (!e->link || !url_valid(e->link) || publication_shares_host(p, e->link) || has_link(e, e->link))
		return mem_dup(owner, "");
	struct document *d = document_new(NULL);
	char *host = url_authority(d, e->link);
	fputs("<p>More at <a href=\"", document_out(d));
	html_attr(document_out(d), e->link);
	fputs("\">", document_out(d));
	html_text(document_out(d), host ? host : e->link);
	fputs("</a></p>", document_out(d));
	return document_finish(d, owner);
}

char *beside_content(void *owner, const struct entry *e, const struct publication *p, enum beside_form form)
{
	struct document *d = document_new(NULL);
	FILE *out = document_out(d);
	const char *content = e->content ? e->content : "";
	if (!e->warning)
		write_pictures(out, e, p);
	fputs(content, out);
	/* Phrases without a paragraph stay so when nothing follows. */
	struct document *more = document_new(d);
	if (e->warning)
		write_pictures(document_out(more), e, p);
	if (form != BESIDE_FEED)
		write_all_media(document_out(more), e, form == BESIDE_PAGE);
	if (form == BESIDE_LETTER)
		fputs(beside_source(more, e), document_out(more));
	if (form != BESIDE_PAGE)
		fputs(beside_original(more, e, p), document_out(more));
	const char *behind = document_text(more, NULL);
	fprintf(out, "%s%s", *behind && *content ? "\n" : "", behind);
	return document_finish(d, owner);
}
