/* RSS 2.0 with content:encoded, after the RSS Best Practices Profile and the rules of feedvalidator. */
#include "feeds/write/write_parts.h"
#include "gateway/base/address/media_type.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"

static void enclosure(FILE *out, const struct entry_enclosure *e)
{
	const char *type = media_type(e->type, e->url);
	if (!e->url)
		return;
	/* url, type and length are required. */
	fputs("\t\t<enclosure url=\"", out);
	write_url(out, e->url);
	fputs("\" type=\"", out);
	xml_attr(out, type ? type : "application/octet-stream");
	fprintf(out, "\" length=\"%lld\"/>\n", (long long)(e->length > 0 ? e->length : 0));
}

static void thumbnail(FILE *out, const struct entry_image *image)
{
	fputs("\t\t<media:thumbnail url=\"", out);
	write_url(out, image->url);
	if (image->width > 0 && image->height > 0)
		fprintf(out, "\" width=\"%d\" height=\"%d", image->width, image->height);
	fputs("\"/>\n", out);
}

/* The channel is given as its site: RSS wants its feed, which may be secret. */
static void source(FILE *out, const char *origin, const struct entry *e)
{
	void *t = talloc_new(NULL);
	fprintf(out, "\t\t<source url=\"%s/\">", url_origin(t, origin));
	xml_text(out, text_blank(e->via) ? url_authority(t, origin) : e->via);
	fputs("</source>\n\t\t<atom:link rel=\"via\" href=\"", out);
	xml_attr(out, origin);
	fputs("\"/>\n", out);
	talloc_free(t);
}

static void item(FILE *out, const struct publication *p, const struct entry *e, bool cut)
{
	void *t = talloc_new(NULL);
	char *authors = entry_author_names(t, e);
	fputs("\t<item>\n", out);
	/* An item needs a title or a description. */
	if (!text_blank(e->title))
		write_element(out, "\t\t", "title", write_title(t, e->title));
	write_element(out, "\t\t", "link", write_entry_url(t, p, e));
	fputs("\t\t<guid isPermaLink=\"false\">", out);
	xml_text(out, write_entry_id(t, p, e));
	fputs("</guid>\n", out);
	write_element(out, "\t\t", "pubDate", clock_rfc5322(t, e->published));
	if (*authors || *p->author)
		write_element(out, "\t\t", "dc:creator", *authors ? authors : p->author);
	for (size_t i = 0; i < e->tag_count; i++)
		write_element(out, "\t\t", "category", e->tags[i]);
	write_element(out, "\t\t", "description", e->excerpt ? e->excerpt : "");
	/* Escaped, not in CDATA, in which nothing can be escaped. */
	write_element(out, "\t\t", "content:encoded", write_entry_html(t, p, e, cut));
	if (e->enclosure_count)
		enclosure(out, &e->enclosures[0]);
	if (e->image.url)
		thumbnail(out, &e->image);
	if (write_entry_origin(p, e))
		source(out, write_entry_origin(p, e), e);
	fputs("\t</item>\n", out);
	talloc_free(t);
}

/* Readers show it small, so the icon rather than the header; its title and link are those of the channel. */
static void channel_image(FILE *out, const struct publication *p)
{
	void *t = talloc_new(NULL);
	const char *path = p->icon.path ? p->icon.path : p->header.path;
	if (path) {
		fputs("\t<image>\n", out);
		write_element(out, "\t\t", "url", mem_printf(t, "%s%s", p->url, path));
		write_element(out, "\t\t", "title", write_title(t, p->name));
		write_element(out, "\t\t", "link", mem_printf(t, "%s/", p->url));
		fputs("\t</image>\n", out);
	}
	talloc_free(t);
}

void write_rss(FILE *out, const struct feed_out *feed)
{
	const struct publication *p = feed->publication;
	void *t = talloc_new(NULL);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
	      " xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n", out);
	write_element(out, "\t", "title", write_title(t, p->name));
	write_element(out, "\t", "link", mem_printf(t, "%s/", p->url));
	write_element(out, "\t", "description", *p->summary ? p->summary : p->name);
	write_element(out, "\t", "language", p->language);
	channel_image(out, p);
	if (feed->updated)
		write_element(out, "\t", "lastBuildDate", clock_rfc5322(t, feed->updated));
	write_element(out, "\t", "generator", "Pennypost " PENNYPOST_VERSION);
	fputs("\t<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"", out);
	xml_attr(out, feed->self);
	fputs("\"/>\n", out);
	for (size_t i = 0; i < feed->count; i++)
		item(out, p, feed->entries[i], feed->cut[i]);
	fputs("</channel>\n</rss>\n", out);
	talloc_free(t);
}
