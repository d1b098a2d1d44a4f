#include "feeds/match/identity.h"
#include "feeds/match/link.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/text/encode.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* Guids are poor when more than one in BAD_SHARE is bad, in a feed of ENOUGH entries. */
enum { KEY_MAX = 500, BAD_SHARE = 20, ENOUGH = 5 };

/* A key that is too long for an index is replaced by its hash.  Frees value. */
static char *key_of(void *owner, const char *kind, char *value)
{
	size_t size = strlen(value);
	char *hash = size > KEY_MAX ? encode_sha256_hex(value, value, size) : NULL;
	char *key = hash ? mem_printf(owner, "%s:sha256-%s", kind, hash) : mem_printf(owner, "%s:%s", kind, value);
	talloc_free(value);
	return key;
}

static bool is_url(const char *s) { return text_starts(s, "http://") || text_starts(s, "https://"); }

/* Ids are compared byte by byte (RFC 4287 section 4.2.6.1), but those that are URLs change when a blog turns to https. */
static char *normalise_guid(void *owner, const char *guid)
{
	if (!is_url(guid))
		return mem_dup(owner, guid);
	char *name = mem_dup(owner, strchr(guid, ':') + 3);
	size_t n = strlen(name);
	if (n > 1 && name[n - 1] == '/')
		name[n - 1] = '\0';
	return name;
}

char *identity_guid_key(void *owner, const char *guid) { return key_of(owner, "guid", normalise_guid(owner, guid)); }

static char *guid_key(void *owner, const struct entry *e, enum identity_policy policy)
{
	if (text_blank(e->guid))
		return NULL;
	/* A guid that is the link is volatile as well. */
	if (policy & IDENTITY_VOLATILE_LINKS && !text_blank(e->link) && is_url(e->guid) && strchr(e->guid, '?') &&
	    strcmp(link_normalise_without_query(owner, e->guid), link_normalise_without_query(owner, e->link)) == 0)
		return NULL;
	return identity_guid_key(owner, e->guid);
}

static char *link_key(void *owner, const struct entry *e, enum identity_policy policy)
{
	if (text_blank(e->link))
		return NULL;
	char *name = policy & IDENTITY_VOLATILE_LINKS ? link_normalise_without_query(owner, e->link) : link_normalise(owner, e->link);
	return link_is_front_page(name) ? NULL : key_of(owner, "link", name);
}

char *identity_origin_key(void *owner, const struct entry *e)
{
	const struct entry first = { .link = e->origin };
	return link_key(owner, &first, IDENTITY_BY_GUID);
}

/* A title alone is no identity; with the date it is one, as long as the text confirms it. */
static char *title_key(void *owner, const struct entry *e, bool undated)
{
	if (text_blank(e->title) || (!e->published && !undated))
		return NULL;
	char *text = mem_printf(owner, "%s\n%lld", text_squeeze(owner, e->title), (long long)(e->published / 1000));
	return mem_printf(owner, "title:%s", encode_sha256_hex(owner, text, strlen(text)));
}

char *identity_text_key(void *owner, const struct entry *e)
{
	char *text = mem_printf(owner, "%s\n%s\n%s", e->title ? e->title : "", e->content ? e->content : e->summary ? e->summary : "",
	                        text_blank(e->title) && e->published_text ? e->published_text : "");
	return mem_printf(owner, "hash:%s", encode_sha256_hex(owner, text, strlen(text)));
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The keys of a feed, sorted, to find repeated ones. */
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

/* Is key there more than once?  Equal keys are neighbours. */
static bool repeated(const struct tally *t, const char *key)
{
	const char **hit = bsearch(&key, t->sorted, t->count, sizeof *t->sorted, by_text);
	if (!hit)
		return false;
	return (hit > t->sorted && strcmp(hit[-1], key) == 0) || (hit + 1 < t->sorted + t->count && strcmp(hit[1], key) == 0);
}

/* The keys of all entries of a feed, by kind. */
struct kinds {
	char **guids, **links, **titles;
	struct tally guid_tally, link_tally, title_tally;
	struct set *shown; /* repeated guids that were given to an entry */
};

/* Entries that share a page are told apart by the fragments of their links. */
static void add_fragments(void *owner, const struct feed *feed, struct kinds *k)
{
	for (size_t i = 0; i < feed->count; i++) {
		const char *fragment = k->links[i] ? link_fragment(feed->entries[i]->link) : NULL;
		if (fragment && repeated(&k->link_tally, k->links[i]))
			k->links[i] = key_of(owner, "link", mem_printf(owner, "%s#%s", k->links[i] + strlen("link:"), fragment));
	}
	k->link_tally = tally_of(owner, k->links, feed->count);
}

static struct kinds *kinds_of(void *owner, const struct feed *feed, enum identity_policy policy)
{
	struct kinds *k = mem_new(owner, struct kinds);
	k->guids = mem_array(k, char *, feed->count + 1);
	k->links = mem_array(k, char *, feed->count + 1);
	k->titles = mem_array(k, char *, feed->count + 1);
	k->shown = set_new(k);
	for (size_t i = 0; i < feed->count; i++) {
		const struct entry *e = feed->entries[i];
		k->guids[i] = guid_key(k, e, policy);
		k->links[i] = link_key(k, e, policy);
		k->titles[i] = title_key(k, e, !k->guids[i] && !k->links[i]);
	}
	k->guid_tally = tally_of(k, k->guids, feed->count);
	k->link_tally = tally_of(k, k->links, feed->count);
	k->title_tally = tally_of(k, k->titles, feed->count);
	add_fragments(k, feed, k);
	return k;
}

static void add(struct identity *id, const char *key, enum identity_trust trust)
{
	if (!key)
		return;
	id->keys[id->count] = key;
	id->trust[id->count++] = trust;
}

static char *unless_repeated(const struct tally *t, char *key) { return key && !repeated(t, key) ? key : NULL; }

/* The keys of an entry whose guid is missing or poor. */
static void add_poor(struct identity *id, const struct entry *e, struct kinds *k, char *guid, char *link, char *title)
{
	bool many = guid && repeated(&k->guid_tally, guid);
	add(id, link, IDENTITY_FIRM);
	if (many)
		add(id, mem_printf(k, "%s %s", guid, link ? link : title ? title : identity_text_key(k, e)), IDENTITY_FIRM);
	/* Of entries that share a guid only the first gets it as a key; it may have been the only one before. */
	if (guid && (!many || set_add(k->shown, guid)))
		add(id, guid, IDENTITY_WEAK);
}

/* Firm keys come first, so that the archive looks them up first. */
static void fill(struct identity *id, const struct feed *feed, size_t i, struct kinds *k, enum identity_policy policy)
{
	char *guid = k->guids[i], *link = unless_repeated(&k->link_tally, k->links[i]), *title = unless_repeated(&k->title_tally, k->titles[i]);
	if (!guid || policy & IDENTITY_POOR_GUIDS || repeated(&k->guid_tally, guid)) {
		add_poor(id, feed->entries[i], k, guid, link, title);
	} else {
		add(id, guid, IDENTITY_FIRM);
		add(id, link, IDENTITY_LIKELY);
	}
	add(id, identity_origin_key(k, feed->entries[i]), IDENTITY_LIKELY);
	if (!guid && !link)
		add(id, identity_text_key(k, feed->entries[i]), IDENTITY_FIRM);
	add(id, title, IDENTITY_ALIKE);
}

struct identity *identity_keys(void *owner, const struct feed *feed, enum identity_policy policy)
{
	struct identity *all = mem_array(owner, struct identity, feed->count + 1);
	struct kinds *k = kinds_of(all, feed, policy);
	for (size_t i = 0; i < feed->count; i++)
		fill(&all[i], feed, i, k, policy);
	return all;
}

enum identity_policy identity_learn(enum identity_policy policy, const struct feed *feed)
{
	char **guids = mem_array(NULL, char *, feed->count + 1);
	for (size_t i = 0; i < feed->count; i++)
		guids[i] = guid_key(guids, feed->entries[i], policy);
	struct tally t = tally_of(guids, guids, feed->count);
	size_t bad = feed->count - t.count;
	for (size_t i = 1; i < t.count; i++)
		bad += strcmp(t.sorted[i - 1], t.sorted[i]) == 0;
	talloc_free(guids);
	return feed->count >= ENOUGH && bad * BAD_SHARE > feed->count ? policy | IDENTITY_POOR_GUIDS : policy;
}

static void write_field(FILE *out, const char *text)
{
	link_write_stable(out, text);
	fputc('\x1f', out);
}

char *identity_hash(void *owner, const struct entry *e)
{
	struct document *d = document_new(owner);
	FILE *out = document_out(d);
	size_t size;
	write_field(out, e->title);
	write_field(out, e->content);
	write_field(out, e->summary);
	for (size_t i = 0; i < e->tag_count; i++)
		write_field(out, e->tags[i]);
	fputc('\n', out);
	for (size_t i = 0; i < e->enclosure_count; i++)
		write_field(out, e->enclosures[i].url);
	for (size_t i = 0; i < e->author_count; i++)
		write_field(out, e->authors[i].name);
	const char *text = document_text(d, &size);
	char *hash = encode_sha256_hex(owner, text, size);
	talloc_free(d);
	return hash;
}
