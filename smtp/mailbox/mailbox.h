#pragma once
/*
 * mailbox - the messages of a mailbox at a server, by IMAP (RFC 3501) or POP3 (RFC 1939).
 *
 * libetpan speaks the protocols; connection and TLS are ours, with the
 * certificate verified (mailbox_stream.h).  Each call may wait for the server,
 * up to a minute, or until stop_fd becomes readable: not for a loop
 * that has others to serve.
 */
#include "gateway/base/text/error.h"
#include <stddef.h>

enum mailbox_protocol { MAILBOX_IMAP, MAILBOX_POP3 };
enum mailbox_security { MAILBOX_TLS, MAILBOX_STARTTLS, MAILBOX_PLAIN };

struct mailbox_options {
	const char *host;
	int port;
	enum mailbox_protocol protocol;
	enum mailbox_security security; /* PLAIN: to this machine alone */
	const char *user, *password;
	const char *folder;             /* IMAP */
	const char *ca_file;            /* or NULL: the system's */
	int stop_fd;                    /* or -1 */
};

struct mailbox_item {
	const char *uid;  /* never another message's, as long as there is the mailbox */
	size_t size;
	unsigned number;  /* for the protocol */
};

struct mailbox;

/* Connects and logs in.  Freeing it breaks the connection off: what was removed may come back. */
struct mailbox *mailbox_open(void *owner, const struct mailbox_options *options, struct error *err);
/* All messages, oldest first; the array belongs to the mailbox. */
bool mailbox_list(struct mailbox *m, struct mailbox_item **all, size_t *count, struct error *err);
/* The bytes of one; *data belongs to owner. */
bool mailbox_fetch(void *owner, struct mailbox *m, const struct mailbox_item *item, char **data, size_t *size, struct error *err);
/* It is to be gone; it is after mailbox_close. */
bool mailbox_remove(struct mailbox *m, const struct mailbox_item *item, struct error *err);
/* Ends the session in order. */
bool mailbox_close(struct mailbox *m, struct error *err);
