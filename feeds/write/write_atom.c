/* Atom 1.0 (RFC 4287). */
#include "feeds/write/write_parts.h"
#include "gateway/base/address/media_type.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"

static void link_to(FILE *out, const char *indent, const char *rel, const char *type, const char *href)
{
	fprintf(out, "%s<link rel=\"%s\" type=\"%s\" href=\"", indent, rel, type);
	xml_attr(out, href);
	fputs("\"/>\n", out);
}

static void title(FILE *out, const char *indent, const char *text)
{
	char *written = write_title(NULL, text);
	fprintf(out, "%s<title%s>", indent, write_title_is_html(text) ? " type=\"html\"" : "");
	xml_text(out, written);
	fputs("</title>\n", out);
	talloc_free(written);
}

static void enclosure(FILE *out, const struct entry_enclosure *e)
{
	const char *type = media_type(e->type, e->url);
	if (!e->url)
		return;
	fputs("\t\t<link rel=\"enclosure\" type=\"", out);
	xml_attr(out, type ? type : "application/octet-stream");
	if (e->length > 0)
		fprintf(out, "\" length=\"%lld", (long long)e->length);
	fputs("\" href=\"", out);
	write_url(out, e->url);
	fputs("\"/>\n", out);
}

/* RFC 4287 section 4.2.11: the entry is a copy. */
static void source(FILE *out, const char *origin, const struct entry *e)
{
	void *t = talloc_new(NULL);
	fputs("\t\t<link rel=\"via\" href=\"", out);
	xml_attr(out, origin);
	fputs("\"/>\n\t\t<source>\n", out);
	write_element(out, "\t\t\t", "id", mem_printf(t, "%s/", url_origin(t, origin)));
	write_element(out, "\t\t\t", "title", text_blank(e->via) ? url_authority(t, origin) : e->via);
	write_element(out, "\t\t\t", "updated", clock_rfc3339(t, e->published));
	fputs("\t\t</source>\n", out);
	talloc_free(t);
}

static void author(FILE *out, const char *indent, const char *name)
{
	fprintf(out, "%s<author><name>", indent);
	xml_text(out, name);
	fputs("</name></author>\n", out);
}

static void entry(FILE *out, const struct publication *p, const struct entry *e, bool cut)
{
	void *t = talloc_new(NULL);
	char *authors = entry_author_names(t, e);
	fputs("\t<entry>\n", out);
	write_element(out, "\t\t", "id", write_entry_id(t, p, e));
	/* Required, also where there is none. */
	title(out, "\t\t", text_blank(e->title) ? "" : e->title);
	link_to(out, "\t\t", "alternate", "text/html", write_entry_url(t, p, e));
	write_element(out, "\t\t", "published", clock_rfc3339(t, e->published));
	write_element(out, "\t\t", "updated", clock_rfc3339(t, e->revised > e->published ? e->revised : e->published));
	if (*authors)
		author(out, "\t\t", authors);
	for (size_t i = 0; i < e->tag_count; i++) {
		fputs("\t\t<category term=\"", out);
		xml_attr(out, e->tags[i]);
		fputs("\"/>\n", out);
	}
	fputs("\t\t<summary>", out);
	xml_text(out, e->excerpt);
	fputs("</summary>\n\t\t<content type=\"html\">", out);
	xml_text(out, write_entry_html(t, p, e, cut));
	fputs("</content>\n", out);
	for (size_t i = 0; i < e->enclosure_count; i++)
		enclosure(out, &e->enclosures[i]);
	if (write_entry_origin(p, e))
		source(out, write_entry_origin(p, e), e);
	fputs("\t</entry>\n", out);
	talloc_free(t);
}

void write_atom(FILE *out, const struct feed_out *feed)
{
	const struct publication *p = feed->publication;
	void *t = talloc_new(NULL);
	char *domain = publication_domain(t, p);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"", out);
	xml_attr(out, p->language);
	fputs("\">\n", out);
	write_element(out, "\t", "id", mem_printf(t, "tag:%s,%s:feed", domain, clock_format(t, p->created, "%Y-%m-%d")));
	title(out, "\t", p->name);
	if (*p->summary)
		write_element(out, "\t", "subtitle", p->summary);
	write_element(out, "\t", "updated", clock_rfc3339(t, feed->updated ? feed->updated : p->created));
	/* RFC 4287 wants a square icon and a logo twice as wide as high. */
	if (p->icon.path)
		write_element(out, "\t", "icon", mem_printf(t, "%s%s", p->url, p->icon.path));
	if (p->header.path)
		write_element(out, "\t", "logo", mem_printf(t, "%s%s", p->url, p->header.path));
	author(out, "\t", *p->author ? p->author : p->name);
	link_to(out, "\t", "alternate", "text/html", mem_printf(t, "%s/", p->url));
	link_to(out, "\t", "self", "application/atom+xml", feed->self);
	write_element(out, "\t", "generator", "Pennypost " PENNYPOST_VERSION);
	for (size_t i = 0; i < feed->count; i++)
		entry(out, p, feed->entries[i], feed->cut[i]);
	fputs("</feed>\n", out);
	talloc_free(t);
}
