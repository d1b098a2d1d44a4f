#include "feeds/parse/feed_parse.h"
#include "feeds/parse/normalise.h"
#include "feeds/parse/recognise.h"
#include "feeds/parse/repeated.h"
#include "feeds/text/decode.h"
#include "feeds/text/repair.h"
#include "feeds/vocabulary/markup.h"
#include "feeds/vocabulary/namespaces.h"
#include "feeds/vocabulary/record.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include <string.h>
#include <strings.h>

/* Only the first fault is kept. */
static void note(struct feed *feed, const char *wrong)
{
	if (!wrong)
		return;
	feed->broken = true;
	if (!feed->wrong)
		feed->wrong = mem_dup(feed, wrong);
}

static bool refuse(const struct feed_input *in, struct error *err)
{
	char *what = recognise_other(NULL, in);
	error_set(err, ERROR_INVALID, "this is no feed but %s", what);
	talloc_free(what);
	return false;
}

/* The next element in document order below root, or NULL. */
static xmlNode *next_element(const xmlNode *root, xmlNode *node)
{
	xmlNode *next = markup_element(node->children);
	while (!next && node != root) {
		next = markup_element(node->next);
		node = node->parent;
	}
	return next;
}

static bool has_entries(xmlNode *root)
{
	for (xmlNode *n = root; n; n = next_element(root, n))
		if (markup_is(n, "item") || markup_is(n, "entry"))
			return true;
	return false;
}

/* The dialect of the root; or of the first element below it that is a feed with entries, which becomes the root. */
static const struct dialect *find_feed(struct feed_input *in)
{
	const struct dialect *found = recognise_dialect(in);
	xmlNode *outer = in->root;
	for (xmlNode *n = outer; n && !found; n = next_element(outer, n)) {
		in->root = n;
		found = n->children && n != outer && !markup_is(n, "entry") ? recognise_dialect(in) : NULL;
		found = found && has_entries(n) ? found : NULL;
	}
	in->root = found ? in->root : outer;
	return found;
}

/* Has the document tags of entries? */
static bool names_entries(const struct feed_input *in)
{
	for (const char *p = in->text; (p = strchr(p, '<')); p++)
		for (size_t i = 0, n; i < 2; i++) {
			static const char *const tags[] = { "<item", "<entry" };
			n = strlen(tags[i]);
			if (!strncasecmp(p, tags[i], n) && p[n] && strchr(" \t\r\n>", p[n]))
				return true;
		}
	return false;
}

static bool read_xml(struct feed *feed, struct feed_input *in, struct error *err)
{
	const char *broken = NULL;
	struct repaired *repaired = repair_xml(feed, in->text, in->size);
	struct markup *markup = markup_read(feed, repaired->text, repaired->size, in->url, &broken, err);
	in->root = markup ? markup->root : NULL;
	if (markup)
		namespaces_resolve(markup->root);
	const struct dialect *dialect = markup ? find_feed(in) : NULL;
	bool fine = dialect ? dialect->read(feed, in, err) : refuse(in, err);
	if (fine && in->root != markup->root)
		note(feed, "the feed is inside of another document");
	feed->lost = fine && feed->count == 0 && names_entries(in);
	note(feed, feed->lost ? "it has entries, but where they cannot be found" : NULL);
	note(feed, repaired->wrong);
	note(feed, broken);
	in->root = NULL;
	talloc_free(markup);
	talloc_free(repaired);
	return fine;
}

static bool read_any(struct feed *feed, struct feed_input *in, struct error *err)
{
	const struct dialect *dialect = recognise_dialect(in);
	return dialect ? dialect->read(feed, in, err) : read_xml(feed, in, err);
}

struct feed *feed_parse(void *owner, const void *data, size_t size, const char *content_type, const char *url, struct error *err)
{
	if (size > FEED_MAX_SIZE) {
		error_set(err, ERROR_INVALID, "this feed has %zu bytes; more than %u are not read", size, FEED_MAX_SIZE);
		return NULL;
	}
	struct feed *feed = mem_new(owner, struct feed);
	struct decoded *decoded = decode_document(feed, data, size, content_type);
	struct feed_input in = { .text = decoded->text, .size = decoded->size, .url = url && url_valid(url) ? mem_dup(feed, url) : NULL };
	feed->record = record_new(feed, RECORD_FEED);
	feed->encoding = mem_dup(feed, decoded->encoding);
	note(feed, decoded->wrong);
	bool fine = read_any(feed, &in, err);
	talloc_free(decoded);
	if (fine) {
		normalise_feed(feed, in.url);
		repeated_drop(feed);
		return feed;
	}
	talloc_free(feed);
	return NULL;
}

/* Behind comments, instructions, document types and blanks. */
static const char *behind_prolog(const char *p)
{
	static const struct { const char *start, *end; } parts[] = { { "<!--", "-->" }, { "<?", "?>" }, { "<!", ">" } };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		p += strspn(p, " \t\r\n");
		if (!text_starts(p, parts[i].start))
			continue;
		/* A document type has an internal subset in brackets. */
		const char *inside = p + strlen(parts[i].start), *bracket = i == 2 ? strpbrk(inside, "[>") : NULL;
		const char *end = bracket && *bracket == '[' ? strchr(bracket, ']') : inside;
		end = end ? strstr(end, parts[i].end) : NULL;
		p = end ? end + strlen(parts[i].end) : p + strlen(p);
		i = (size_t)-1;
	}
	return p;
}

struct feed *feed_parse_hollow(void *owner, const void *data, size_t size, const char *content_type)
{
	struct feed *feed = mem_new(owner, struct feed);
	struct decoded *decoded = size > FEED_MAX_SIZE ? NULL : decode_document(feed, data, size, content_type);
	if (!decoded || text_blank(decoded->text) || !text_blank(behind_prolog(decoded->text))) {
		talloc_free(feed);
		return NULL;
	}
	feed->format = "";
	feed->record = record_new(feed, RECORD_FEED);
	feed->encoding = mem_dup(feed, decoded->encoding);
	note(feed, "it has no element");
	return feed;
}
