#pragma once
/*
 * mail_in - messages that came to an address of ours, from the moment when they were taken until they are read.
 *
 * Whatever way a message came by, it is a row here before its sender hears that
 * we have it.  The kind says who reads it: the role receive all but those of
 * MAIL_IN_SOURCE, which become entries.
 */
#include "gateway/archive/store/quarantine.h"
#include <stddef.h>

enum mail_in_kind {
	MAIL_IN_RETURN,  /* to the return path of a letter */
	MAIL_IN_COMMAND, /* to an address that does something (list_address.h) */
	MAIL_IN_POST,    /* to the publication itself: a reader's reply */
	MAIL_IN_OWNER,   /* to its owner */
	MAIL_IN_SOURCE   /* to the address of a source whose URL is "mailto:RECIPIENT" */
};

/* So large a message is taken; so many of a publication wait at most, with so many bytes before the last one, those of its sources counted apart. */
enum { MAIL_IN_SIZE_MAX = 10 << 20, MAIL_IN_WAITING_MAX = 2000, MAIL_IN_BYTES_MAX = 64 << 20 };

struct mail_in {
	int64_t id, publication;
	int64_t source; /* of MAIL_IN_SOURCE; else 0 */
	enum mail_in_kind kind;
	const char *recipient, *sender;
	const char *message;
	size_t size;
	int64_t received;
};

/* Stores it.  ERROR_TEMPORARY when too many wait; it may be sent again. */
bool mail_in_put(struct db *db, const struct mail_in *m, struct error *err);

struct mail_in_claimer {
	const char *holder;   /* holder_self */
	int64_t lease_ms;
	bool suspects;        /* one that has crashes; else one without */
	int64_t source;       /* of this one, those with the fewest crashes first, whatever suspects says; 0: what is for no source */
};
/* The oldest that is due; NULL when there is none.  Belongs to owner. */
bool mail_in_claim(void *owner, struct db *db, const struct mail_in_claimer *who, struct mail_in **claimed, struct error *err);
/* It was read, and is deleted: in the transaction of what it has done. */
bool mail_in_done(struct db *db, int64_t id, struct error *err);
/* Gives it back, for the time of ms; not what is in quarantine. */
bool mail_in_put_off(struct db *db, int64_t id, int64_t ms, struct error *err);

/* Takes one of the letters that answer commands of this mailbox; *may is false when it has had its share of the day. */
bool mail_answer_take(struct db *db, const char *address, bool *may, struct error *err);
/* Forgets answers that no longer count. */
bool mail_answer_sweep(struct db *db, int64_t now, struct error *err);

/* As quarantine.h takes them: what the role receive reads, and what sources have. */
extern const struct quarantine_kind mail_in_queue, mail_in_source_queue;
