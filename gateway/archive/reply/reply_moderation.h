#pragma once
/*
 * reply_moderation - the owner's word about one reply: what is shown on the page of its post.
 *
 * Only what is about a post and was written for everybody can be shown, and an
 * answer by mail to a letter that said so.  Pages that were kept are not used
 * again after a change.
 */
#include "gateway/archive/reply/reply.h"

enum reply_decision {
	REPLY_APPROVE,
	REPLY_HIDE,   /* an approved one waits again */
	REPLY_REFUSE  /* it is dropped for ever: its row stays, so that the same does not come again, but not its text */
};

/* In a transaction of its own; *changed is false when it was so before.  ERROR_NOT_FOUND; ERROR_INVALID: it cannot be shown. */
bool reply_decide(struct db *db, int64_t id, enum reply_decision decision, bool *changed, struct error *err);
/* Inside a transaction in which a subscriber of the publication is deleted, and the replies by mail with their addresses: before that. */
bool reply_part_from(struct db *db, int64_t publication, int64_t subscriber, struct error *err);
