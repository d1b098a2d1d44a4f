#pragma once
/*
 * recorder - a thread that writes to the database what became of letters, while the thread of the role goes on with its connections.
 *
 * It has a connection of its own to the database, and takes one batch at a time, a transaction each.  All functions here are for the
 * thread of the role.
 */
#include "subscribers/ledger/ledger.h"

struct recorder;

/* Freeing it waits for the batch that is being recorded. */
struct recorder *recorder_new(void *owner, const char *database, struct error *err);
/* Begins to record outcomes as ledger_record does; they must stay as they are until recorder_end has returned true.  One batch at a time. */
void recorder_begin(struct recorder *r, const struct delivery_outcome *outcomes, size_t count);
/* Has the batch ended?  Then *fine says whether it is on disk; else err is why nothing of it is. */
bool recorder_end(struct recorder *r, bool *fine, struct error *err);
/* Readable while recorder_end would return true; for poll(2). */
int recorder_fd(const struct recorder *r);
