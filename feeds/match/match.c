#include "feeds/match/match.h"
#include "feeds/match/link.h"
#include "feeds/match/origin.h"
#include "feeds/match/similarity.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/text/text.h"
#include <stdlib.h>
#include <string.h>

/* The limit of keys per entry, for sources that change ids at every fetch. */
enum { KEYS_MAX = 40 };
/* In percent (similarity.h): a post under another id is the same from ALIKE on; after the owner's approval, and when nothing but
 * date and text is left of it, from SAME on. */
enum { ALIKE = 50, SAME = 80 };
/* Bytes of a text that say something; "Photo" does not. */
enum { TEXT_MIN = 60 };

struct matching {
	struct db *db;
	const struct source *source;
	const struct feed *feed;
	struct match *match;
	struct set *claimed;   /* ids of entries */
	size_t volatile_links; /* entries whose link differs only in the query, and which were matched by title and date alone */
};

/* The entry of the archive that has a key. */
struct candidate {
	int64_t id;
	char *title, *link, *content;
	int64_t published, keys;
};

/* False when another entry of the feed has matched it. */
static bool claim(struct matching *m, size_t i, int64_t id)
{
	char text[32];
	snprintf(text, sizeof text, "%lld", (long long)id);
	if (!set_add(m->claimed, text))
		return false;
	m->match->known[i] = id;
	return true;
}

static bool is_claimed(const struct matching *m, int64_t id)
{
	char text[32];
	snprintf(text, sizeof text, "%lld", (long long)id);
	return set_has(m->claimed, text);
}

/* Matches by firm keys. */
static bool match_firmly(struct matching *m, size_t i, struct error *err)
{
	const struct identity *id = &m->match->identities[i];
	for (size_t k = 0; k < id->count && id->trust[k] == IDENTITY_FIRM; k++) {
		const char *const one[] = { id->keys[k], NULL };
		int64_t entry;
		if (!archive_known(m->db, m->source->publication, one, &entry, err))
			return false;
		if (!entry)
			continue;
		m->match->duplicate[i] = !claim(m, i, entry);
		m->match->known[i] = entry;
		return true;
	}
	return true;
}

static bool look_up(void *owner, struct matching *m, const char *key, struct candidate *c, struct error *err)
{
	struct db_rows *rows = db_query(m->db, "SELECT e.id, e.title, e.link, e.content, e.published, (SELECT count(*) FROM entry_key a WHERE a.entry = e.id)"
	                                       " FROM entry_key k JOIN entry e ON e.id = k.entry WHERE k.publication = $1 AND k.key = $2",
	                                DB_ARGS(db_int(m->source->publication), db_text(key)));
	*c = (struct candidate){ 0 };
	if (db_next(rows))
		*c = (struct candidate){ db_column_int(rows, 0), db_column_dup(owner, rows, 1), db_column_dup(owner, rows, 2), db_column_dup(owner, rows, 3),
		                         db_column_int(rows, 4), db_column_int(rows, 5) };
	return db_finish(rows, err);
}

static bool same_title(void *scratch, const char *a, const char *b)
{
	return strcmp(text_squeeze(scratch, a ? a : ""), text_squeeze(scratch, b ? b : "")) == 0;
}

static const char *text_of(const struct entry *e) { return text_blank(e->content) ? e->summary : e->content; }

/* Do title, date and text confirm a match by a key of this trust? */
static bool confirms(void *scratch, const struct entry *e, const struct candidate *c, enum identity_trust trust)
{
	bool titled = same_title(scratch, e->title, c->title), dated = e->published && e->published / 1000 == c->published / 1000;
	switch (trust) {
	case IDENTITY_FIRM: return true;
	case IDENTITY_LIKELY: return titled || dated || !e->published;
	case IDENTITY_WEAK: return (titled && !text_blank(e->title)) || dated;
	case IDENTITY_ALIKE: return similarity_overlap(text_of(e), c->content) >= ALIKE;
	}
	return false;
}

static void drop_key(struct identity *id, size_t k)
{
	id->count--;
	for (; k < id->count; k++) {
		id->keys[k] = id->keys[k + 1];
		id->trust[k] = id->trust[k + 1];
	}
	id->keys[k] = NULL;
}

/* Counts a volatile link: the guid does not identify the entry, and the link differs only in the query. */
static void count_volatile(struct matching *m, const struct entry *e, const struct candidate *c)
{
	bool guided = !text_blank(e->guid) && !link_differs_in_query(e->guid, c->link);
	m->volatile_links += !guided && link_differs_in_query(e->link, c->link);
}

/* Matches entry i with c by key k.  When c has too many keys already, it gets no more. */
static void accept(struct matching *m, size_t i, size_t k, const struct candidate *c)
{
	struct identity *id = &m->match->identities[i];
	claim(m, i, c->id);
	count_volatile(m, m->feed->entries[i], c);
	if (c->keys < KEYS_MAX)
		return;
	id->keys[0] = id->keys[k];
	id->trust[0] = id->trust[k];
	while (id->count > 1)
		drop_key(id, 1);
}

/* Matches by the remaining keys, the most trusted first, and drops keys that belong to another entry. */
static bool match_loosely(struct matching *m, size_t i, struct error *err)
{
	struct identity *id = &m->match->identities[i];
	void *scratch = talloc_new(NULL);
	bool fine = true;
	for (size_t k = 0; fine && !m->match->known[i] && k < id->count;) {
		struct candidate c;
		fine = look_up(scratch, m, id->keys[k], &c, err);
		if (c.id && (is_claimed(m, c.id) || !confirms(scratch, m->feed->entries[i], &c, id->trust[k])))
			drop_key(id, k);
		else if (fine && c.id)
			accept(m, i, k, &c);
		else
			k++;
	}
	talloc_free(scratch);
	return fine;
}

/* An entry whose keys all belong to others is identified by its text. */
static bool ensure_key(struct matching *m, size_t i, struct error *err)
{
	struct identity *id = &m->match->identities[i];
	if (id->count > 0)
		return true;
	id->keys[id->count++] = identity_text_key(m->match, m->feed->entries[i]);
	id->trust[0] = IDENTITY_FIRM;
	return match_firmly(m, i, err);
}

/* After an approval: matches by title and text with what this source has brought. */
static bool match_approved(struct matching *m, size_t i, struct error *err)
{
	const struct entry *e = m->feed->entries[i];
	void *scratch = talloc_new(NULL);
	int64_t found = 0;
	struct db_rows *rows = db_query(m->db, "SELECT e.id, e.content FROM entry e WHERE e.publication = $1 AND e.title = $2 AND EXISTS"
	                                       " (SELECT 1 FROM entry_key k WHERE k.entry = e.id AND k.source = $3) ORDER BY e.published DESC LIMIT 20",
	                                DB_ARGS(db_int(m->source->publication), db_text(e->title), db_int(m->source->id)));
	while (db_next(rows))
		if (!found && !is_claimed(m, db_column_int(rows, 0)) && similarity_whole(text_of(e), db_column_text(rows, 1)) >= SAME)
			found = db_column_int(rows, 0);
	bool fine = db_finish(rows, err);
	if (fine && found) {
		claim(m, i, found);
		fine = archive_add_keys(m->db, found, m->source->id, m->match->identities[i].keys, err);
	}
	talloc_free(scratch);
	return fine;
}

/* Matches by date and text with a post that the feed shows no more: its title, slug and id were corrected at once. */
static bool match_corrected(struct matching *m, size_t i, struct error *err)
{
	const struct entry *e = m->feed->entries[i];
	const char *text = text_of(e);
	int64_t found = 0;
	if (!e->published || !text || strlen(text) < TEXT_MIN)
		return true;
	struct db_rows *rows = db_query(m->db, "SELECT e.id, e.content FROM entry e WHERE e.publication = $1 AND e.state <> $4 AND e.published = $2 AND EXISTS"
	                                       " (SELECT 1 FROM entry_key k WHERE k.entry = e.id AND k.source = $3) ORDER BY e.id LIMIT 20",
	                                DB_ARGS(db_int(m->source->publication), db_int(e->published), db_int(m->source->id), db_int(ENTRY_WITHDRAWN)));
	while (db_next(rows)) {
		const char *known = db_column_text(rows, 1);
		if (!found && !is_claimed(m, db_column_int(rows, 0)) && known && strlen(known) >= TEXT_MIN && similarity_whole(text, known) >= SAME)
			found = db_column_int(rows, 0);
	}
	if (!db_finish(rows, err))
		return false;
	if (!found)
		return true;
	claim(m, i, found);
	return archive_add_keys(m->db, found, m->source->id, m->match->identities[i].keys, err);
}

/* Posts of ours, and copies of what the archive has from elsewhere, are neither new nor revisions. */
static bool match_returned(struct matching *m, struct error *err)
{
	struct publication *p = publication_by_id(m->claimed, m->db, m->source->publication, err);
	bool fine = p != NULL;
	for (size_t i = 0; fine && i < m->feed->count; i++) {
		fine = origin_entry(m->db, p, m->feed->entries[i], &m->match->known[i], err);
		m->match->duplicate[i] = m->match->known[i] != 0;
	}
	return fine;
}

static bool match_by_text(struct matching *m, size_t i, struct error *err)
{
	const int64_t *known = &m->match->known[i];
	if (!ensure_key(m, i, err))
		return false;
	if (m->feed->firm_ids)
		return true;
	if (!*known && m->source->approved && !text_blank(m->feed->entries[i]->title) && !match_approved(m, i, err))
		return false;
	return *known || !m->source->imported || match_corrected(m, i, err);
}

static bool match_all(struct matching *m, struct error *err)
{
	struct match *result = m->match;
	size_t count = m->feed->count;
	if (!match_returned(m, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!result->known[i] && !match_firmly(m, i, err))
			return false;
	for (size_t i = 0; i < count; i++)
		if (!result->known[i] && !match_loosely(m, i, err))
			return false;
	for (size_t i = 0; i < count; i++) {
		if (!match_by_text(m, i, err))
			return false;
		result->fresh += !result->known[i];
	}
	return true;
}

struct match *match_feed(void *owner, struct db *db, const struct source *source, const struct feed *feed, struct error *err)
{
	struct match *result = mem_new(owner, struct match);
	struct matching m = { db, source, feed, result, set_new(result), 0 };
	result->policy = identity_learn((enum identity_policy)source->identity, feed);
	result->identities = identity_keys(result, feed, result->policy);
	result->known = mem_array(result, int64_t, feed->count + 1);
	result->duplicate = mem_array(result, bool, feed->count + 1);
	if (!match_all(&m, err)) {
		talloc_free(result);
		return NULL;
	}
	if (m.volatile_links > 1 || (m.volatile_links == 1 && feed->count == 1))
		result->policy |= IDENTITY_VOLATILE_LINKS;
	return result;
}
