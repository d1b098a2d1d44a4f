#pragma once
/*
 * mailbox_stream - the connection under libetpan's protocols: TCP, TLS with a verified certificate, deadlines.
 */
#include "smtp/mailbox/mailbox.h"
#include <libetpan/mailstream.h>

struct mailbox_stream;

/* Connects, and shakes hands when TLS is wanted from the beginning. */
struct mailbox_stream *mailbox_stream_open(void *owner, const struct mailbox_options *options, struct error *err);
/* The stream for libetpan, which frees it; once. */
mailstream *mailbox_stream_of(struct mailbox_stream *s);
/* After the server has agreed to STARTTLS.  ERROR_PERMANENT when it has sent more already, which nobody has signed. */
bool mailbox_stream_start_tls(struct mailbox_stream *s, mailstream *stream, struct error *err);
/* Why the last call failed, when it was the connection's fault; else ERROR_TEMPORARY with what. */
bool mailbox_stream_failed(const struct mailbox_stream *s, const char *what, struct error *err);
