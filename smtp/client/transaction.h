#pragma once
/*
 * transaction - one message over a connection: MAIL, RCPT, DATA, the message, and what the replies mean for it.
 */
#include "smtp/client/connection.h"

/* Starts to send the job, on a connection that is ready. */
void transaction_begin(struct connection *c);
/* Handles a reply that came after transaction_begin. */
bool transaction_reply(struct connection *c, const struct reply *reply, struct error *err);
/* Sets the outcome of the job, unless it has one already.  reply and words may be NULL. */
void transaction_decide(struct connection *c, enum smtp_verdict verdict, enum smtp_stage stage, const struct reply *reply, const char *words);
