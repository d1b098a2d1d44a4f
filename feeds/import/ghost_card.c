#include "feeds/import/ghost_card.h"
#include "feeds/text/markdown.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

static const char *of(const json_t *p, const char *name)
{
	const char *value = json_string_value(json_object_get(p, name));
	return value ? value : "";
}

/* Is already HTML: captions, headings, callouts. */
static void raw(FILE *out, const char *before, const char *html, const char *after)
{
	if (!text_blank(html))
		fprintf(out, "%s%s%s", before, html, after);
}

static void words(FILE *out, const char *before, const char *text, const char *after)
{
	if (text_blank(text))
		return;
	fputs(before, out);
	html_text(out, text);
	fputs(after, out);
}

static void attribute(FILE *out, const char *name, const char *value)
{
	if (text_blank(value))
		return;
	fprintf(out, " %s=\"", name);
	html_attr(out, value);
	fputs("\"", out);
}

static void link_to(FILE *out, const char *url, const char *text)
{
	if (text_blank(url) || text_blank(text))
		return;
	fputs("<p><a", out);
	attribute(out, "href", url);
	words(out, ">", text, "</a></p>");
}

static void img(FILE *out, const json_t *p, const char *src)
{
	json_int_t width = json_integer_value(json_object_get(p, "width")), height = json_integer_value(json_object_get(p, "height"));
	if (text_blank(src))
		return;
	fputs("<img", out);
	attribute(out, "src", src);
	attribute(out, "alt", of(p, "alt"));
	attribute(out, "title", of(p, "title"));
	if (width > 0 && height > 0)
		fprintf(out, " width=\"%" JSON_INTEGER_FORMAT "\" height=\"%" JSON_INTEGER_FORMAT "\"", width, height);
	fputs(">", out);
}

static void caption(FILE *out, const json_t *p) { raw(out, "<figcaption>", of(p, "caption"), "</figcaption>"); }

static void image(FILE *out, const json_t *p)
{
	const char *href = of(p, "href");
	fputs("<figure class=\"kg-card kg-image-card\">", out);
	if (*href) {
		fputs("<a", out);
		attribute(out, "href", href);
		fputs(">", out);
	}
	img(out, p, of(p, "src"));
	fputs(*href ? "</a>" : "", out);
	caption(out, p);
	fputs("</figure>", out);
}

static void gallery(FILE *out, const json_t *p)
{
	size_t i;
	json_t *one;
	fputs("<figure class=\"kg-card kg-gallery-card\">", out);
	json_array_foreach(json_object_get(p, "images"), i, one)
		img(out, one, of(one, "src"));
	caption(out, p);
	fputs("</figure>", out);
}

static void html(FILE *out, const json_t *p) { raw(out, "", of(p, "html"), ""); }

static void markdown(FILE *out, const json_t *p)
{
	char *made = markdown_html(NULL, of(p, "markdown"));
	fputs(made, out);
	talloc_free(made);
}

static void rule(FILE *out, const json_t *p)
{
	(void)p;
	fputs("<hr>", out);
}

static void code(FILE *out, const json_t *p)
{
	fputs("<figure class=\"kg-card kg-code-card\"><pre><code", out);
	if (*of(p, "language")) {
		fputs(" class=\"language-", out);
		html_attr(out, of(p, "language"));
		fputs("\"", out);
	}
	fputs(">", out);
	html_text(out, of(p, "code"));
	fputs("</code></pre>", out);
	caption(out, p);
	fputs("</figure>", out);
}

static void bookmark(FILE *out, const json_t *p)
{
	const json_t *about = json_object_get(p, "metadata");
	fputs("<figure class=\"kg-card kg-bookmark-card\"><a class=\"kg-bookmark-container\"", out);
	attribute(out, "href", of(p, "url"));
	fputs("><div class=\"kg-bookmark-content\">", out);
	words(out, "<div class=\"kg-bookmark-title\">", text_blank(of(about, "title")) ? of(p, "url") : of(about, "title"), "</div>");
	words(out, "<div class=\"kg-bookmark-description\">", of(about, "description"), "</div>");
	words(out, "<div class=\"kg-bookmark-metadata\"><span class=\"kg-bookmark-publisher\">", of(about, "publisher"), "</span></div>");
	fputs("</div></a>", out);
	caption(out, p);
	fputs("</figure>", out);
}

static void embed(FILE *out, const json_t *p)
{
	fputs("<figure class=\"kg-card kg-embed-card\">", out);
	if (text_blank(of(p, "html")))
		link_to(out, of(p, "url"), of(p, "url"));
	raw(out, "", of(p, "html"), "");
	caption(out, p);
	fputs("</figure>", out);
}

static void button(FILE *out, const json_t *p) { link_to(out, of(p, "buttonUrl"), of(p, "buttonText")); }

static void callout(FILE *out, const json_t *p)
{
	const char *text = of(p, "calloutText"), *paragraph = text_starts(text, "<p") ? strchr(text, '>') : NULL;
	fputs("<blockquote class=\"kg-card kg-callout-card\"><p>", out);
	words(out, "", of(p, "calloutEmoji"), " ");
	/* It may be one paragraph, or several, with their tags. */
	raw(out, "", paragraph ? paragraph + 1 : text, paragraph ? "" : "</p>");
	fputs("</blockquote>", out);
}

static void toggle(FILE *out, const json_t *p)
{
	raw(out, "<details><summary>", of(p, "heading"), "</summary>");
	raw(out, "<div>", of(p, "content"), "</div>");
	fputs(text_blank(of(p, "heading")) ? "" : "</details>", out);
}

static void audio(FILE *out, const json_t *p)
{
	fputs("<figure class=\"kg-card kg-audio-card\"><audio controls", out);
	attribute(out, "src", of(p, "src"));
	fputs("></audio>", out);
	words(out, "<figcaption>", of(p, "title"), "</figcaption>");
	fputs("</figure>", out);
}

static void video(FILE *out, const json_t *p)
{
	const char *custom = of(p, "customThumbnailSrc"), *poster = *custom ? custom : of(p, "thumbnailSrc");
	fputs("<figure class=\"kg-card kg-video-card\"", out);
	attribute(out, "data-kg-thumbnail", poster);
	fputs("><video controls", out);
	attribute(out, "src", of(p, "src"));
	attribute(out, "poster", poster);
	fputs("></video>", out);
	caption(out, p);
	fputs("</figure>", out);
}

static void file(FILE *out, const json_t *p)
{
	link_to(out, of(p, "src"), text_blank(of(p, "fileTitle")) ? of(p, "fileName") : of(p, "fileTitle"));
	words(out, "<p>", of(p, "fileCaption"), "</p>");
}

static void product(FILE *out, const json_t *p)
{
	img(out, NULL, of(p, "productImageSrc"));
	raw(out, "<p><strong>", of(p, "productTitle"), "</strong></p>");
	raw(out, "", of(p, "productDescription"), "");
	link_to(out, of(p, "productUrl"), of(p, "productButton"));
}

static void header(FILE *out, const json_t *p)
{
	raw(out, "<h2>", of(p, "header"), "</h2>");
	raw(out, "<p>", of(p, "subheader"), "</p>");
	link_to(out, of(p, "buttonUrl"), of(p, "buttonText"));
}

static void call(FILE *out, const json_t *p)
{
	img(out, NULL, of(p, "imageUrl"));
	raw(out, "<p>", of(p, "textValue"), "</p>");
	link_to(out, of(p, "buttonUrl"), of(p, "buttonText"));
}

/* What is behind it is for members; the post is gated anyway. */
static void paywall(FILE *out, const json_t *p)
{
	(void)p;
	fputs("<!--members-only-->", out);
}

static const struct {
	const char *name;
	void (*write)(FILE *, const json_t *);
} cards[] = {
	{ "image", image }, { "gallery", gallery }, { "html", html }, { "markdown", markdown }, { "card-markdown", markdown }, { "hr", rule },
	{ "horizontalrule", rule }, { "code", code }, { "codeblock", code }, { "bookmark", bookmark }, { "embed", embed }, { "button", button },
	{ "callout", callout }, { "toggle", toggle }, { "audio", audio }, { "video", video }, { "file", file }, { "product", product },
	{ "header", header }, { "call-to-action", call }, { "paywall", paywall },
};

bool ghost_card(FILE *out, const char *name, const json_t *payload)
{
	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
		if (strcmp(cards[i].name, name) == 0) {
			cards[i].write(out, payload);
			return true;
		}
	return false;
}
