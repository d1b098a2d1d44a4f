#include "feeds/ingest/ingest_store.h"
#include "feeds/ingest/backfill_progress.h"
#include "feeds/ingest/brake.h"
#include "feeds/import/import_media.h"
#include "feeds/match/match.h"
#include "feeds/match/origin.h"
#include "feeds/source/alert.h"
#include "feeds/source/rule.h"
#include "feeds/withdraw/vanished.h"
#include "feeds/withdraw/withdrawal.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/html/html.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <string.h>

/* Entries that are made ready before a transaction begins, and bytes of their text. */
enum { BATCH = 100, BATCH_BYTES = 4 << 20 };
/* When at least so many posts look new, and more than half of the feed, their ids have most likely changed. */
enum { SUSPICIOUS = 6 };

/* One call of ingest_store. */
struct storing {
	struct ingest *in;
	const struct source *source;
	const struct feed *feed;
	struct match *match; /* match->known also gets the ids of new entries, when they are stored */
	bool announce, only_new, partial;
	bool hold;                    /* new entries wait for approval */
	const int64_t *dates;         /* of the entries */
	struct ingest_result *result;
	struct rule *rules;
	size_t rule_count;
	char **full;                  /* the articles from the entries' own pages, or NULL; each NULL where there is none */
	size_t news;                  /* that this transaction has stored */
	struct alert_waiting waiting; /* what this fetch leaves for the owner to approve; count 0 once it is told */
};

/* After the rules have changed, an entry that the feed already showed under the old rules is no news. */
static bool is_news(const struct storing *st, const struct entry *e)
{
	int64_t written = e->published ? e->published : e->updated;
	return st->announce && (!written || written >= st->source->quiet_before);
}

static size_t count_new(const struct storing *st)
{
	size_t fresh = 0;
	for (size_t i = 0; i < st->feed->count; i++)
		fresh += st->match->known[i] == 0 && !withdrawal_is_expired(st->feed, i) && is_news(st, st->feed->entries[i]) && rule_admits(st->rules, st->rule_count, st->feed->entries[i]);
	return fresh;
}

/* An entry that the rules exclude is not stored, but one that is in the archive already may still be revised. */
static bool is_wanted(const struct storing *st, size_t i)
{
	return !st->match->duplicate[i] && !withdrawal_is_expired(st->feed, i) && (st->match->known[i] || rule_admits(st->rules, st->rule_count, st->feed->entries[i]));
}

static size_t text_length_of(const char *html)
{
	struct html_node *root = html_parse(NULL, html, strlen(html));
	char *text = html_inner_text(root, root), *squeezed = text_squeeze(root, text);
	size_t length = text_length(squeezed);
	talloc_free(root);
	return length;
}

/* Takes the article of the page when it is longer than the feed's text; did it?  The hash that detects revisions is of the feed's text. */
static bool use_full(const struct storing *st, size_t i, struct entry *e)
{
	const char *full = st->full ? st->full[i] : NULL;
	if (!full || text_length_of(full) <= text_length_of(e->content))
		return false;
	e->content = e->warning ? ingest_ready_warned(e, e->warning, full) : full;
	return true;
}

/* Is its full text to be fetched: is the entry wanted, and new or changed? */
static bool wants_full(const struct storing *st, size_t i, bool *wants, struct error *err)
{
	void *scratch = talloc_new(NULL);
	bool fine = true;
	*wants = is_wanted(st, i) && st->feed->entries[i]->link;
	if (*wants) {
		const struct ingest_ready *made = st->in->ready;
		struct archive_post post = { .publication = st->source->publication, .keys = st->match->identities[i].keys,
		                             .hash = made ? made[i].hash : ingest_ready_entry(scratch, st->source, st->feed, i, 0).hash };
		fine = archive_would_change(st->in->db, &post, wants, err);
	}
	talloc_free(scratch);
	return fine;
}

static char *prefetched_text(const struct full_texts *texts, const char *link)
{
	for (size_t i = 0; i < texts->count; i++)
		if (strcmp(texts->links[i], link) == 0)
			return texts->articles[i];
	return NULL;
}

/* Runs before anything is stored, so that no transaction waits for a page.  The newest entries come first. */
static bool fetch_full(struct storing *st, struct error *err)
{
	struct full_text_poll poll = { .in = st->in, .source = st->source };
	const struct full_texts *prefetched = st->in->prefetched;
	bool fine = true;
	st->full = mem_array(st->waiting.owner, char *, st->feed->count + 1);
	for (size_t i = 0; fine && i < st->feed->count && poll.pages < FULL_TEXT_PAGES; i++) {
		const char *link = st->feed->entries[i]->link;
		bool wants = link != NULL;
		if (prefetched && link) {
			st->full[i] = prefetched_text(prefetched, link);
			continue;
		}
		fine = wants_full(st, i, &wants, err);
		if (fine && wants)
			st->full[i] = full_text_fetch(st->full, &poll, link);
	}
	return fine;
}

struct full_texts *ingest_store_full_texts(void *owner, struct ingest *in, const struct source *source, const struct feed *feed, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct full_texts *all = mem_new(owner, struct full_texts);
	struct storing st = { .in = in, .source = source, .feed = feed, .match = match_feed(scratch, in->db, source, feed, err) };
	bool fine = st.match && rule_list(scratch, in->db, source->id, &st.rules, err);
	st.rule_count = fine ? talloc_array_length(st.rules) : 0;
	for (size_t i = 0; fine && i < feed->count && all->count < FULL_TEXT_PAGES; i++) {
		bool wants;
		fine = wants_full(&st, i, &wants, err);
		if (fine && wants)
			*mem_push(all, all->links, all->count) = mem_dup(all, feed->entries[i]->link);
	}
	all->articles = mem_array(all, char *, all->count + 1);
	talloc_free(scratch);
	if (fine)
		return all;
	talloc_free(all);
	return NULL;
}

static struct archive_post post_of(const struct storing *st, const struct ingest_ready *r)
{
	return (struct archive_post){
		.publication = st->source->publication, .source = st->source->id, .entry = r->entry, .text = r->text, .hash = r->hash,
		.pictures = r->pictures, .picture_count = r->picture_count,
		.keys = st->match->identities[r->at].keys, .announce = is_news(st, st->feed->entries[r->at]),
		.hold = st->hold, .only_new = st->only_new, .pictures_most = st->in->config ? (int64_t)st->in->config->picture_megabytes << 20 : 0,
	};
}

/* What the export has of the pictures that an entry shows. */
static void add_media(const struct storing *st, void *owner, struct ingest_ready *r)
{
	size_t count;
	struct picture *all = import_media_take(owner, st->in->media, r->text->pictures, r->text->picture_count, &count);
	for (size_t i = 0; i < count; i++)
		*mem_push(owner, r->pictures, r->picture_count) = all[i];
}

static size_t size_of(const struct ingest_ready *r)
{
	size_t size = strlen(r->entry->content);
	for (size_t i = 0; i < r->picture_count; i++)
		size += r->pictures[i].size;
	return size;
}

static void name_language(const struct storing *st, struct entry *e)
{
	if (!e->language)
		e->language = st->in->language;
}

static bool prepare(const struct storing *st, void *owner, size_t i, struct ingest_ready *r, struct error *err)
{
	bool changes = true;
	*r = ingest_ready_entry(owner, st->source, st->feed, i, st->dates[i]);
	name_language(st, r->entry);
	use_full(st, i, r->entry);
	const struct archive_post post = post_of(st, r);
	if (st->match->known[i] && !archive_would_change(st->in->db, &post, &changes, err))
		return false;
	if (changes)
		r->text = archive_text_make(owner, r->entry);
	if (changes && st->in->media)
		add_media(st, owner, r);
	return true;
}

/* The entry as it was made ready already; with another text it has another teaser. */
static void take_ready(const struct storing *st, void *owner, size_t i, struct ingest_ready *r)
{
	struct entry *full = mem_new(owner, struct entry);
	*r = st->in->ready[i];
	*full = *r->entry;
	r->entry = full;
	/* Whether this is the first import, a helper does not know. */
	full->published = st->dates[i];
	name_language(st, full);
	if (use_full(st, i, full))
		r->text = archive_text_make(owner, full);
}

static bool store(struct storing *st, const struct ingest_ready *r, struct error *err)
{
	bool owns = true;
	enum archive_outcome outcome;
	int64_t *known = &st->match->known[r->at];
	struct archive_post post = post_of(st, r);
	bool fine = !*known || st->only_new || source_owns_text(st->in->db, st->source, *known, &owns, err);
	post.only_new = post.only_new || !owns;
	fine = fine && archive_store(st->in->db, &post, &outcome, known, err);
	st->result->fresh += fine && outcome == ARCHIVE_NEW;
	st->news += fine && outcome == ARCHIVE_NEW && post.announce;
	st->result->revised += fine && outcome == ARCHIVE_REVISED;
	st->result->put_off += fine && outcome == ARCHIVE_PUT_OFF;
	return fine;
}

/* What the first transaction brings, so that nothing waits of which the owner does not know. */
static bool tell_waiting(struct storing *st, struct error *err)
{
	bool fine = !st->waiting.count || alert_waiting_entries(st->in->db, st->source, &st->waiting, err);
	st->waiting.count = 0;
	return fine;
}

/* One transaction, from ready[*done] on. */
static bool store_turn(struct storing *st, const struct ingest_ready *ready, size_t count, size_t *done, struct error *err)
{
	struct db *db = st->in->db;
	if (!db_begin(db, err))
		return false;
	size_t rows = 0;
	bool fine = tell_waiting(st, err);
	st->news = 0;
	while (fine && *done < count && (rows == 0 || !db_turn_over(db, rows))) {
		fine = store(st, &ready[(*done)++], err);
		rows++;
	}
	fine = db_end(db, fine && brake_count(db, st->source->id, st->news, err), err);
	db_give_way(db);
	return fine;
}

/* The same once more when others wrote at that moment: what was rolled back is forgotten. */
static bool store_next(struct storing *st, const struct ingest_ready *ready, size_t count, size_t *done, struct error *err)
{
	const struct ingest_result result = *st->result;
	const size_t from = *done, waiting = st->waiting.count;
	int64_t known[BATCH];
	for (size_t i = from; i < count; i++)
		known[i] = st->match->known[ready[i].at];
	for (int races = 0; !store_turn(st, ready, count, done, err);) {
		if (!db_again(st->in->db, &races))
			return false;
		for (size_t i = from; i < count; i++)
			st->match->known[ready[i].at] = known[i];
		*st->result = result;
		st->waiting.count = waiting;
		*done = from;
	}
	return true;
}

/* Oldest first, so that ids and announcements follow the order in which posts were written. */
static bool store_batch(struct storing *st, size_t *left, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct ingest_ready *ready = mem_array(scratch, struct ingest_ready, BATCH);
	size_t count = 0, bytes = 0, done = 0;
	bool fine = true;
	for (; fine && *left > 0 && count < BATCH && bytes < BATCH_BYTES; --*left) {
		size_t i = *left - 1;
		if (!is_wanted(st, i))
			continue;
		if (st->in->ready)
			take_ready(st, scratch, i, &ready[count]);
		else
			fine = prepare(st, scratch, i, &ready[count], err);
		bytes += size_of(&ready[count++]);
	}
	while (fine && done < count)
		fine = store_next(st, ready, count, &done, err);
	talloc_free(scratch);
	return fine;
}

/* The new entries that will wait for the owner. */
static void list_waiting(struct storing *st)
{
	if (!st->hold)
		return;
	for (size_t i = st->feed->count; i-- > 0;) {
		struct entry named = *st->feed->entries[i];
		named.published = st->dates[i];
		if (!st->match->known[i] && is_wanted(st, i))
			alert_add_waiting(&st->waiting, entry_display_title(st->waiting.owner, &named));
	}
}

/* Does an established source show almost nothing that is known? */
static bool looks_changed(const struct storing *st, size_t fresh)
{
	return st->announce && !st->source->approved && fresh >= SUSPICIOUS && fresh * 2 > st->feed->count;
}

struct flood {
	struct db *db;
	const struct source *source;
	size_t posts;
};

static bool hold_it(void *context, struct error *err)
{
	const struct flood *f = context;
	struct source_settings settings = f->source->settings;
	settings.hold = true;
	return source_set(f->db, f->source->id, &settings, err) && alert_flood(f->db, f->source, f->posts, err);
}

/* The posts of an account come once, so those above the limit are kept for the owner to approve, and all that follow. */
static bool hold_account(struct storing *st, size_t posts, struct error *err)
{
	st->hold = true;
	return db_transact(st->in->db, hold_it, &(struct flood){ st->in->db, st->source, posts }, err);
}

/* Does it bring more new posts within an hour than its past explains?  A feed is held whole then: it will show them again. */
static bool brake(struct storing *st, size_t fresh, struct error *err)
{
	struct brake b;
	if (!st->announce || st->hold || st->source->approved || fresh == 0)
		return true;
	if (!brake_read(st->in->db, st->source, fresh, &b, err))
		return false;
	if (b.before + (int64_t)fresh <= b.most)
		return true;
	if (st->source->kind == SOURCE_ACTOR)
		return hold_account(st, (size_t)b.before + fresh, err);
	st->result->held = true;
	st->result->flood = (size_t)b.before + fresh;
	return true;
}

/* Withdraws what the feed deletes, and looks for entries that are missing from a whole feed; a first import misses nothing. */
static bool withdraw(const struct storing *st, struct error *err)
{
	struct db *db = st->in->db;
	return withdrawal_apply(db, st->source, st->feed, st->match, &st->result->gone, err) &&
	       (st->partial || st->result->first || vanished_detect(db, st->source, st->feed, st->match, err));
}

static bool store_entries(struct storing *st, struct error *err)
{
	bool fine = true;
	if (st->source->settings.full_text && !st->only_new && st->in->client)
		fine = fetch_full(st, err);
	list_waiting(st);
	for (size_t left = st->feed->count; fine && left > 0;)
		fine = store_batch(st, &left, err);
	return fine;
}

static bool store_all(struct storing *st, struct ingest_result *result, struct error *err)
{
	const struct feed *feed = st->feed;
	const struct source *source = st->source;
	bool fine = rule_list(st->waiting.owner, st->in->db, source->id, &st->rules, err);
	st->rule_count = fine ? talloc_array_length(st->rules) : 0;
	size_t fresh = count_new(st);
	result->entries = feed->count;
	result->first = source->imported == 0;
	result->held = fine && looks_changed(st, fresh);
	fine = fine && (result->held || brake(st, fresh, err));
	if (fine && !result->held)
		fine = store_entries(st, err);
	if (result->held)
		result->fresh = fresh;
	return fine && (result->held || st->only_new || withdraw(st, err));
}

bool ingest_store(struct ingest *in, struct source *source, const struct feed *feed, enum ingest_mode mode, struct ingest_result *result,
                  struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct storing st = { .in = in, .source = source, .feed = feed, .result = result, .hold = source->settings.hold && mode != INGEST_ARCHIVE,
	                      .match = origin_check_feed(in->db, feed, err) ? match_feed(scratch, in->db, source, feed, err) : NULL,
	                      .announce = mode != INGEST_ARCHIVE && source->imported != 0, .only_new = mode >= INGEST_MAIL, .partial = mode == INGEST_PUSH || mode == INGEST_MAIL,
	                      .dates = ingest_ready_dates(scratch, source, feed), .waiting = { .owner = scratch, .name = feed->title ? feed->title : source->title } };
	bool fine = st.match && store_all(&st, result, err);
	if (fine && mode == INGEST_POLL)
		source->identity = (int)st.match->policy;
	if (fine && result->first && mode == INGEST_POLL)
		fine = backfill_progress_note_newest(in->db, source, feed, result->fresh, err);
	talloc_free(scratch);
	return fine;
}
