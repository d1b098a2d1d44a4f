#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_history.h"
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

static bool insert(struct db *db, const struct archive_post *post, const struct archive_text *t, int64_t *id, struct error *err)
{
	const struct entry *e = post->entry;
	void *scratch = talloc_new(NULL);
	int64_t now = clock_now();
	const char *slug = free_slug(scratch, db, post->publication, t->slug, err);
	bool fine = slug && db_get_int(db,
		"INSERT INTO entry (publication, slug, title, content, teaser, excerpt, summary, link, language, comments, authors, enclosures,"
		" image_url, image_alt, image_width, image_height, words, teaser_words, note_count, published, updated, revised, access, state,"
		" withdrawn, hash, announce, created, warning, source, whole_excerpt, origin) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
		" $18, $19, $20, $21, 0, $22, $27, 0, $23, $24, $25, $26, $28, $29, $30) RETURNING id",
		DB_ARGS(db_int(post->publication), db_text(slug), db_text(e->title), db_text(e->content), db_text(t->teaser.html),
		        db_text(t->excerpt), db_text(e->summary), db_text(e->link), db_text(e->language), db_text(e->comments),
		        db_text(t->authors), db_text(t->enclosures), db_text(e->image.url),
		        db_text(e->image.alt), db_int(e->image.width), db_int(e->image.height), db_int((int64_t)t->teaser.words),
		        db_int((int64_t)t->teaser.words_shown), db_int((int64_t)t->teaser.notes), db_int(e->published ? e->published : now), db_int(e->updated),
		        db_int(e->access), db_text(post->hash), db_int(post->announce && !post->hold ? ARCHIVE_NEWS_ENTRY : ARCHIVE_NO_NEWS), db_int(now), db_text(e->warning),
		        db_int(post->hold ? ENTRY_HELD : ENTRY_LIVE), db_int_or_null(post->source), db_text(t->whole_excerpt), db_text(e->origin)),
		id, err) && keep_tags(db, post, t, *id, err) && tally_entry(db, *id, 1, err);
	talloc_free(scratch);
	return fine;
}

/* The slug is kept, because published URLs must keep working; so is the date, because the URL holds its year. */
static bool revise(struct db *db, const struct archive_post *post, const struct archive_text *t, int64_t id, struct error *err)
{
	const struct entry *e = post->entry;
	int64_t now = clock_now();
	return tally_entry(db, id, -1, err) && archive_history_keep(db, id, err) &&
	            db_run(db, "UPDATE entry SET title = $2, content = $3, teaser = $4, excerpt = $5, summary = $6, link = $7, language = $8,"
	                       " comments = $9, authors = $10, enclosures = $11, image_url = $12, image_alt = $13, image_width = $14,"
	                       " image_height = $15, words = $16, teaser_words = $17, note_count = $18, updated = $19, revised = $20, hash = $21,"
	                       " announce = CASE WHEN announce = 0 AND state = $24 THEN $22 ELSE announce END, warning = $23,"
	                       " whole_excerpt = $25 WHERE id = $1",
	                   DB_ARGS(db_int(id), db_text(e->title), db_text(e->content), db_text(t->teaser.html), db_text(t->excerpt),
	                           db_text(e->summary),
	                           db_text(e->link), db_text(e->language), db_text(e->comments), db_text(t->authors),
	                           db_text(t->enclosures), db_text(e->image.url), db_text(e->image.alt),
	                           db_int(e->image.width), db_int(e->image.height), db_int((int64_t)t->teaser.words), db_int((int64_t)t->teaser.words_shown),
	                           db_int((int64_t)t->teaser.notes), db_int(e->updated), db_int(now), db_text(post->hash),
	                           db_int(ARCHIVE_NEWS_REVISION), db_text(e->warning), db_int(ENTRY_LIVE),
	                           db_text(t->whole_excerpt)), err) &&
	            keep_tags(db, post, t, id, err) && tally_entry(db, id, 1, err);
}

/* The source shows an entry again that it withdrew or that was missing: the entry is restored. */
static bool revive(struct db *db, const struct archive_post *post, struct known *known, struct error *err)
{
	if (known->state != ENTRY_WITHDRAWN || known->withdrawer == ARCHIVE_BY_OWNER || !known->ours || post->only_new)
		return true;
	int64_t changed;
	known->state = ENTRY_LIVE;
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

static bool store(struct db *db, const struct archive_post *post, enum archive_outcome *outcome, int64_t *id, struct error *err)
{
	void *scratch = talloc_new(NULL);
	struct known known;
	bool fine = find(scratch, db, post, &known, err) && revive(db, post, &known, err) && adopt(db, post, &known, err) && judge(db, post, &known, outcome, err);
	*id = known.id;
	if (fine && (*outcome == ARCHIVE_NEW || *outcome == ARCHIVE_REVISED)) {
		const struct archive_text *t = post->text ? post->text : archive_text_make(scratch, post->entry);
		fine = *outcome == ARCHIVE_NEW ? insert(db, post, t, id, err) : revise(db, post, t, *id, err);
	} else if (fine) {
		fine = relink(db, post, &known, err);
	}
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

bool archive_take_news(struct db *db, int64_t *entry, int64_t *publication, enum archive_news *news, struct error *err)
{
	struct db_rows *rows = db_query(db, "SELECT id, publication, announce FROM entry WHERE announce <> 0 AND announce > 0 ORDER BY id LIMIT 1", DB_NONE);
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
