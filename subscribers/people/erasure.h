#pragma once
/*
 * erasure - forgetting a person, so that only they themselves can come back.
 *
 * All rows of the person go; of each mail address a hash stays, by which an import, or the owner, is kept from adding it again.
 * Whoever asks to subscribe again and confirms is welcome.
 */
#include "subscribers/people/subscriber.h"

/* Deletes the subscriber with all addresses, consents, sessions, deliveries and answers by mail. */
bool subscriber_erase(struct db *db, const struct publication *p, int64_t subscriber, struct error *err);
/* The hash of a folded address; belongs to owner. */
char *erasure_hash(void *owner, const char *folded);
bool erasure_has(struct db *db, int64_t publication, const char *folded, bool *erased, struct error *err);
/* Which of count (ADDRESS_FIND_MAX at most) folded addresses. */
bool erasure_has_each(struct db *db, int64_t publication, const char *const *folded, size_t count, bool *erased, struct error *err);
/* Is there any? */
bool erasure_any(struct db *db, int64_t publication, bool *any, struct error *err);
/* Keeps a hash that an import brings; *fresh: it was not there. */
bool erasure_add(struct db *db, int64_t publication, const char *hash, int64_t created, int64_t import, bool *fresh, struct error *err);
