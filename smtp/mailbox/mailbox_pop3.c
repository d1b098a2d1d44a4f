#include "gateway/base/memory/mem.h"
#include "smtp/mailbox/mailbox_protocol.h"
#include <libetpan/mailpop3.h>
#include <string.h>

static bool check(struct mailbox_session *s, int rc, const char *what, struct error *err)
{
	return rc == MAILPOP3_NO_ERROR || mailbox_stream_failed(s->stream, what, err);
}

static bool secure(struct mailbox_session *s, mailstream *stream, struct error *err)
{
	return s->options->security != MAILBOX_STARTTLS ||
	       (check(s, mailpop3_stls(s->handle), "does not offer STLS", err) && mailbox_stream_start_tls(s->stream, stream, err));
}

static bool open_session(struct mailbox_session *s, struct error *err)
{
	mailstream *stream = mailbox_stream_of(s->stream);
	s->handle = mem_check(mailpop3_new(0, NULL));
	return check(s, mailpop3_connect(s->handle, stream), "is no POP3 server", err) && secure(s, stream, err) &&
	       check(s, mailpop3_user(s->handle, s->options->user), "refuses the user", err) &&
	       check(s, mailpop3_pass(s->handle, s->options->password), "refuses the user or the password", err);
}

static bool list(void *owner, struct mailbox_session *s, struct mailbox_item **all, size_t *count, struct error *err)
{
	carray *found = NULL;
	*all = NULL;
	*count = 0;
	if (!check(s, mailpop3_list(s->handle, &found), "does not list its messages", err))
		return false;
	for (unsigned i = 0; i < carray_count(found); i++) {
		const struct mailpop3_msg_info *info = carray_get(found, i);
		/* Without UIDL nothing tells a message that we have from one that is new. */
		if (info && !info->msg_deleted && info->msg_uidl)
			*mem_push(owner, *all, *count) = (struct mailbox_item){ mem_dup(owner, info->msg_uidl), info->msg_size, info->msg_index };
	}
	return true;
}

static bool fetch(void *owner, struct mailbox_session *s, const struct mailbox_item *item, char **data, size_t *size, struct error *err)
{
	char *got = NULL;
	if (!check(s, mailpop3_retr(s->handle, item->number, &got, size), "does not give a message", err))
		return false;
	*data = mem_array(owner, char, *size + 1);
	memcpy(*data, got, *size);
	mailpop3_retr_free(got);
	return true;
}

static bool remove_item(struct mailbox_session *s, const struct mailbox_item *item, struct error *err)
{
	return check(s, mailpop3_dele(s->handle, item->number), "does not delete a message", err);
}

static bool close_session(struct mailbox_session *s, struct error *err) { return check(s, mailpop3_quit(s->handle), "does not end the session", err); }

/* mailpop3_free would say QUIT, and what was to be deleted would be: the session was broken off. */
static void free_session(struct mailbox_session *s)
{
	mailpop3 *p = s->handle;
	if (p->pop3_stream) {
		mailstream_close(p->pop3_stream);
		p->pop3_stream = NULL;
	}
	mailpop3_free(p);
}

const struct mailbox_protocol_kind mailbox_pop3 = { open_session, list, fetch, remove_item, close_session, free_session };
