#pragma once
/*
 * subscriber - subscribers, their addresses, and their consent.
 *
 * An address is pending until its owner proves that they read it; only
 * confirmed addresses are ever sent an entry.  (An address in state contact
 * is the owner of the publication, or an actor that it follows.  It gets
 * only notices, until it subscribes like any other.  One in state held came
 * with an import that does not say how the person agreed, and waits for the owner's approval.)  Every step is recorded
 * as consent.  Responses to a stranger never tell whether an address is
 * known: only the letter does.
 */
#include "gateway/archive/store/publication.h"
#include "subscribers/people/consent.h"
#include "subscribers/people/tier.h"

enum address_kind { ADDRESS_MAIL, ADDRESS_ACTOR };
enum address_state { ADDRESS_PENDING, ADDRESS_CONFIRMED, ADDRESS_LEFT, ADDRESS_SUPPRESSED, ADDRESS_CONTACT, ADDRESS_HELD };

struct address {
	int64_t id, subscriber, publication;
	enum address_kind kind;
	enum address_state state;
	const char *value;
	int64_t created, confirmed, ended;
	const char *reason; /* or NULL */
	enum subscriber_tier tier; /* of its subscriber */
};

/* What value is compared by: mailbox_fold of it, an actor's id as it is.  NULL for what is no mail address.  Belongs to owner. */
char *address_fold(void *owner, enum address_kind kind, const char *value);
/* An id whose address was merged into another one (gateway/archive/store/people_fold.h) gives that. */
struct address *address_get(void *owner, struct db *db, int64_t id, struct error *err);
/* However value is typed: it is compared folded.  ERROR_INVALID for what is no address, ERROR_NOT_FOUND. */
struct address *address_find(void *owner, struct db *db, int64_t publication, enum address_kind kind, const char *value,
                             struct error *err);
/* The same by address_fold of it. */
struct address *address_find_folded(void *owner, struct db *db, int64_t publication, enum address_kind kind, const char *folded, struct error *err);
enum { ADDRESS_FIND_MAX = 50 };
/* The mail addresses of count (ADDRESS_FIND_MAX at most) that are compared by these; found[i] belongs to owner, and is NULL when it is not there. */
bool address_find_each(void *owner, struct db *db, int64_t publication, const char *const *folded, size_t count, struct address **found, struct error *err);

/* Adds an address for the owner of the publication: confirmed at once, with consent "added by the owner".
 * ERROR_EXISTS when confirmed already; ERROR_INVALID for bad syntax, and for an address that left, is suppressed or was erased (only
 * the person can come back).  These two end no transaction of the caller's. */
bool subscriber_add_confirmed(struct db *db, int64_t publication, const char *mail, int64_t *address, struct error *err);
/* Adds a follower, confirmed by the Follow itself.  A repeated Follow is no error (the new follow id is stored). */
bool subscriber_follow(struct db *db, int64_t publication, const char *actor, const char *follow, int64_t *address, struct error *err);
/* The address that was added by this actor's Follow with this id; ERROR_NOT_FOUND. */
bool subscriber_by_follow(struct db *db, const char *actor, const char *follow, int64_t *address, struct error *err);
/* The id of the Follow by which an address follows, of owner; NULL: it had none. */
bool subscriber_follow_id(void *owner, struct db *db, int64_t address, char **follow, struct error *err);
/* The address for notices, whatever its state; an unknown one is added as a contact.  ERROR_INVALID when it is suppressed. */
bool subscriber_contact(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *address, struct error *err);
/* Where the owner of p gets notices: a contact, if that address does not subscribe.  ERROR_INVALID when it is suppressed. */
bool subscriber_owner(struct db *db, const struct publication *p, int64_t *address, struct error *err);
/* Ends an address (unsubscribe, Undo Follow).  Ending it twice is no error. */
bool subscriber_leave(struct db *db, int64_t address, const struct consent *how, struct error *err);
/* Undoes subscriber_leave, by the person's own action. */
bool subscriber_return(struct db *db, int64_t address, const struct consent *how, struct error *err);
/* Nothing is ever sent to the address again; why is stored. */
bool subscriber_suppress(struct db *db, int64_t address, const char *why, struct error *err);

/* Ends a suppression: the address is what it was before, confirmed or left by its consents, or pending.  ERROR_INVALID when it is not
 * suppressed. */
bool subscriber_unsuppress(struct db *db, int64_t address, struct error *err);

/* Confirmed addresses, of one kind or (kind < 0) of all. */
bool subscriber_count(struct db *db, int64_t publication, int kind, int64_t *count, struct error *err);
struct audience;
/* Addresses, of all people or of an audience (or NULL), by id, after the id `after`, at most limit; array belongs to owner, its length is talloc_array_length. */
bool subscriber_list(void *owner, struct db *db, int64_t publication, int kind, const struct audience *audience, int64_t after, int64_t limit,
                     struct address ***all, struct error *err);
const char *address_state_name(enum address_state state);
const char *address_kind_name(enum address_kind kind);

/* For the files of subscribers/ only, inside a transaction.  Makes a pending address of a new subscriber; value must be normalised. */
bool address_make(struct db *db, int64_t publication, enum address_kind kind, const char *value, int64_t *id, struct error *err);
/* Confirms an address, whatever its state, by this consent. */
bool address_confirm(struct db *db, int64_t address, int64_t consent, struct error *err);
/* Ends a pending, held or confirmed address as to, LEFT or SUPPRESSED, with the reason (or NULL); *ended is false when it had ended, or is only a
 * contact. */
bool address_end(struct db *db, int64_t address, enum address_state to, const char *reason, bool *ended, struct error *err);
