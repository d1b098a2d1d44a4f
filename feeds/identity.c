#include "feeds/identity.h"
#include "gateway/base/document.h"
#include "gateway/base/encode.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 500, BAD_SHARE = 20 };

/* http and https of an address are the same; so are addresses with and without a trailing slash. */
static char *plain_url(void *owner, const char *s)
{
	char *t = mem_dup(owner, text_starts(s, "https://") ? s + 8 : text_starts(s, "http://") ? s + 7 : s);
	size_t n = strlen(t);
	if (n > 1 && t[n - 1] == '/' && t != s)
		t[n - 1] = '\0';
	return t;
}

/* A key that is too long for an index is known by its hash. */
static char *key_of(void *owner, const char *kind, const char *value)
{
	char *key = mem_printf(owner, "%s:%s", kind, value);
	return strlen(key) <= KEY_MAX ? key : mem_printf(owner, "%s:sha256-%s", kind, encode_sha256_hex(owner, value, strlen(value)));
}

static char *guid_key(void *owner, const struct entry *e)
{
	bool url = e->guid && (text_starts(e->guid, "http://") || text_starts(e->guid, "https://"));
	return text_blank(e->guid) ? NULL : key_of(owner, "guid", url ? plain_url(owner, e->guid) : e->guid);
}

static char *link_key(void *owner, const struct entry *e) { return text_blank(e->link) ? NULL : key_of(owner, "link", plain_url(owner, e->link)); }

static char *hash_key(void *owner, const struct entry *e)
{
	char *text = mem_printf(owner, "%s\n%s\n%s", e->title ? e->title : "", e->content ? e->content : e->summary ? e->summary : "",
	                        text_blank(e->title) && e->published_text ? e->published_text : "");
	return mem_printf(owner, "hash:%s", encode_sha256_hex(owner, text, strlen(text)));
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The keys that stand in the feed, sorted, to see which stand there twice. */
struct tally {
	const char **sorted;
	size_t count;
};

static struct tally tally_of(void *owner, char **keys, size_t count)
{
	struct tally t = { mem_array(owner, const char *, count + 1), 0 };
	for (size_t i = 0; i < count; i++)
		if (keys[i])
			t.sorted[t.count++] = keys[i];
	qsort(t.sorted, t.count, sizeof *t.sorted, by_text);
	return t;
}

/* Does key stand there more than once?  Its like are its neighbours, so nothing needs to be counted. */
static bool repeated(const struct tally *t, const char *key)
{
	const char **hit = bsearch(&key, t->sorted, t->count, sizeof *t->sorted, by_text);
	if (!hit)
		return false;
	return (hit > t->sorted && strcmp(hit[-1], key) == 0) || (hit + 1 < t->sorted + t->count && strcmp(hit[1], key) == 0);
}

/* Are this feed's guids of so little use that links come first? */
static bool poor_guids(const struct tally *t, size_t count)
{
	size_t bad = count - t->count;
	for (size_t i = 1; i < t->count; i++)
		bad += strcmp(t->sorted[i - 1], t->sorted[i]) == 0;
	return bad * BAD_SHARE > count;
}

static bool seen_before(char **keys, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (keys[k] && strcmp(keys[k], keys[i]) == 0)
			return true;
	return false;
}

static void add(const char **keys, size_t *n, const char *key)
{
	if (key)
		keys[(*n)++] = key;
}

const char *const **identity_keys(void *owner, const struct feed *feed)
{
	const char ***all = mem_array(owner, const char **, feed->count + 1);
	char **guids = mem_array(all, char *, feed->count + 1), **links = mem_array(all, char *, feed->count + 1);
	for (size_t i = 0; i < feed->count; i++) {
		guids[i] = guid_key(all, feed->entries[i]);
		links[i] = link_key(all, feed->entries[i]);
	}
	struct tally guid_tally = tally_of(all, guids, feed->count), link_tally = tally_of(all, links, feed->count);
	bool poor = poor_guids(&guid_tally, feed->count);
	for (size_t i = 0; i < feed->count; i++) {
		const struct entry *e = feed->entries[i];
		const char **keys = all[i] = mem_array(all, const char *, 4);
		size_t n = 0;
		char *guid = guids[i], *link = links[i] && !repeated(&link_tally, links[i]) ? links[i] : NULL;
		if (guid && repeated(&guid_tally, guid) && (poor || seen_before(guids, i)))
			guid = mem_printf(all, "%s %s", guid, links[i] ? links[i] : hash_key(all, e));
		add(keys, &n, poor ? link : guid);
		add(keys, &n, poor ? guid : link);
		if (n == 0)
			add(keys, &n, hash_key(all, e));
	}
	return (const char *const **)all;
}

static void say(FILE *out, void *scratch, const char *text) { fprintf(out, "%s\x1f", text ? text_squeeze(scratch, text) : ""); }

char *identity_hash(void *owner, const struct entry *e)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	size_t size;
	say(out, d, e->title);
	say(out, d, e->content);
	say(out, d, e->summary);
	for (size_t i = 0; i < e->tag_count; i++)
		say(out, d, e->tags[i]);
	fputc('\n', out);
	for (size_t i = 0; i < e->enclosure_count; i++)
		say(out, d, e->enclosures[i].url);
	for (size_t i = 0; i < e->author_count; i++)
		say(out, d, e->authors[i].name);
	const char *text = document_text(d, &size);
	char *hash = encode_sha256_hex(owner, text, size);
	talloc_free(d);
	return hash;
}
