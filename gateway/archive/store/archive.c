#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_day.h"
#include "gateway/archive/store/archive_history.h"
#include "gateway/archive/store/entry_pictures.h"
#include "gateway/archive/store/picture_rows.h"
#include "gateway/archive/store/tally.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <stdio.h>
#include <string.h>

/* The stored state of an entry that a source shows again. */
struct known {
	int64_t id; /* 0: it is new */
	enum entry_state state;
	enum archive_withdrawer withdrawer;
	bool revived; /* it was withdrawn until now */
	bool ours; /* the source of the post has shown it before under the key that found it */
	int64_t revised;
	int64_t source; /* the source that owns its text, or 0 */
	char *hash, *link;
};

static bool find(void *owner, struct db *db, const struct archive_post *post, struct known *known, struct error *err)
{
	*known = (struct known){ 0 };
	for (const char *const *key = post->keys; *key && !known->id; key++) {
		struct db_rows *rows = db_query(db, "SELECT e.id, e.state, e.hash, e.withdrawn_by, k.source, e.revised, e.link, e.source FROM entry_key k JOIN entry e ON e.id = k.entry"
		                                    " WHERE k.publication = $1 AND k.key = $2",
		                                DB_ARGS(db_int(post->publication), db_text(*key)));
		if (db_next(rows))
			*known = (struct known){ .id = db_column_int(rows, 0), .state = (enum entry_state)db_column_int(rows, 1), .hash = db_column_dup(owner, rows, 2),
			                         .withdrawer = (enum archive_withdrawer)db_column_int(rows, 3), .ours = post->source && db_column_int(rows, 4) == post->source,
			                         .revised = db_column_int(rows, 5), .link = db_column_dup(owner, rows, 6), .source = db_column_int(rows, 7) };
		if (!db_finish(rows, err))
			return false;
	}
	return true;
}

bool archive_known(struct db *db, int64_t publication, const char *const *keys, int64_t *id, struct error *err)
{
	struct known known;
	void *scratch = talloc_new(NULL);
	bool fine = find(scratch, db, &(struct archive_post){ .publication = publication, .keys = keys }, &known, err);
	talloc_free(scratch);
	*id = known.id;
	return fine;
}

bool archive_add_keys(struct db *db, int64_t entry, int64_t source, const char *const *keys, struct error *err)
{
	for (; *keys; keys++)
		if (!db_run(db, "INSERT INTO entry_key (publication, key, entry, source) SELECT publication, $2, id, $3 FROM entry WHERE id = $1"
		                " ON CONFLICT (publication, key) DO NOTHING",
		            DB_ARGS(db_int(entry), db_text(*keys), db_int_or_null(source)), err))
			return false;
	return true;
}

static bool keep_tags(struct db *db, const struct archive_post *post, const struct archive_text *t, int64_t id, struct error *err)
{
	const struct entry *e = post->entry;
	if (!db_run(db, "DELETE FROM entry_tag WHERE entry = $1", DB_ARGS(db_int(id)), err))
		return false;
	bool fine = true;
	for (size_t i = 0; fine && i < e->tag_count; i++)
		if (*t->tag_slugs[i])
			fine = db_run(db, "INSERT INTO entry_tag (entry, publication, slug, tag) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			              DB_ARGS(db_int(id), db_int(post->publication), db_text(t->tag_slugs[i]), db_text(e->tags[i])), err);
	return fine;
}

static bool slug_taken(struct db *db, int64_t publication, const char *slug, bool *taken, struct error *err)
{
	int64_t count = 0;
	bool fine = db_get_int(db, "SELECT count(*) FROM entry WHERE publication = $1 AND slug = $2", DB_ARGS(db_int(publication), db_text(slug)), &count, err);
	*taken = count > 0;
	return fine;
}

/* base with the first free number, or one near it.  A blog may give ten thousand posts the same title, so the number is found by
 * doubling and then by binary search. */
static char *numbered_slug(void *owner, struct db *db, int64_t publication, const char *base, struct error *err)
{
	long long used = 1, open = 0, n = 2;
	bool taken;
	while (!open || used + 1 < open) {
		if (!slug_taken(db, publication, mem_printf(owner, "%s-%lld", base, n), &taken, err))
			return NULL;
		*(taken ? &used : &open) = n;
		n = open ? used + (open - used) / 2 : 2 * n;
	}
	return mem_printf(owner, "%s-%lld", base, open);
}

/* A slug that no other entry of the publication has. */
static const char *free_slug(void *owner, struct db *db, int64_t publication, const char *base, struct error *err)
{
	bool taken;
	if (!slug_taken(db, publication, base, &taken, err))
		return NULL;
	return taken ? numbered_slug(owner, db, publication, base, err) : base;
}

static bool keep_pictures(struct db *db, const struct archive_post *post, const struct archive_text *t, int64_t id, struct error *err)
{
	const struct picture_use use = { .entry = id, .publication = post->publication, .addresses = t->pictures, .count = t->picture_count,
	                                 .own = post->pictures, .own_count = post->picture_count, .most = post->pictures_most };
	return picture_rows_set(db, &use, err);
}

static bool insert(struct db *db, const struct archive_post *post, const struct archive_text *t, int64_t *id, struct error *err)
{
	const struct entry *e = post->entry;
	void *scratch = talloc_new(NULL);
	int64_t now = clock_now();
	struct entry dated = *e;
	dated.published = e->published ? e->published : now;
	int year = 0;
	const char *slug = free_slug(scratch, db, post->publication, t->slug, err);
	bool fine = slug && archive_day_of_new(db, post->publication, &dated, &year, err) && db_get_int(db,
		"INSERT INTO entry (publication, slug, title, content, teaser, excerpt, summary, link, language, comments, authors, enclosures,"
		" image_url, image_alt, image_width, image_height, words, teaser_words, note_count, published, updated, revised, access, state,"
		" withdrawn, hash, announce, created, warning, source, whole_excerpt, origin, day_offset, year, path_year, via, via_url, audience) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
		" $18, $19, $20, $21, 0, $22, $27, 0, $23, $24, $25, $26, $28, $29, $30, $31, $32, $32, $33, $34, $35) RETURNING id",
		DB_ARGS(db_int(post->publication), db_text(slug), db_text(e->title), db_text(e->content), db_text(t->teaser.html),
		        db_text(t->excerpt), db_text(e->summary), db_text(e->link), db_text(e->language), db_text(e->comments),
		        db_text(t->authors), db_text(t->enclosures), db_text(e->image.url),
		        db_text(e->image.alt), db_int(e->image.width), db_int(e->image.height), db_int((int64_t)t->teaser.words),
		        db_int((int64_t)t->teaser.words_shown), db_int((int64_t)t->teaser.notes), db_int(dated.published), db_int(e->updated),
		        db_int(e->access), db_text(post->hash), db_int(post->announce && !post->hold && !post->draft ? ARCHIVE_NEWS_ENTRY : ARCHIVE_NO_NEWS), db_int(now), db_text(e->warning),
		        db_int(post->draft ? ENTRY_DRAFT : post->hold ? ENTRY_HELD : ENTRY_LIVE), db_int_or_null(post->source), db_text(t->whole_excerpt), db_text(e->origin),
		        e->day_offset_said ? db_int(e->day_offset) : db_int_or_null(0), db_int(year), db_text(e->via), db_text(e->via_url), db_int(e->audience)),
		id, err) && keep_tags(db, post, t, *id, err) && tally_entry(db, *id, 1, err) && (!t->picture_count || keep_pictures(db, post, t, *id, err));
	talloc_free(scratch);
	return fine;
}

/* The slug is kept, because published URLs must keep working; so is the date, because some feeds show another one at each fetch. */
static bool revise(struct db *db, const struct archive_post *post, const struct archive_text *t, int64_t id, struct error *err)
{
	const struct entry *e = post->entry;
	int64_t now = clock_now();
	return tally_entry(db, id, -1, err) && archive_history_keep(db, id, err) &&
	            db_run(db, "UPDATE entry SET title = $2, content = $3, teaser = $4, excerpt = $5, summary = $6, link = $7, language = $8,"
	                       " comments = $9, authors = $10, enclosures = $11, image_url = $12, image_alt = $13, image_width = $14,"
	                       " image_height = $15, words = $16, teaser_words = $17, note_count = $18, updated = $19, revised = $20, hash = $21,"
	                       " announce = CASE WHEN announce = 0 AND state = $24 THEN $22 ELSE announce END, warning = $23,"
	                       " whole_excerpt = $25, via = $26, via_url = $27 WHERE id = $1",
	                   DB_ARGS(db_int(id), db_text(e->title), db_text(e->content), db_text(t->teaser.html), db_text(t->excerpt),
	                           db_text(e->summary),
	                           db_text(e->link), db_text(e->language), db_text(e->comments), db_text(t->authors),
	                           db_text(t->enclosures), db_text(e->image.url), db_text(e->image.alt),
	                           db_int(e->image.width), db_int(e->image.height), db_int((int64_t)t->teaser.words), db_int((int64_t)t->teaser.words_shown),
	                           db_int((int64_t)t->teaser.notes), db_int(e->updated), db_int(now), db_text(post->hash),
	                           db_int(ARCHIVE_NEWS_REVISION), db_text(e->warning), db_int(ENTRY_LIVE),
	                           db_text(t->whole_excerpt), db_text(e->via), db_text(e->via_url)), err) &&
	            keep_tags(db, post, t, id, err) && tally_entry(db, id, 1, err) && keep_pictures(db, post, t, id, err);
}

static bool redraft(void *scratch, struct db *db, const struct archive_post *post, int64_t id, struct error *err)
{
	int64_t changed;
	const struct archive_text *t = post->text ? post->text : archive_text_make(scratch, post->entry);
	/* Its own slug must not be in its way. */
	if (!db_change(db, "UPDATE entry SET access = $2, slug = $3 WHERE id = $1 AND state = $4",
	               DB_ARGS(db_int(id), db_int(post->entry->access), db_text(mem_printf(scratch, "draft/%lld", (long long)id)), db_int(ENTRY_DRAFT)), &changed, err))
		return false;
	if (!changed)
		return error_set(err, ERROR_NOT_FOUND, "%lld is no draft", (long long)id);
	const char *slug = free_slug(scratch, db, post->publication, t->slug, err);
	return slug && db_run(db, "UPDATE entry SET slug = $2 WHERE id = $1", DB_ARGS(db_int(id), db_text(slug)), err) && revise(db, post, t, id, err) &&
	       db_run(db, "DELETE FROM entry_revision WHERE entry = $1", DB_ARGS(db_int(id)), err) &&
	       db_run(db, "UPDATE entry SET revised = 0 WHERE id = $1", DB_ARGS(db_int(id)), err);
}

bool archive_redraft(struct db *db, const struct archive_post *post, int64_t id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	bool fine = db_begin(db, err) && db_end(db, redraft(scratch, db, post, id, err), err);
	talloc_free(scratch);
	return fine;
}

/* The source shows an entry again that it withdrew or that was missing: the entry is restored. */
static bool revive(struct db *db, const struct archive_post *post, struct known *known, struct error *err)
{
	if (known->state != ENTRY_WITHDRAWN || known->withdrawer == ARCHIVE_BY_OWNER || !known->ours || post->only_new)
		return true;
	int64_t changed;
	known->state = ENTRY_LIVE;
	known->revived = true;
	return tally_around(db, known->id,
	                    "UPDATE entry SET state = $2, withdrawn = 0, withdrawn_by = 0, announce = CASE WHEN announce = $3 THEN 0 ELSE announce END, revised = $4"
	                    " WHERE id = $1",
	                    DB_ARGS(db_int(known->id), db_int(ENTRY_LIVE), db_int(ARCHIVE_NEWS_WITHDRAWAL), db_int(clock_now())), &changed, err);
}

static bool judge(struct db *db, const struct archive_post *post, const struct known *known, enum archive_outcome *outcome, struct error *err)
{
	bool takes;
	*outcome = ARCHIVE_NEW;
	if (!known->id)
		return true;
	*outcome = ARCHIVE_SAME;
	if (post->only_new || known->state == ENTRY_WITHDRAWN || known->state == ENTRY_REJECTED || strcmp(known->hash, post->hash) == 0)
		return true;
	bool fine = archive_history_takes(db, known->id, known->hash, known->revised, post->hash, &takes, err);
	*outcome = fine && takes ? ARCHIVE_REVISED : ARCHIVE_PUT_OFF;
	return fine;
}

bool archive_would_change(struct db *db, const struct archive_post *post, bool *change, struct error *err)
{
	struct known known;
	enum archive_outcome outcome = ARCHIVE_SAME;
	void *scratch = talloc_new(NULL);
	bool fine = find(scratch, db, post, &known, err) && judge(db, post, &known, &outcome, err);
	*change = fine && (outcome == ARCHIVE_NEW || outcome == ARCHIVE_REVISED);
	talloc_free(scratch);
	return fine;
}

/* Of an entry that returns as it was: those that came within its text have to come again. */
static bool restore_pictures(struct db *db, const struct archive_post *post, int64_t id, struct error *err)
{
	struct archive_text t = { 0 };
	struct entry *e = archive_get(NULL, db, id, err);
	if (!e)
		return false;
	entry_picture_addresses(e, e, &t.pictures, &t.picture_count);
	bool fine = keep_pictures(db, post, &t, id, err);
	talloc_free(e);
	return fine;
}

/* Updates the link of a post that moved at its source without a change of its text. */
static bool relink(struct db *db, const struct archive_post *post, const struct known *known, struct error *err)
{
	const char *link = post->entry->link;
	if (post->only_new || !known->ours || !link || (known->link && strcmp(known->link, link) == 0))
		return true;
	return db_run(db, "UPDATE entry SET link = $2 WHERE id = $1", DB_ARGS(db_int(known->id), db_text(link)), err) &&
	       (known->state != ENTRY_LIVE || tally_add(db, post->publication, TALLY_ARCHIVE, "", 1, err));
}

/* Sets the source that owns the text. */
static bool adopt(struct db *db, const struct archive_post *post, const struct known *known, struct error *err)
{
	if (post->only_new || !post->source || !known->id || known->source == post->source)
		return true;
	return db_run(db, "UPDATE entry SET source = $2 WHERE id = $1", DB_ARGS(db_int(known->id), db_int(post->source)), err);
}

static bool write_text(void *scratch, struct db *db, const struct archive_post *post, bool is_new, int64_t *id, struct error *err)
{
	const struct archive_text *t = post->text ? post->text : archive_text_make(scratch, post->entry);
	return is_new ? insert(db, post, t, id, err) : revise(db, post, t, *id, err);
}

/* What is known already, and perhaps has another text now. */
static bool keep_known(void *scratch, struct db *db, const struct archive_post *post, const struct known *known, bool revised, struct error *err)
{
	int64_t id = known->id;
	bool fine = revised ? write_text(scratch, db, post, false, &id, err)
	                    : relink(db, post, known, err) && (!known->revived || restore_pictures(db, post, id, err));
	return fine && (post->only_new || !known->ours || archive_day_learn(db, id, post->entry, err));
}

static bool store(struct db *db, const struct archive_post *post, enum archive_outcome *outcome, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct known known;
	bool fine = find(scratch, db, post, &known, err) && revive(db, post, &known, err) && adopt(db, post, &known, err) && judge(db, post, &known, outcome, err);
	*id = known.id;
	if (fine && *outcome == ARCHIVE_NEW)
		fine = write_text(scratch, db, post, true, id, err);
	else if (fine)
		fine = keep_known(scratch, db, post, &known, *outcome == ARCHIVE_REVISED, err);
	talloc_free(scratch);
	return fine && archive_add_keys(db, *id, post->source, post->keys, err);
}

bool archive_store(struct db *db, const struct archive_post *post, enum archive_outcome *outcome, int64_t *id, struct error *err)
{
	enum archive_outcome what;
	int64_t which;
	if (!db_begin(db, err) || !db_end(db, store(db, post, &what, &which, err), err))
		return false;
	if (outcome)
		*outcome = what;
	if (id)
		*id = which;
	return true;
}

/* Changes one live entry; ERROR_NOT_FOUND when there is none. */
static bool change_live(struct db *db, int64_t entry, const char *sql, const struct db_value *args, struct error *err)
{
	int64_t changed;
	if (!tally_around(db, entry, sql, args, &changed, err))
		return false;
	return changed || error_set(err, ERROR_NOT_FOUND, "there is no live entry %lld", (long long)entry);
}

bool archive_withdraw_by(struct db *db, int64_t entry, enum archive_withdrawer by, struct error *err)
{
	return change_live(db, entry, "UPDATE entry SET state = $2, withdrawn = $3, announce = $4, withdrawn_by = $6 WHERE id = $1 AND state = $5",
	                   DB_ARGS(db_int(entry), db_int(ENTRY_WITHDRAWN), db_int(clock_now()), db_int(ARCHIVE_NEWS_WITHDRAWAL),
	                           db_int(ENTRY_LIVE), db_int(by)), err);
}

bool archive_withdraw(struct db *db, int64_t entry, struct error *err)
{
	int64_t changed;
	if (!db_change(db, "UPDATE entry SET withdrawn_by = $2 WHERE id = $1 AND state = $3 AND withdrawn_by <> $2",
	               DB_ARGS(db_int(entry), db_int(ARCHIVE_BY_OWNER), db_int(ENTRY_WITHDRAWN)), &changed, err))
		return false;
	return changed || archive_withdraw_by(db, entry, ARCHIVE_BY_OWNER, err);
}

bool archive_set_access(struct db *db, int64_t entry, enum entry_access access, struct error *err)
{
	return change_live(db, entry, "UPDATE entry SET access = $2, revised = $3, announce = CASE WHEN announce = 0 THEN $5 ELSE announce END WHERE id = $1 AND state = $4",
	                   DB_ARGS(db_int(entry), db_int(access), db_int(clock_now()), db_int(ENTRY_LIVE), db_int(ARCHIVE_NEWS_REVISION)), err);
}

/* The preview of a film that was not tried yet. */
#define ON_ITS_WAY "u.poster = 1 AND u.picture IS NULL AND u.tries = 0 AND u.next_try IS NOT NULL"

/* A new post waits so long; one whose date is in the future does not, because the clock was set back; nor does a letter, whose author said when. */
#define IN_GRACE(now) "(e.created <= " now " AND e.created > " now " - 60000 * (SELECT p.grace_minutes FROM publication p WHERE p.id = e.publication)" \
	" AND NOT EXISTS (SELECT 1 FROM letter l WHERE l.entry = e.id))"

bool archive_news_due(struct db *db, int64_t *due, struct error *err)
{
	int64_t now = clock_now(), asked;
	*due = -1;
	if (!db_get_int(db, "SELECT coalesce(min(u.asked), 0) FROM entry_picture u JOIN entry e ON e.id = u.entry WHERE e.announce <> 0 AND e.announce = $1 AND " ON_ITS_WAY,
	                DB_ARGS(db_int(ARCHIVE_NEWS_ENTRY)), &asked, err))
		return false;
	if (asked)
		*due = asked + PICTURE_WAIT_MS > now ? asked + PICTURE_WAIT_MS - now : 0;
	int64_t grace;
	if (!db_get_int(db, "SELECT coalesce(min(e.created + 60000 * p.grace_minutes), 0) FROM entry e JOIN publication p ON p.id = e.publication"
	                    " WHERE e.announce <> 0 AND e.announce = $1 AND " IN_GRACE("$2"), DB_ARGS(db_int(ARCHIVE_NEWS_ENTRY), db_int(now)), &grace, err))
		return false;
	if (grace && (*due < 0 || grace - now < *due))
		*due = grace - now;
	return true;
}

bool archive_note_sent(struct db *db, int64_t entry, bool teaser, bool first, struct error *err)
{
	return first ? db_run(db, "UPDATE entry SET locked = $2 WHERE id = $1", DB_ARGS(db_int(entry), db_int(teaser)), err)
	             : db_run(db, "UPDATE entry SET locked = $2, locked_at = $3 WHERE id = $1 AND locked <> $2", DB_ARGS(db_int(entry), db_int(teaser), db_int(clock_now())), err);
}

/* The states are written out, so that the index fits. */
#define RELOCK(which) "UPDATE entry SET announce = $4 WHERE announce = 0 AND id IN (SELECT e.id FROM entry e WHERE e.publication = $1 AND e.state = 0 AND e.access = 0" \
	" AND e.announce = 0 AND " which " ORDER BY e.published DESC LIMIT $3)"
_Static_assert(ENTRY_LIVE == 0 && ENTRY_ACCESS_POLICY == 0, "the SQL has these numbers");

bool archive_relock(struct db *db, int64_t publication, int64_t open_since, int64_t limit, int64_t *count, struct error *err)
{
	int64_t locked = 0, opened = 0;
	const struct db_value *args = DB_ARGS(db_int(publication), db_int(open_since), db_int(limit), db_int(ARCHIVE_NEWS_REVISION));
	bool fine = db_change(db, RELOCK("e.locked = 0 AND e.published < $2"), args, &locked, err) &&
	            db_change(db, RELOCK("e.locked = 1 AND e.published >= $2"), args, &opened, err);
	*count = locked + opened;
	return fine;
}

bool archive_take_news(struct db *db, int64_t *entry, int64_t *publication, enum archive_news *news, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT e.id, e.publication, e.announce FROM entry e WHERE e.announce <> 0 AND e.announce > 0"
	                                    " AND (e.announce <> $1 OR NOT EXISTS (SELECT 1 FROM entry_picture u WHERE u.entry = e.id AND " ON_ITS_WAY " AND u.asked > $2 AND u.asked <= $3))"
	                                    " AND (e.announce <> $1 OR NOT " IN_GRACE("$3") ")"
	                                    " ORDER BY e.id LIMIT 1",
	                                DB_ARGS(db_int(ARCHIVE_NEWS_ENTRY), db_int(clock_now() - PICTURE_WAIT_MS), db_int(clock_now())));
	*news = ARCHIVE_NO_NEWS;
	if (db_next(rows)) {
		*entry = db_column_int(rows, 0);
		*publication = db_column_int(rows, 1);
		*news = (enum archive_news)db_column_int(rows, 2);
	}
	if (!db_finish(rows, err))
		return false;
	return *news == ARCHIVE_NO_NEWS || db_run(db, "UPDATE entry SET announce = 0 WHERE id = $1", DB_ARGS(db_int(*entry)), err);
}
