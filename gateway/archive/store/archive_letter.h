#pragma once
/*
 * archive_letter - letters of the owner's own: drafts, when they are sent, and the series for new readers.
 *
 * The text of a letter is an entry, whose id is the letter's.  While it is a draft no door knows it; once sent it is a post of the archive,
 * which is news like any other, or ENTRY_MAILED, which only archive_get_mailed finds.  Who gets it, the planner decides
 * (subscribers/plan/plan.h).
 */
#include "gateway/archive/store/archive.h"

enum archive_letter_state {
	LETTER_DRAFT,
	LETTER_SCHEDULED, /* the planner takes it at send_at */
	LETTER_SENT,      /* of a series: each reader who confirms gets it */
	LETTER_ENDED      /* a series that goes to nobody any more */
};

struct archive_letter {
	int64_t id, publication;
	enum archive_letter_state state;
	const char *subject, *preheader; /* preheader may be "" */
	bool archived;                   /* becomes a post of the archive */
	bool series;                     /* goes to new readers, after_ms after they confirmed */
	int64_t after_ms;
	int64_t corrects;                /* the entry whose letters it answers, for those alone who got one; or 0 */
	int64_t send_at, sent;           /* 0: at once; not yet */
	const char *audience;            /* who of the readers gets it, in the owner's words; "": all */
	const char *remarks;             /* what was wrong with its file, a line each; may be "" */
};

/* Stores a draft: post is its text, with->id and state do not count. */
bool archive_letter_new(struct db *db, const struct archive_post *post, const struct archive_letter *with, int64_t *id, struct error *err);
/* Replaces what is not sent yet; what is scheduled stays so, for another time if with->send_at names one.  Whether it is of a series, or corrects another,
 * stays as it was.  ERROR_INVALID when it was sent. */
bool archive_letter_edit(struct db *db, const struct archive_post *post, const struct archive_letter *with, int64_t id, struct error *err);
/* ERROR_NOT_FOUND says so, for the owner.  Belongs to owner. */
struct archive_letter *archive_letter_get(void *owner, struct db *db, int64_t id, struct error *err);
/* NULL with *err untouched for an entry that is none. */
bool archive_letter_of(void *owner, struct db *db, int64_t entry, struct archive_letter **letter, struct error *err);
/* All of a publication, or of all (0), the newest last; talloc_array_length is the count. */
bool archive_letter_list(void *owner, struct db *db, int64_t publication, struct archive_letter ***all, struct error *err);
/* To be sent at that moment, or (0) as soon as can be; a series begins then.  ERROR_INVALID when it is no draft. */
bool archive_letter_send(struct db *db, int64_t id, int64_t at, struct error *err);
/* One that waits becomes a draft again, a draft is deleted, a series ends; *now is what it is then ("draft", "deleted", "ended").  ERROR_INVALID
 * when it was sent. */
bool archive_letter_cancel(struct db *db, int64_t id, const char **now, struct error *err);
const char *archive_letter_state_name(enum archive_letter_state state);

/* Inside a transaction: takes a letter that is due, and makes its entry what it will be; news, if it is a post of the archive.  *letter is NULL when
 * there is none. */
bool archive_letter_take(void *owner, struct db *db, struct archive_letter **letter, struct error *err);
/* Inside the transaction that confirms an address: the series of its publication are due to it. */
bool archive_letter_welcome(struct db *db, int64_t publication, int64_t address, struct error *err);
/* In how many ms a letter, or a part of a series, is due; -1: none is. */
bool archive_letter_next(struct db *db, int64_t *ms, struct error *err);

struct archive_preview {
	const char *subject, *html, *text;
};
/* Keeps a preview for a day; *token belongs to owner. */
bool archive_preview_keep(void *owner, struct db *db, int64_t publication, const struct archive_preview *preview, char **token, struct error *err);
/* ERROR_NOT_FOUND. */
struct archive_preview *archive_preview_get(void *owner, struct db *db, int64_t publication, const char *token, struct error *err);
