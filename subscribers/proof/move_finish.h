#pragma once
/*
 * move_finish - the end of a move (move.h), once the new address has confirmed.
 *
 * For the files of this room, inside a transaction.
 */
#include "subscribers/people/subscriber.h"

/* Is this address, which was just confirmed, new to a subscriber who moves?  Then it takes over what the old one has, which ends. */
bool move_finish(struct db *db, int64_t address, const struct consent *how, bool *moved, struct error *err);
/* What is on its way to one address goes to another, but for letters about the address itself. */
bool move_rows(struct db *db, int64_t to, int64_t from, struct error *err);
/* The two columns of the first row, of a SELECT of moves. */
bool move_read(struct db *db, const char *sql, const struct db_value *args, int64_t *other, int64_t *moved, bool *there, struct error *err);
