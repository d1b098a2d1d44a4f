#pragma once
/*
 * archive - storing and reading entries: the current text of each, and its earlier ones.
 *
 * Storing is idempotent: the same entry again changes nothing, a changed
 * text is a revision, a withdrawn entry stays withdrawn.  What is new is marked
 * for the planner (archive_take_news) in the same transaction.  Knows nothing
 * of who may read what: subscribers/gate/gate.h does.
 */
#include "gateway/archive/picture/picture.h"
#include "gateway/archive/store/archive_text.h"
#include "gateway/archive/store/entry.h"
#include "gateway/base/db/db_copy.h"

/*
 * The database at where, as db_open takes it, with its schema brought up to date.  Before that changes a file that has some, the file is
 * copied to PATH.before-NNN (NNN: the first change), which the log tells; without room for that the database is refused,
 * unless the environment says PENNYPOST_UPGRADE_COPY=no.  Nothing is copied of a server's.
 */
struct db *archive_open(void *owner, const char *where, struct error *err);
/* The same for a file that is a copy itself: no other one is made. */
struct db *archive_open_copy(void *owner, const char *where, struct error *err);
/* Begins to copy all of from (of archive_open) to a database of db_open that holds no publication: see db_copy.h. */
struct db_copy *archive_copy(void *owner, struct db *from, struct db *to, struct error *err);

struct archive_post {
	int64_t publication, source;      /* source 0: none */
	const struct entry *entry;        /* content and summary clean, content not NULL */
	const struct archive_text *text;  /* of entry, made before the transaction; NULL: made in it, if it is needed */
	const char *const *keys;          /* its identities, most trusted first; ends with NULL */
	const struct picture *pictures;   /* those that came within its texts, which show them by their addresses */
	size_t picture_count;
	int64_t pictures_most;            /* bytes that all kept pictures may take (picture_rows.h) */
	const char *hash;                 /* of the text that the source shows */
	bool announce;                    /* is it news for subscribers?  The first import of a source is not */
	bool hold;                        /* if it is new, it waits for approval; announce is then ignored */
	bool draft;                       /* it is new, and the owner's draft (archive_letter.h): hold and announce are ignored */
	bool only_new;                    /* a known entry only gets these keys; otherwise source owns its text from now on */
};

enum archive_outcome {
	ARCHIVE_SAME,
	ARCHIVE_NEW,
	ARCHIVE_REVISED,
	ARCHIVE_PUT_OFF /* the changed text is not stored yet: the entry changes too often (archive_history.h) */
};

/* Inserts or revises.  *outcome and *id (either may be NULL) are the result. */
bool archive_store(struct db *db, const struct archive_post *post, enum archive_outcome *outcome, int64_t *id, struct error *err);
/* Replaces all of a draft; nothing of what it was is kept.  ERROR_NOT_FOUND when it is none any more. */
bool archive_redraft(struct db *db, const struct archive_post *post, int64_t id, struct error *err);
/* Would storing it change anything?  post->entry may be NULL. */
bool archive_would_change(struct db *db, const struct archive_post *post, bool *change, struct error *err);
/* The entry that one of these keys (ends with NULL) names, or 0. */
bool archive_known(struct db *db, int64_t publication, const char *const *keys, int64_t *id, struct error *err);
/* Adds keys (ends with NULL) to an entry, as source (0: none) shows them; keys of another entry stay with that one. */
bool archive_add_keys(struct db *db, int64_t entry, int64_t source, const char *const *keys, struct error *err);

enum archive_withdrawer {
	ARCHIVE_BY_OWNER,  /* for good */
	ARCHIVE_BY_SOURCE, /* the source withdrew it; if the source shows it again, it returns, but is not news */
	ARCHIVE_BY_ABSENCE /* it was missing at its source; otherwise as ARCHIVE_BY_SOURCE */
};
/* Withdraws an entry (archive_withdraw: by its owner), so that no door shows it; its row stays as a tombstone.  ERROR_NOT_FOUND
 * when there is no such live entry. */
bool archive_withdraw(struct db *db, int64_t entry, struct error *err);
bool archive_withdraw_by(struct db *db, int64_t entry, enum archive_withdrawer by, struct error *err);
/* Who may read it.  That is a revision: where it was sent to in full, its teaser must take that place. */
bool archive_set_access(struct db *db, int64_t entry, enum entry_access access, struct error *err);

/* Other servers are sent the entry now (first), or its new text: all of it, or its teaser alone.  Call it in the transaction that plans that. */
bool archive_note_sent(struct db *db, int64_t entry, bool teaser, bool first, struct error *err);
/* Entries that were sent whole and are for subscribers by the policy meanwhile, since they are from before open_since, become news as
 * revisions; and those that were sent as a teaser and are open.  At most limit of each, newest first; *count is how many. */
bool archive_relock(struct db *db, int64_t publication, int64_t open_since, int64_t limit, int64_t *count, struct error *err);

/* One entry, live or withdrawn (see its state), but not held or rejected; NULL with ERROR_NOT_FOUND.  Belongs to owner. */
struct entry *archive_get(void *owner, struct db *db, int64_t id, struct error *err);
/* The same, and letters that are in no archive, sent (ENTRY_MAILED) or not (ENTRY_DRAFT): for their readers and their owner alone. */
struct entry *archive_get_mailed(void *owner, struct db *db, int64_t id, struct error *err);
struct entry *archive_by_slug(void *owner, struct db *db, int64_t publication, const char *slug, struct error *err);

struct archive_range {
	int year;          /* of the entries' days (archive_day.h); 0: all */
	const char *tag;   /* slug of a tag; NULL: all */
	int64_t before;    /* published before this time; 0: all */
	int64_t since;     /* published at this time or later; 0: all */
	int64_t offset, limit; /* limit 0: 50 */
	bool text;         /* with content, teaser and summary; otherwise these are NULL */
};
/* Live entries, newest first; the array and all in it belong to owner. */
bool archive_list(void *owner, struct db *db, int64_t publication, const struct archive_range *range,
                  struct entry ***all, struct error *err);
/* talloc_array_length() of what archive_list gave is the count. */
bool archive_count(struct db *db, int64_t publication, const struct archive_range *range, int64_t *count, struct error *err);
/* Live posts that are for supporters. */
bool archive_count_closed(struct db *db, int64_t publication, int64_t *count, struct error *err);

struct archive_year {
	int year;
	int64_t count;
};
/* Years that have live entries, newest first; ends with a year of 0. */
bool archive_years(void *owner, struct db *db, int64_t publication, struct archive_year **years, struct error *err);
/* The live entries just before and after in time, without text; NULL where there is none. */
bool archive_neighbours(void *owner, struct db *db, const struct entry *entry, struct entry **older, struct entry **newer,
                        struct error *err);
/* When the Nth newest live entry was published; 0 when there are fewer. */
bool archive_nth_newest(struct db *db, int64_t publication, int64_t n, int64_t *published, struct error *err);
/* The tag as written, from its slug (text_tag); ERROR_NOT_FOUND when no live entry has it. */
bool archive_tag_name(void *owner, struct db *db, int64_t publication, const char *slug, char **name, struct error *err);
/* When anything in the publication last changed, for Last-Modified and feeds' updated. */
bool archive_changed(struct db *db, int64_t publication, int64_t *when, struct error *err);

enum archive_news { ARCHIVE_NO_NEWS, ARCHIVE_NEWS_ENTRY, ARCHIVE_NEWS_REVISION, ARCHIVE_NEWS_WITHDRAWAL };
/* Inside a transaction: takes one piece of news; *news is ARCHIVE_NO_NEWS when there is none.  A new entry whose previews of films are on their way
 * is none before they are here, were tried once, or were waited for PICTURE_WAIT_MS; nor while the
 * publication's grace_minutes since it came are not over: what it is then goes out. */
bool archive_take_news(struct db *db, int64_t *entry, int64_t *publication, enum archive_news *news, struct error *err);
/* In how many ms news that waits, for its pictures or in its time of grace, is news at the latest; -1: none waits. */
bool archive_news_due(struct db *db, int64_t *due_ms, struct error *err);
