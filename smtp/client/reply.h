#pragma once
/*
 * reply - parses the replies of an SMTP server (RFC 5321 section 4.2).
 *
 * Finds the lines, the code and the enhanced status code.  What a reply
 * means for a message or a connection is decided by session.h and
 * transaction.h.
 */
#include "gateway/base/memory/buf.h"

/* Of one line, twice what RFC 5321 section 4.5.3.1.5 allows; of all lines of a reply; of what is shown to people. */
enum { REPLY_LINE_MAX = 1000, REPLY_MAX = 64 << 10, REPLY_TEXT_MAX = 600 };

struct reply {
	int code;           /* 200 to 599 */
	char status[16];    /* enhanced status code, "2.1.5" (RFC 3463), or "" */
	char *text;         /* for people: "550 5.1.1 no such user here", all lines on one, cut, UTF-8 */
	char **lines;       /* as they came, without code and line end */
	size_t count;       /* of lines, at least 1 */
};

enum reply_take { REPLY_INCOMPLETE, REPLY_TAKEN, REPLY_BROKEN };

/* Takes one reply, of one or several lines, from the front of in; its strings belong to owner.  REPLY_BROKEN: this is
 * not SMTP, or exceeds the limits. */
enum reply_take reply_take(void *owner, struct buf *in, struct reply *reply);
