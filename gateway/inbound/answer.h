#pragma once
/*
 * answer - a reader's answer to a letter, as a reply that waits for the owner's word (gateway/archive/reply/reply_moderation.h).
 *
 * Which post it is about, and that its author was sent that post, a token says: that of the address at which the letter asks for answers,
 * or of the letter's Message-ID, which an answer names.  Its author must be the reader to whom that letter went.  Whoever
 * has that letter from them can write in their name: no more comes of it than a row that waits.  Of the text, what
 * was quoted and signatures are left out, as in mails that are posts (feeds/mail/); files are left out and counted.
 */
#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/publication.h"
#include "gateway/inbound/letter_in.h"

struct answer;
/* Reads it, which takes time: before the transaction.  NULL: it names no letter, or says nothing.  Belongs to owner,
 * and borrows from letter. */
struct answer *answer_read(void *owner, const struct publication *p, const struct mail_in *m, const struct letter_in *letter);
/* What it says as clean HTML, and what its author calls themselves, or "". */
const struct reply *answer_reply(const struct answer *answer);

enum answer_outcome {
	ANSWER_HELD,
	ANSWER_KNOWN,
	ANSWER_TOO_MANY,  /* from this mailbox, of late: it is not kept */
	ANSWER_FOR_OWNER  /* no confirmed reader's, about no post that has a page, or too many wait already */
};
/* Inside a transaction: stores it, if it is one. */
bool answer_store(struct db *db, const struct publication *p, struct answer *answer, enum answer_outcome *outcome, struct error *err);
