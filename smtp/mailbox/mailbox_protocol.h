#pragma once
/*
 * mailbox_protocol - what IMAP and POP3 have in common, for mailbox.c alone.
 */
#include "smtp/mailbox/mailbox_stream.h"

struct mailbox_session {
	const struct mailbox_options *options;
	struct mailbox_stream *stream;
	void *handle;             /* of libetpan */
	unsigned long validity;   /* IMAP: of the uids */
	uint32_t *removed;        /* IMAP: uids of what this session has marked as deleted */
	size_t removed_count;
};

/* Each as the function of mailbox.h with that name. */
struct mailbox_protocol_kind {
	bool (*open)(struct mailbox_session *s, struct error *err);
	bool (*list)(void *owner, struct mailbox_session *s, struct mailbox_item **all, size_t *count, struct error *err);
	bool (*fetch)(void *owner, struct mailbox_session *s, const struct mailbox_item *item, char **data, size_t *size, struct error *err);
	bool (*remove)(struct mailbox_session *s, const struct mailbox_item *item, struct error *err);
	bool (*close)(struct mailbox_session *s, struct error *err);
	void (*free)(struct mailbox_session *s);
};
extern const struct mailbox_protocol_kind mailbox_imap, mailbox_pop3;
