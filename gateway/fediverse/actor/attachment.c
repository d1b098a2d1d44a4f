#include "gateway/fediverse/actor/attachment.h"
#include "gateway/base/address/media_type.h"
#include "gateway/base/address/url.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/fediverse/document/jsonld.h"
#include <string.h>

static json_t *find(const json_t *list, const char *url)
{
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one) {
		const char *known = jsonld_text(one, "url");
		if (known && strcmp(known, url) == 0)
			return one;
	}
	return NULL;
}

static const char *kind_of(const char *type)
{
	if (!type || text_starts(type, "image/"))
		return "Image";
	return text_starts(type, "audio/") ? "Audio" : text_starts(type, "video/") ? "Video" : NULL;
}

static void add(json_t *list, const char *url, const char *type, const char *description)
{
	const char *kind = kind_of(type);
	json_t *one = url ? find(list, url) : NULL;
	if (one && !text_blank(description) && !jsonld_text(one, "name"))
		json_object_set_new(one, "name", jsonld_new_string(description));
	/* No server shows SVG; an attachment that fails is worse than none. */
	if (one || json_array_size(list) >= ATTACHMENT_MAX || !url || !kind || !url_valid(url) || !text_utf8(url, strlen(url)) ||
	    (type && strcmp(type, "image/svg+xml") == 0))
		return;
	one = json_pack("{s:s, s:s}", "type", kind, "url", url);
	if (type)
		json_object_set_new(one, "mediaType", jsonld_new_string(type));
	if (!text_blank(description))
		json_object_set_new(one, "name", jsonld_new_string(description));
	json_array_append_new(list, one);
}

static void add_from_text(json_t *list, const char *html)
{
	void *scratch = talloc_new(NULL);
	const struct html_node *root = html_parse(scratch, html, strlen(html));
	for (const struct html_node *n = root; n && json_array_size(list) < ATTACHMENT_MAX; n = html_next(root, n)) {
		const char *url = html_is(n, "img") ? html_get(n, "src") : NULL;
		if (url)
			add(list, url, media_type(NULL, url), html_get(n, "alt"));
	}
	talloc_free(scratch);
}

json_t *attachment_list(const struct entry *shown)
{
	json_t *list = mem_check(json_array());
	if (shown->image.url)
		add(list, shown->image.url, media_type(NULL, shown->image.url), shown->image.alt);
	if (shown->content)
		add_from_text(list, shown->content);
	for (size_t i = 0; i < shown->enclosure_count; i++) {
		const struct entry_enclosure *e = &shown->enclosures[i];
		const char *type = media_type(e->type, e->url);
		if (type)
			add(list, e->url, type, e->title);
	}
	return list;
}
