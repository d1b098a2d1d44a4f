#pragma once
/*
 * lmtp - the server's side of an LMTP dialogue (RFC 2033): bytes in, bytes out.
 *
 * A mail server on this machine hands us messages by it.  Knows no socket and
 * no database: whether a recipient exists, and whether a message is kept, is
 * asked of the caller, by lmtp_next.  Commands may be pipelined (RFC 2920);
 * each recipient gets a reply of its own to the message.
 *
 * A message ends with CR LF '.' CR LF and nothing else: a bare CR or LF inside
 * of it becomes a space, and never the end of a line, so that no two programs
 * can read it as two different sets of messages.
 */
#include "gateway/base/memory/buf.h"

enum { LMTP_RECIPIENTS_MAX = 50, LMTP_PATH_MAX = 320 };

struct lmtp;

enum lmtp_event {
	LMTP_MORE,      /* nothing to do before lmtp_feed */
	LMTP_RECIPIENT, /* lmtp_recipient: lmtp_answer_recipient says whether there is such */
	LMTP_MESSAGE,   /* a message has come: lmtp_answer_message says what became of it */
	LMTP_CLOSE      /* the dialogue is over, once the output is sent */
};
enum lmtp_answer { LMTP_TAKEN, LMTP_UNKNOWN, LMTP_LATER };

/* host is our name; no message may be larger than message_max bytes.  What follows the greeting is in the output already. */
struct lmtp *lmtp_new(void *owner, const char *host, size_t message_max);
/* Adds what the client sent.  Call it only after LMTP_MORE. */
void lmtp_feed(struct lmtp *l, const char *data, size_t size);
/* What to do next; the same until it is done. */
enum lmtp_event lmtp_next(struct lmtp *l);

/* The path of MAIL and RCPT, without brackets and parameters; "" is the null return path. */
const char *lmtp_sender(const struct lmtp *l);
const char *lmtp_recipient(const struct lmtp *l);
void lmtp_answer_recipient(struct lmtp *l, enum lmtp_answer answer);

/* The recipients that were taken, and the message, with CR LF, until it is answered. */
size_t lmtp_recipients(const struct lmtp *l);
const char *lmtp_recipient_at(const struct lmtp *l, size_t n);
const struct buf *lmtp_message(const struct lmtp *l);
/* answers: for each of the recipients. */
void lmtp_answer_message(struct lmtp *l, const enum lmtp_answer *answers);

/* Ends the dialogue from our side: the role stops, or nothing came for too long. */
void lmtp_end(struct lmtp *l, const char *words);
/* What is to be sent; the caller drops what it has sent (buf_drop). */
struct buf *lmtp_output(struct lmtp *l);
