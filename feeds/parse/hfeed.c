/* HTML pages with h-feed and h-entry (microformats.org/wiki/h-feed), or their predecessor hAtom. */
#include "feeds/dates/dates.h"
#include "feeds/parse/discover.h"
#include "feeds/parse/microformats.h"
#include "feeds/parse/dialect.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/escape.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Pictures, links and tags of one entry. */
enum { MOST = 50 };

/* A page, and the feed that is read from it. */
struct page {
	struct feed *feed;
	const char *base;
	const struct html_node *root;
};

static bool names_entry(const char *text) { return strstr(text, "h-entry") || strstr(text, "hentry"); }

static bool is_hfeed(const struct feed_input *in) { return !in->root && discover_is_page(in->text, in->size, NULL) && names_entry(in->text); }

static const char *base_of(void *owner, const struct html_node *root, const char *url)
{
	for (const struct html_node *n = root; n; n = html_next(root, n))
		if (html_is(n, "base") && html_get(n, "href")) {
			char *base = url ? url_resolve(owner, url, html_get(n, "href")) : mem_dup(owner, html_get(n, "href"));
			return base ? base : url;
		}
	return url;
}

static const char *language_of(void *owner, const struct html_node *node)
{
	for (const struct html_node *n = node; n; n = n->parent)
		if (n->kind == HTML_ELEMENT && html_get(n, "lang"))
			return mem_dup(owner, html_get(n, "lang"));
	return NULL;
}

static void read_date(struct record *r, struct record_date *into, const struct html_node *node)
{
	char *text = into->text ? NULL : microformats_date(r, node);
	if (!text)
		return;
	*into = (struct record_date){ .text = text, .rank = RECORD_NATIVE };
	if (!dates_parse(text, &into->ms))
		into->ms = 0;
}

/* Name and URL of an h-card; the text of any other element is the name. */
static struct entry_person person(void *owner, const struct page *p, const struct html_node *node)
{
	bool classic;
	struct entry_person who = { 0 };
	bool card = microformats_kind(node, &classic) == MICROFORMAT_CARD;
	for (struct html_node *n = microformats_next(node, NULL); card && n; n = microformats_next(node, n)) {
		if (!who.name && (html_has_class(n, "p-name") || html_has_class(n, "fn")))
			who.name = microformats_text(owner, n);
		if (!who.url && (html_has_class(n, "u-url") || html_has_class(n, "url")))
			who.url = microformats_url(owner, n, p->base);
	}
	if (!who.name)
		who.name = microformats_text(owner, node);
	if (!who.url && html_is(node, "a"))
		who.url = microformats_url(owner, node, p->base);
	return who;
}

static void add_author(struct record *r, const struct page *p, const struct html_node *node)
{
	struct entry_person who = person(r, p, node);
	if ((who.name || who.url) && r->author_count < MOST) {
		*mem_push(r, r->authors, r->author_count) = who;
		r->author_rank = RECORD_NATIVE;
	}
}

static void add_media(struct record *r, const struct page *p, const struct html_node *node, const char *kind)
{
	char *href = r->link_count < MOST ? microformats_url(r, node, p->base) : NULL;
	const char *type = html_get(node, "type");
	if (href)
		record_add_link(r, (struct record_link){ .rel = "enclosure", .href = href, .type = type ? mem_dup(r, type) : kind });
}

static bool lies_in(const struct html_node *node, const struct html_node *within)
{
	for (; node && within; node = node->parent)
		if (node == within)
			return true;
	return false;
}

/* A picture outside of the content is added to it, because it may be all that the post has. */
static void add_photo(struct record *r, const struct page *p, const struct html_node *node, const struct html_node *content, FILE *beside)
{
	char *href = r->picture_count < MOST ? microformats_url(r, node, p->base) : NULL;
	const char *alt = html_get(node, "alt");
	if (!href)
		return;
	*mem_push(r, r->pictures, r->picture_count) = (struct record_image){ .href = href, .title = mem_dup_or_null(r, alt) };
	if (lies_in(node, content))
		return;
	fputs("<p><img src=\"", beside);
	html_attr(beside, href);
	fputs("\" alt=\"", beside);
	html_attr(beside, alt ? alt : "");
	fputs("\"></p>", beside);
}

/* A post whose content begins with its name has no title: notes repeat their text as p-name. */
static bool is_named_by_text(const char *name, const char *text)
{
	size_t n = strlen(name);
	while (n && strchr(". ", name[n - 1]))
		n--;
	if (n >= 3 && memcmp(name + n - 3, "…", 3) == 0)
		n -= 3;
	return n == 0 || strncmp(name, text, n) == 0;
}

/* Keeps the first element of a property. */
static void find_once(const struct html_node **found, const struct html_node *node, const char *property, bool classic)
{
	if (!*found && microformats_has(node, property, classic))
		*found = node;
}

struct parts {
	const struct html_node *name, *content, *summary, *url, *uid;
	bool any; /* it has some p- or e- property, so no content is implied */
};

static void find_parts(struct parts *parts, const struct html_node *item, bool classic)
{
	for (struct html_node *n = microformats_next(item, NULL); n; n = microformats_next(item, n)) {
		const char *list = html_get(n, "class");
		if (!list && !html_get(n, "rel"))
			continue;
		find_once(&parts->name, n, "p-name", classic);
		find_once(&parts->content, n, "e-content", classic);
		find_once(&parts->summary, n, "p-summary", classic);
		find_once(&parts->url, n, "u-url", classic);
		find_once(&parts->uid, n, "u-uid", classic);
		parts->any = parts->any || (list && (text_starts(list, "p-") || text_starts(list, "e-") || strstr(list, " p-") || strstr(list, " e-")));
	}
}

/* The item itself if it is a link, or the only link among its children. */
static const struct html_node *implied_link(const struct html_node *item)
{
	const struct html_node *found = NULL;
	if (html_is(item, "a"))
		return item;
	for (const struct html_node *n = item->first; n; n = n->next)
		if (html_is(n, "a")) {
			if (found)
				return NULL;
			found = n;
		}
	return found;
}

static void read_text(struct record *r, const struct parts *parts, const struct html_node *item, bool classic, const char *beside)
{
	const struct record_text like = { .language = r->language, .base = r->base, .rank = RECORD_NATIVE };
	char *name = parts->name && parts->name != parts->content ? microformats_text(r, parts->name) : NULL;
	char *text = parts->content ? microformats_text(r, parts->content) : NULL;
	if (name && !(text && is_named_by_text(name, text))) {
		r->title = like;
		r->title.value = name;
		r->title.type = RECORD_PLAIN;
	}
	if (parts->content || *beside) {
		struct record_text *content = mem_push(r, r->contents, r->content_count);
		char *inner = parts->content ? microformats_html(r, parts->content) : mem_dup(r, "");
		*content = like;
		content->value = *beside ? mem_printf(r, "%s%s", beside, inner) : inner;
		content->type = RECORD_HTML;
	}
	/* Without an e-content, the whole item is the content. */
	if (!parts->content && !parts->any && !classic) {
		struct record_text *content = mem_push(r, r->contents, r->content_count);
		*content = like;
		content->value = microformats_html(r, item);
		content->type = RECORD_HTML;
	}
	if (parts->summary) {
		r->summary = like;
		r->summary.value = microformats_text(r, parts->summary);
		r->summary.type = RECORD_PLAIN;
	}
}

static void read_address(struct record *r, const struct page *p, const struct parts *parts, const struct html_node *item)
{
	const struct html_node *link = parts->url ? parts->url : implied_link(item);
	r->link = link ? microformats_url(r, link, p->base) : NULL;
	r->id = parts->uid ? microformats_url(r, parts->uid, p->base) : NULL;
	if (parts->uid && !r->id)
		r->id = microformats_text(r, parts->uid);
	/* Classic entries often have only the id attribute of the element. */
	if (!r->link && p->base && html_get(item, "id"))
		r->link = mem_printf(r, "%s#%s", p->base, html_get(item, "id"));
	if (!r->id)
		r->id = r->link;
	if (r->link)
		record_add_link(r, (struct record_link){ .rel = "alternate", .href = r->link });
}

static void read_many(struct record *r, const struct page *p, const struct parts *parts, const struct html_node *item, bool classic, FILE *beside)
{
	for (struct html_node *n = microformats_next(item, NULL); n; n = microformats_next(item, n)) {
		if (!html_get(n, "class") && !html_get(n, "rel"))
			continue;
		if (microformats_has(n, "p-author", classic))
			add_author(r, p, n);
		if (microformats_has(n, "p-category", classic) && r->tag_count < MOST)
			record_add_tag(r, microformats_text(r, n), NULL, NULL);
		if (microformats_has(n, "dt-published", classic))
			read_date(r, &r->published, n);
		if (microformats_has(n, "dt-updated", classic))
			read_date(r, &r->updated, n);
		if (microformats_has(n, "u-photo", classic) || microformats_has(n, "u-featured", classic))
			add_photo(r, p, n, parts->content, beside);
		if (microformats_has(n, "u-video", classic))
			add_media(r, p, n, "video/*");
		if (microformats_has(n, "u-audio", classic))
			add_media(r, p, n, "audio/*");
		if (microformats_has(n, "u-in-reply-to", classic) && !record_value(r, "in_reply_to"))
			record_set_value(r, "in_reply_to", microformats_url(r, n, p->base));
	}
}

static void read_entry(const struct page *p, const struct html_node *item, bool classic)
{
	struct parts parts = { 0 };
	struct record *r = feed_add_record(p->feed);
	if (!r)
		return;
	struct document *beside = document_new(r);
	r->base = p->base;
	r->in_page = true;
	r->language = language_of(r, item);
	find_parts(&parts, item, classic);
	read_many(r, p, &parts, item, classic, document_out(beside));
	read_text(r, &parts, item, classic, document_finish(beside, r));
	read_address(r, p, &parts, item);
}

/* The first feed with an entry in it; NULL: the entries are in no feed. */
static const struct html_node *find_feed(const struct html_node *root)
{
	bool classic;
	const struct html_node *feed = NULL;
	for (struct html_node *n = html_next(root, root); n; ) {
		enum microformat kind = microformats_kind(n, &classic);
		if (kind == MICROFORMAT_ENTRY) {
			for (feed = n->parent; feed && microformats_kind(feed, &classic) != MICROFORMAT_FEED; )
				feed = feed->parent;
			if (feed)
				return feed;
		}
		n = kind == MICROFORMAT_ENTRY || kind == MICROFORMAT_OTHER || kind == MICROFORMAT_CARD ? html_skip(root, n) : html_next(root, n);
	}
	return NULL;
}

/* Entries inside items of other kinds (replies, quotations) do not belong to the feed. */
static void read_entries(const struct page *p, const struct html_node *within)
{
	bool classic;
	for (struct html_node *n = html_next(within, within); n; ) {
		enum microformat kind = microformats_kind(n, &classic);
		if (kind == MICROFORMAT_ENTRY)
			read_entry(p, n, classic);
		n = kind == MICROFORMAT_ENTRY || kind == MICROFORMAT_OTHER || kind == MICROFORMAT_CARD ? html_skip(within, n) : html_next(within, n);
	}
}

/* The <link> and <a> elements of the page with one of these rels. */
static void read_links(struct record *r, const struct page *p)
{
	static const char *const rels[] = { "hub", "self", "canonical", "next" };
	for (const struct html_node *n = p->root; n && r->link_count < MOST; n = html_next(p->root, n)) {
		const char *rel = html_is(n, "link") || html_is(n, "a") ? html_get(n, "rel") : NULL;
		for (size_t i = 0; rel && i < sizeof rels / sizeof *rels; i++) {
			char *href = text_same(rel, rels[i]) && html_get(n, "href") ? microformats_url(r, n, p->base) : NULL;
			if (href)
				record_add_link(r, (struct record_link){ .rel = rels[i], .href = href });
		}
	}
}

static void read_title(struct record *r, const struct page *p)
{
	for (const struct html_node *n = p->root; n && !r->title.value; n = html_next(p->root, n))
		if (html_is(n, "title"))
			r->title = (struct record_text){ .value = microformats_text(r, n), .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
}

static void read_head(struct record *r, const struct page *p, const struct html_node *feed)
{
	bool classic = false;
	/* Without an h-feed, the properties of the page are those of the feed. */
	const struct html_node *item = feed ? feed : p->root;
	r->base = p->base;
	r->language = feed ? language_of(r, feed) : NULL;
	if (feed)
		microformats_kind(feed, &classic);
	for (struct html_node *n = microformats_next(item, NULL); n; n = microformats_next(item, n)) {
		if (!html_get(n, "class"))
			continue;
		if (!r->title.value && html_has_class(n, "p-name"))
			r->title = (struct record_text){ .value = microformats_text(r, n), .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
		if (!r->subtitle.value && html_has_class(n, "p-summary"))
			r->subtitle = (struct record_text){ .value = microformats_text(r, n), .type = RECORD_PLAIN, .rank = RECORD_NATIVE };
		if (html_has_class(n, "p-author") && !classic)
			add_author(r, p, n);
		if (!r->link && html_has_class(n, "u-url"))
			r->link = microformats_url(r, n, p->base);
	}
	read_title(r, p);
	read_links(r, p);
	if (!r->link)
		r->link = p->base;
}

static bool read_hfeed(struct feed *feed, const struct feed_input *in, struct error *err)
{
	struct html_node *root = html_parse_page(NULL, in->text, in->size);
	struct page p = { feed, base_of(feed, root, in->url), root };
	const struct html_node *within = find_feed(root);
	feed->format = "hfeed";
	read_head(feed->record, &p, within);
	read_entries(&p, within ? within : root);
	if (feed->count == 0)
		error_set(err, ERROR_INVALID, "this is no feed but an HTML page");
	talloc_free(root);
	return feed->count > 0;
}

const struct dialect hfeed_dialect = { is_hfeed, read_hfeed };
