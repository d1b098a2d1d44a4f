#pragma once
/*
 * bounce_token - which delivery something that came back is about.
 *
 * The token is in the return path ("b+TOKEN@host") and the envelope id of
 * each letter, and nowhere else in it: so whoever knows it has received the
 * letter, or has carried it.  The Message-ID, which becomes public when a
 * letter is put into an archive, holds another one.
 */
#include "gateway/archive/store/publication.h"

struct bounce_origin {
	int64_t delivery, issue, address, publication;
	const char *value;    /* the address that the letter went to */
};

/* For the delivery of a letter of p.  Belongs to owner. */
char *bounce_token(void *owner, const struct publication *p, int64_t delivery);
/* The first token in text: of addresses, or an envelope id.  NULL without one; whether it is genuine says bounce_token_find.  Belongs to owner. */
char *bounce_token_in(void *owner, const char *text);
/* The delivery that a token of bounce_token names, in whatever case, or of a Message-ID (message_id: proof_return_token).  ERROR_NOT_FOUND when it is not
 * one of ours.  Belongs to owner. */
struct bounce_origin *bounce_token_find(void *owner, struct db *db, const char *token, bool message_id, struct error *err);
