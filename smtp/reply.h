#pragma once
/*
 * reply - what an SMTP server answers (RFC 5321 section 4.2), and what it means.
 */
#include "gateway/base/buf.h"

/* Of one reply: RFC 5321 section 4.5.3.1.5 has 512 octets a line. */
enum { REPLY_LINE_MAX = 2000, REPLY_MAX = 64 << 10 };

struct reply {
	int code;          /* 250 */
	char status[16];   /* enhanced status code, "2.1.5" (RFC 3463), or "" */
	char *text;        /* all lines, the code of the first and the words of all, on one line; the owner's */
};

enum reply_take { REPLY_INCOMPLETE, REPLY_TAKEN, REPLY_BROKEN };

/* Takes one reply, of one or several lines, from the front of in.  REPLY_BROKEN: this is no SMTP, or too much of it. */
enum reply_take reply_take(void *owner, struct buf *in, struct reply *reply);
