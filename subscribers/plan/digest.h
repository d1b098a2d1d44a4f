#pragma once
/*
 * digest - rows of the ledger for readers who want posts together: at the due time of their rhythm, or what they are owed.
 *
 * Each post comes to each reader once, by construction.  A reader of digests has a number: the last post that was dealt with.  One transaction
 * makes the row of the digest and moves the number; a post whose own row the reader has is left out, and the planner of single posts
 * leaves out what is below the number.  Readers whose digests have the same posts share an issue, and so a rendered letter.
 */
#include "gateway/archive/store/quarantine.h"

/* What a step was about, when it was a schedule's; 0 when nothing in particular. */
struct digest_step {
	int64_t schedule, publication;
	bool worked;
};
/* One bounded step at the moment now, inside a transaction. */
bool digest_plan(struct db *db, int64_t now, struct digest_step *step, struct error *err);
/* When digest_plan has work next, in ms since 1970; 0: it does not know of any. */
bool digest_next(struct db *db, int64_t *when, struct error *err);
/* The schedules, as quarantine.h takes them. */
extern const struct quarantine_kind digest_schedules;

/* The language of a post as address.language has it, "pt" of "pt-BR", into room bytes at to. */
void digest_language(char *to, size_t room, const char *tag);
