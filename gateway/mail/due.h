#pragma once
/*
 * due - the letters that the role mail has claimed, in the order of their turns.
 *
 * The first of them are composed ahead, so that they are signed before their turn.
 */
#include "gateway/mail/compose.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/stop.h"

/* A row that was claimed; it is freed with its outcome. */
struct letter_due {
	struct delivery *row;
	int64_t waits;              /* since when for its turn at its receiver, by clock_steady; 0: it does not */
	struct composition *letter; /* NULL: not yet composed */
};

struct due_list {
	struct letter_due *all;  /* from next on not yet handed over, the first of them composed */
	size_t count, next;
	size_t composed, ahead_bytes; /* up to here their letters are composed; how much these take */
	int64_t *held;           /* ids of all that are claimed and have no outcome on disk */
	size_t held_count;
};

/* A row that was claimed; the list's arrays belong to owner, always the same. */
void due_add(void *owner, struct due_list *list, struct delivery *row);
/* The row of this id has its outcome on disk, or is nobody's again. */
void due_forget(struct due_list *list, int64_t id);
void due_drop_letter(struct due_list *list, struct letter_due *due);
/* The letter at i is next; the one that was takes its place. */
struct letter_due *due_bring_forward(struct due_list *list, size_t i);
/* The letters that were handed over leave the list. */
void due_close_ranks(struct due_list *list);
/* Those of the rows not yet handed over whose issue is among these, for stop_turn_away. */
struct stop_row *due_rows_of(void *owner, const struct due_list *list, const int64_t *issues, size_t *count);
/* Takes rows out of the list, which has them in the same order. */
void due_drop_rows(struct due_list *list, const struct stop_row *rows, size_t count);
