#pragma once
/*
 * refusal - what a negative reply speaks about: the session, us, or the recipient and the message.
 *
 * Codes alone do not tell: 452 is a full mailbox, and a session with enough
 * messages; 554 5.7.1 is a recipient's policy, and a relay that does not know
 * us.  Only what speaks about the recipient or the message may end a message.
 */
#include "smtp/client/reply.h"
#include "smtp/client/submission.h"

/* Does it speak about us: our login, our sender address, our host?  The same message may pass once that is put right. */
bool refusal_of_us(enum smtp_stage stage, const struct reply *reply);
/* On a session that has carried a message before: does it say that this session takes no more?  Another one will. */
bool refusal_of_session(enum smtp_stage stage, const struct reply *reply);
/* Of a message that is too large. */
bool refusal_of_size(const struct reply *reply);
/* Does text contain one of the phrases, as whole words?  Addresses in <> are skipped. */
bool refusal_says(const char *text, const char *const *phrases, size_t count);
