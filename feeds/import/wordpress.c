#include "feeds/import/wordpress.h"
#include "feeds/import/wordpress_paragraphs.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Limits per post; SHORTCODES, because the search for each closing tag may go through the whole text. */
enum { NAME = 24, ATTRIBUTES = 20, GALLERY = 500, SHORTCODES = 1000 };

/* [name key="value" value]inside[/name] */
struct shortcode {
	char name[NAME];
	struct { char *key, *value; } attributes[ATTRIBUTES]; /* key NULL: a value without a key */
	size_t count;
	char *inside;    /* NULL: no closing tag */
	const char *end; /* the position after it */
};

struct context {
	FILE *out;
	const char *post;
	const struct wordpress_library *library;
};

static int by_id(const void *a, const void *b)
{
	const struct wordpress_media *x = a, *y = b;
	return strcmp(x->id, y->id);
}

void wordpress_sort(struct wordpress_library *library)
{
	if (library->count)
		qsort(library->all, library->count, sizeof *library->all, by_id);
}

const struct wordpress_media *wordpress_find(const struct wordpress_library *library, const char *id)
{
	struct wordpress_media wanted = { .id = id };
	return library->count && id ? bsearch(&wanted, library->all, library->count, sizeof *library->all, by_id) : NULL;
}

static const char *attribute(const struct shortcode *s, const char *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (key ? s->attributes[i].key && strcmp(s->attributes[i].key, key) == 0 : !s->attributes[i].key)
			return s->attributes[i].value;
	return NULL;
}

static void write_picture(FILE *out, const struct wordpress_media *m)
{
	fputs("<figure><img src=\"", out);
	html_attr(out, m->url);
	fputs("\" alt=\"", out);
	html_attr(out, m->alt);
	fputs("\"></figure>\n", out);
}

static void write_gallery(const struct context *c, const struct shortcode *s)
{
	const char *ids = attribute(s, "ids"), *of = attribute(s, "id");
	char *rest = mem_dup(NULL, ids ? ids : ""), *all = rest, *id;
	size_t shown = 0;
	fputs("\n\n", c->out);
	while ((id = strsep(&rest, ", ")))
		if (*id && wordpress_find(c->library, id) && shown++ < GALLERY)
			write_picture(c->out, wordpress_find(c->library, id));
	for (size_t i = 0; !ids && i < c->library->count; i++)
		if (text_same(c->library->all[i].parent, of ? of : c->post) && shown++ < GALLERY)
			write_picture(c->out, &c->library->all[i]);
	fputs("\n\n", c->out);
	talloc_free(all);
}

/* The picture with the link around it, then the caption. */
static void write_caption(const struct context *c, const struct shortcode *s)
{
	const char *inside = s->inside ? s->inside : "", *caption = attribute(s, "caption");
	const char *image = strstr(inside, "<img"), *link = image ? strstr(image, "</a>") : NULL;
	const char *end = link && strstr(inside, "<a ") && strstr(inside, "<a ") < image ? link + 4 : image ? strchr(image, '>') : NULL;
	end = end && *end == '>' ? end + 1 : end ? end : inside;
	fprintf(c->out, "\n\n<figure>%.*s", (int)(end - inside), inside);
	if (!text_blank(caption ? caption : end))
		fprintf(c->out, "<figcaption>%s</figcaption>", caption ? caption : end);
	fputs("</figure>\n\n", c->out);
}

static void write_link(FILE *out, const char *url)
{
	fputs("\n\n<p><a href=\"", out);
	html_attr(out, url);
	fputs("\">", out);
	html_text(out, url);
	fputs("</a></p>\n\n", out);
}

#define ID_SIGNS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

static void write_embed(const struct context *c, const struct shortcode *s)
{
	/* Those whose attribute may be an id alone, and what comes before it then. */
	static const struct { const char *name, *page; } by_id[] = {
		{ "youtube", "https://www.youtube.com/watch?v=" }, { "vimeo", "https://vimeo.com/" }, { "dailymotion", "https://www.dailymotion.com/video/" },
		{ "gist", "https://gist.github.com/" },
	};
	static const char *const keys[] = { "src", "url", "id" };
	const char *said = !text_blank(s->inside) ? s->inside : attribute(s, NULL);
	for (size_t i = 0; !said && i < sizeof keys / sizeof *keys; i++)
		said = attribute(s, keys[i]);
	void *scratch = talloc_new(NULL);
	char *url = text_trim(scratch, said ? said : "");
	for (size_t i = 0; *url && i < sizeof by_id / sizeof *by_id; i++)
		if (strcmp(s->name, by_id[i].name) == 0 && !url[strspn(url, ID_SIGNS)])
			url = mem_printf(scratch, "%s%s", by_id[i].page, url);
	if (url_valid(url))
		write_link(c->out, url);
	talloc_free(scratch);
}

static void write_media(const struct context *c, const struct shortcode *s)
{
	static const char *const keys[] = { "src", "mp3", "m4a", "ogg", "wav", "wma", "mp4", "m4v", "webm", "ogv", "flv", "wmv" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *url = attribute(s, keys[i]);
		if (url && url_valid(url)) {
			fprintf(c->out, "\n\n<%s controls src=\"", s->name);
			html_attr(c->out, url);
			fprintf(c->out, "\"></%s>\n\n", s->name);
			return;
		}
	}
}

static const struct known {
	const char *name;
	void (*write)(const struct context *c, const struct shortcode *s);
	bool encloses;
} known[] = {
	{ "caption", write_caption, true },
	{ "wp_caption", write_caption, true },
	{ "gallery", write_gallery, false },
	{ "embed", write_embed, true },
	{ "youtube", write_embed, false },
	{ "vimeo", write_embed, false },
	{ "dailymotion", write_embed, false },
	{ "ted", write_embed, false },
	{ "videopress", write_embed, false },
	{ "soundcloud", write_embed, true },
	{ "spotify", write_embed, true },
	{ "bandcamp", write_embed, false },
	{ "tweet", write_embed, false },
	{ "twitter", write_embed, false },
	{ "instagram", write_embed, false },
	{ "tiktok", write_embed, false },
	{ "gist", write_embed, false },
	{ "audio", write_media, true },
	{ "video", write_media, true },
};

static const struct known *known_as(const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return &known[i];
	return NULL;
}

static const char *spaces(const char *p) { return p + strspn(p, " \t\r\n"); }

/* Reads the attribute at p; returns the position after it, or NULL when the shortcode is not closed. */
static const char *read_attribute(void *owner, struct shortcode *s, const char *p)
{
	size_t n = strcspn(p, "=] \t\r\n\"'");
	char *key = p[n] == '=' ? mem_ndup(owner, p, n) : NULL, quote = key ? p[n + 1] : *p;
	const char *value = key ? p + n + 1 : p, *end;
	if (quote == '"' || quote == '\'') {
		end = strchr(++value, quote);
	} else {
		quote = '\0';
		end = value + strcspn(value, "] \t\r\n");
	}
	if (!end)
		return NULL;
	if (s->count < ATTRIBUTES) {
		s->attributes[s->count].key = key;
		s->attributes[s->count++].value = mem_ndup(owner, value, (size_t)(end - value));
	}
	return end + (quote != '\0') + (!quote && end == p);
}

/* Reads the attributes from p on; returns the position of the closing bracket, or NULL. */
static const char *read_attributes(void *owner, struct shortcode *s, const char *p)
{
	for (p = spaces(p); *p && *p != ']'; p = spaces(p)) {
		p = *p == '/' && p[1] == ']' ? p + 1 : read_attribute(owner, s, p);
		if (!p)
			return NULL;
	}
	return *p ? p : NULL;
}

/* Reads the shortcode at p, which is a '['; false when it is not in the table, or is not closed. */
static bool read_shortcode(void *owner, const char *p, struct shortcode *s, const struct known **is, int *left)
{
	size_t n = strcspn(p + 1, "] \t\r\n/=");
	if (n == 0 || n >= NAME)
		return false;
	*s = (struct shortcode){ .inside = NULL };
	memcpy(s->name, p + 1, n);
	*is = known_as(s->name);
	if (!*is || (*left)-- <= 0)
		return false;
	p = read_attributes(owner, s, p + 1 + n);
	if (!p)
		return false;
	s->end = p + 1;
	char *close = mem_printf(owner, "[/%s]", s->name);
	const char *closed = (*is)->encloses && p[-1] != '/' ? strstr(s->end, close) : NULL;
	if (closed) {
		s->inside = mem_ndup(owner, s->end, (size_t)(closed - s->end));
		s->end = closed + strlen(close);
	}
	return true;
}

static void write_shortcodes(const struct context *c, const char *raw)
{
	int left = SHORTCODES;
	for (const char *p = raw; *p;) {
		size_t n = strcspn(p, "[");
		fwrite(p, 1, n, c->out);
		p += n;
		if (!*p)
			return;
		struct shortcode s;
		const struct known *is = NULL;
		void *scratch = talloc_new(NULL);
		if (p[1] == '[') {
			fputs("[[", c->out);
			p += 2;
		} else if (read_shortcode(scratch, p, &s, &is, &left)) {
			is->write(c, &s);
			p = s.end;
		} else {
			fputc(*p++, c->out);
		}
		talloc_free(scratch);
	}
}

void wordpress_html(FILE *out, const char *raw, const char *post, const struct wordpress_library *library)
{
	struct document *d = document_new(NULL);
	write_shortcodes(&(struct context){ document_out(d), post, library }, raw);
	const char *html = document_text(d, NULL);
	/* The block editor writes <p> itself. */
	if (strstr(raw, "<!-- wp:"))
		fputs(html, out);
	else
		wordpress_paragraphs(out, html);
	talloc_free(d);
}
