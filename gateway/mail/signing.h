#pragma once
/*
 * signing - threads that sign messages, while the thread of the role goes on with the database and the connections.
 *
 * A thread touches nothing but its message, which nobody else has meanwhile, and the keys, which nobody changes; all functions
 * here are for the thread of the role.
 */
#include "smtp/dkim/dkim.h"

struct signing;
struct signing_job;

/* Starts so many threads; with none, or when no thread can be had, signing_finish does all the work.  Freeing it ends them, and all jobs. */
struct signing *signing_new(void *owner, int threads);
/* Begins to sign message as dkim_sign does.  message and signers must stay until the job has ended. */
struct signing_job *signing_begin(struct signing *s, const char *message, size_t size, const struct dkim_signer *signers, size_t count, int64_t when);
/* The signed message, which belongs to owner; waits for it, or makes it here if no thread has begun.  Ends the job, as talloc_free does without
 * its result. */
char *signing_finish(void *owner, struct signing_job *job, size_t *size);
