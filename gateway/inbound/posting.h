#pragma once
/*
 * posting - a message of the owner to the address of their publication becomes a letter to all readers.
 *
 * Anybody can write a From. So the message is a draft, and only the address that the owner is told of, which holds a
 * token, has it sent.  Its text is read as Markdown, by the way that letters in files take (feeds/ingest/ingest_letter.h).
 */
#include "gateway/archive/store/publication.h"
#include "gateway/base/config/config.h"
#include "gateway/inbound/letter_in.h"

/* Is it from the address of the publication's owner, as far as its From says? */
bool posting_is(const struct publication *p, const struct letter_in *letter);

struct posting;
/* Reads the text, which takes time: before the transaction.  ERROR_INVALID: there is none.  Belongs to owner. */
struct posting *posting_read(void *owner, const struct publication *p, const struct letter_in *letter, struct error *err);
/* Inside a transaction: stores the draft, and tells the owner how to send it.  domain is that of inbound { }. */
bool posting_store(struct db *db, const struct publication *p, const struct posting *posting, const struct config *config, struct error *err);
/* Inside a transaction: sends the draft that the token names.  ERROR_NOT_FOUND, ERROR_INVALID. */
bool posting_send(struct db *db, const struct publication *p, const char *token, struct error *err);
