#pragma once
/*
 * plan_letter - the owner's own letters that are in no archive, and series for new readers: from their rows to the ledger.
 */
#include "gateway/archive/store/archive_letter.h"

/* Rows of one step of the planner: few enough that page views do not wait for the transaction. */
enum { PLAN_CHUNK = 500 };

/* Both inside a transaction.  The issue of a letter that was taken; a letter of a series has its readers from plan_series. */
bool plan_letter(struct db *db, const struct archive_letter *letter, struct error *err);
/* Some of the rows that are due: those who left meanwhile get none, nor those who are not of the letter's audience at that moment; nobody gets a letter
 * twice. */
bool plan_series(struct db *db, bool *worked, struct error *err);
