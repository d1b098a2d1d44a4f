#include "smtp/mailbox/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "smtp/mailbox/mailbox_protocol.h"

struct mailbox {
	const struct mailbox_protocol_kind *kind;
	struct mailbox_session session;
};

/* Before its stream, which is its child. */
static int free_handle(struct mailbox *m)
{
	if (m->session.handle)
		m->kind->free(&m->session);
	return 0;
}

struct mailbox *mailbox_open(void *owner, const struct mailbox_options *options, struct error *err)
{
	struct mailbox *m = mem_new(owner, struct mailbox);
	m->kind = options->protocol == MAILBOX_IMAP ? &mailbox_imap : &mailbox_pop3;
	m->session.options = options;
	m->session.stream = mailbox_stream_open(m, options, err);
	talloc_set_destructor(m, free_handle);
	if (m->session.stream && m->kind->open(&m->session, err))
		return m;
	talloc_free(m);
	return NULL;
}

bool mailbox_list(struct mailbox *m, struct mailbox_item **all, size_t *count, struct error *err) { return m->kind->list(m, &m->session, all, count, err); }

bool mailbox_fetch(void *owner, struct mailbox *m, const struct mailbox_item *item, char **data, size_t *size, struct error *err)
{
	return m->kind->fetch(owner, &m->session, item, data, size, err);
}

bool mailbox_remove(struct mailbox *m, const struct mailbox_item *item, struct error *err) { return m->kind->remove(&m->session, item, err); }
bool mailbox_close(struct mailbox *m, struct error *err) { return m->kind->close(&m->session, err); }
