#pragma once
/*
 * reply - what people write to a publication: replies, mentions, messages to it alone, reports, of the fediverse; answers to its letters
 * by mail.
 *
 * Kept whole, within limits for each author, each host and each publication
 * and day.  The owner is told by letters, at most one an hour however many come
 * (reports at once, a few an hour), and reads them by a command.  They are
 * shown to nobody else, unless the owner approves one (reply_moderation.h).  Who
 * deletes or edits one, the caller has verified.
 */
#include "gateway/base/db/db.h"

enum reply_kind { REPLY_REPLY, REPLY_MENTION, REPLY_MESSAGE, REPLY_REPORT };
enum reply_state {
	REPLY_NEW,     /* held: it waits for the owner's word, if it can be shown at all */
	REPLY_GONE,    /* deleted by its author, or refused: without its text */
	REPLY_APPROVED /* the page of its post shows it */
};

struct reply {
	int64_t id, publication;
	int64_t entry;           /* which it is about, or 0 */
	const char *answers;     /* id of what it replies to, or NULL */
	enum reply_kind kind;
	enum reply_state state;
	bool open;               /* written for everybody */
	int64_t address;         /* whose mail it is (subscribers/people/subscriber.h); 0: it came from the fediverse */
	int64_t left_out;        /* files that came with a mail, and are not kept */
	const char *actor, *host, *name, *handle; /* of a mail: "mailto:...", "", what its author calls themselves or "", the address */
	const char *object;      /* its id */
	const char *url;         /* its page, or NULL */
	const char *warning;     /* plain text, or NULL */
	const char *content;     /* clean HTML */
	const char *attachments; /* JSON array of {url, type, name} */
	int64_t published, updated, received, told;
};

const char *reply_kind_name(enum reply_kind kind);
const char *reply_state_name(enum reply_state state);

enum reply_outcome {
	REPLY_STORED,
	REPLY_REVISED,
	REPLY_KNOWN,
	REPLY_TOO_MANY, /* its author, their host or all have written too much of late */
	REPLY_FULL      /* so many mails wait for the owner's word that this one must not */
};
/* For the files of replies only: what is left of one whose state becomes that parameter, which is REPLY_GONE. */
#define REPLY_EMPTY(gone) "state = " gone ", content = '', attachments = '[]', warning = NULL, name = ''"

/* Inside a transaction: stores it, or its new text when it is known, of the same actor and not gone.  A new text of an approved one waits again. */
bool reply_store(struct db *db, const struct reply *reply, enum reply_outcome *outcome, struct error *err);
/* Its author deleted it: the text goes, the row stays, so that the same does not come again. */
bool reply_remove(struct db *db, const char *actor, const char *object, bool *removed, struct error *err);
/* The same for all that this actor wrote. */
bool reply_forget(struct db *db, const char *actor, struct error *err);
/* The reply of this id, at any publication; belongs to owner, NULL with ERROR_NOT_FOUND. */
struct reply *reply_by_object(void *owner, struct db *db, const char *object, struct error *err);
struct reply *reply_get(void *owner, struct db *db, int64_t id, struct error *err);

struct reply_filter {
	int64_t publication, entry; /* 0: any */
	int64_t before;             /* ids below this; 0: the newest first */
	int64_t limit;
};
/* Those that are not gone, newest first; an array of owner's, its length is talloc_array_length. */
bool reply_list(void *owner, struct db *db, const struct reply_filter *filter, struct reply ***all, struct error *err);
/* Those that the page of an entry shows, the oldest first, at most limit; an array as that of reply_list. */
bool reply_shown(void *owner, struct db *db, int64_t entry, int64_t limit, struct reply ***all, struct error *err);
/* How many there are that are not gone; 0 as entry: of all. */
bool reply_count(struct db *db, int64_t entry, int64_t *count, struct error *err);

/* Tells the owners by notices what came and was not told yet, as far as it is time for that. */
bool reply_tell(struct db *db, int64_t now, struct error *err);

/* Is this host, or one above it, blocked? */
bool reply_host_blocked(struct db *db, const char *host, bool *blocked, struct error *err);
/* Blocks a host or ends that; *changed is false when it was so before. */
bool reply_block(struct db *db, const char *host, bool block, bool *changed, struct error *err);
/* The hosts that are blocked, by name; an array of owner's that ends with NULL. */
bool reply_blocked(void *owner, struct db *db, const char ***hosts, struct error *err);
