#include "gateway/inbound/poll.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/memory/set.h"
#include "gateway/base/mime/fields.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/inbound/route.h"
#include "smtp/mailbox/mailbox.h"
#include "smtp/report/addr_spec.h"
#include <string.h>
#include <strings.h>

/* What one session takes at most; the rest is for the next. */
enum { SESSION_BYTES = 64 << 20, SESSION_MESSAGES = 500, HEAD_MAX = 256 << 10, ADDRESSES_MAX = 50 };

struct poll {
	struct role *role;
	struct mailbox *box;
	char *name;     /* in mailbox_message */
	struct set *taken, *left; /* uids of messages that are there, and known */
	size_t bytes, messages;
};

/* Fields that say for whom it came, the surest first: those that the last server writes, then what its author wrote. */
static const char *const recipients[] = { "X-Original-To", "Envelope-To", "Delivered-To", "X-Delivered-To", "Resent-To", "To", "Cc" };

/* Routes it by one of the addresses in value. */
static bool route_field(void *scratch, const struct poll *p, const char *value, struct mail_in *m, struct error *err)
{
	size_t size = 0;
	const char *at = value;
	for (int n = 0; n < ADDRESSES_MAX && (at = addr_spec_find(at, strlen(at), &size)); n++, at += size) {
		m->recipient = mem_ndup(scratch, at, size);
		if (route_mail(p->role->db, p->role->config, m, err))
			return true;
		if (err->kind != ERROR_NOT_FOUND)
			return false;
	}
	return error_set(err, ERROR_NOT_FOUND, "it is for no address of ours");
}

static bool route_head(void *scratch, const struct poll *p, const struct fields *head, struct mail_in *m, struct error *err)
{
	error_set(err, ERROR_NOT_FOUND, "it is for no address of ours");
	for (size_t i = 0; i < sizeof recipients / sizeof *recipients; i++)
		for (size_t j = 0; j < head->count; j++)
			if (strcasecmp(head->all[j].name, recipients[i]) == 0) {
				if (route_field(scratch, p, head->all[j].value, m, err))
					return true;
				if (err->kind != ERROR_NOT_FOUND)
					return false;
			}
	return false;
}

static const struct fields *head_of(void *scratch, const char *data, size_t size)
{
	const char *rest;
	return fields_read(scratch, fields_lines(scratch, data, size < HEAD_MAX ? size : HEAD_MAX), &rest);
}

struct noting {
	const struct poll *poll;
	const char *uid;
	const struct mail_in *mail;
};

static bool note_once(void *context, struct error *err)
{
	const struct noting *n = context;
	struct db *db = n->poll->role->db;
	int64_t changed = 0;
	return db_change(db, "INSERT INTO mailbox_message (mailbox, uid, taken) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	                 DB_ARGS(db_text(n->poll->name), db_text(n->uid), db_int(n->mail ? clock_now() : 0)), &changed, err) &&
	       (!n->mail || !changed || route_store(db, n->mail, err));
}

/* With the message, or, where m is NULL, without one: then it stays in the mailbox.  Another process that was faster is no error. */
static bool note(const struct poll *p, const char *uid, const struct mail_in *m, struct error *err)
{
	return db_transact(p->role->db, note_once, &(struct noting){ p, uid, m }, err);
}

static bool leave(const struct poll *p, const struct mailbox_item *item, const char *why, struct error *err)
{
	log_warning("message left in the mailbox", log_text("mailbox", p->name), log_text("uid", item->uid), log_text("because", why));
	return note(p, item->uid, NULL, err);
}

static bool store(void *scratch, struct poll *p, const struct mailbox_item *item, const char *data, size_t size, struct error *err)
{
	struct error why = { 0 };
	const struct fields *head = head_of(scratch, data, size);
	struct mail_in m = { .message = data, .size = size, .sender = addr_spec_of_field(scratch, fields_get(head, "Return-Path")) };
	/* Without the field it is not known that there was none. */
	if (!*fields_get(head, "Return-Path"))
		m.sender = addr_spec_of_field(scratch, fields_get(head, "From"));
	if (route_head(scratch, p, head, &m, &why))
		return note(p, item->uid, &m, err) && mailbox_remove(p->box, item, err);
	if (why.kind == ERROR_NOT_FOUND)
		return leave(p, item, why.text, err);
	*err = why;
	return false;
}

static bool fetch(void *scratch, struct poll *p, const struct mailbox_item *item, struct error *err)
{
	char *data;
	size_t size;
	if (item->size > MAIL_IN_SIZE_MAX)
		return leave(p, item, "it is too large", err);
	if (!mailbox_fetch(scratch, p->box, item, &data, &size, err))
		return err->kind == ERROR_NOT_FOUND;
	p->bytes += size;
	p->messages++;
	return size > MAIL_IN_SIZE_MAX ? leave(p, item, "it is too large", err) : store(scratch, p, item, data, size, err);
}

static bool take(struct poll *p, const struct mailbox_item *item, struct error *err)
{
	if (set_has(p->left, item->uid))
		return true;
	if (set_has(p->taken, item->uid))
		return mailbox_remove(p->box, item, err);
	void *scratch = talloc_new(NULL);
	bool fine = fetch(scratch, p, item, err);
	talloc_free(scratch);
	return fine;
}

/* Reads what is known of the mailbox's messages, and forgets those that it has no more. */
static bool recall(void *scratch, struct poll *p, const struct mailbox_item *all, size_t count, struct error *err)
{
	char **gone = NULL;
	size_t gone_count = 0;
	struct set *there = set_new(scratch);
	for (size_t i = 0; i < count; i++)
		set_add(there, all[i].uid);
	struct db_rows *rows = db_query(p->role->db, "SELECT uid, taken FROM mailbox_message WHERE mailbox = $1", DB_ARGS(db_text(p->name)));
	while (db_next(rows)) {
		const char *uid = db_column_text(rows, 0);
		if (set_has(there, uid))
			set_add(db_column_int(rows, 1) ? p->taken : p->left, uid);
		else
			*mem_push(scratch, gone, gone_count) = mem_dup(scratch, uid);
	}
	bool fine = db_finish(rows, err);
	for (size_t i = 0; fine && i < gone_count; i++)
		fine = db_run(p->role->db, "DELETE FROM mailbox_message WHERE mailbox = $1 AND uid = $2", DB_ARGS(db_text(p->name), db_text(gone[i])), err);
	return fine;
}

static bool take_all(void *scratch, struct poll *p, bool *more, struct error *err)
{
	struct mailbox_item *all;
	size_t count = 0, i = 0;
	if (!mailbox_list(p->box, &all, &count, err) || !recall(scratch, p, all, count, err))
		return false;
	for (; i < count && p->bytes < SESSION_BYTES && p->messages < SESSION_MESSAGES && role_go_on(p->role); i++)
		if (!take(p, &all[i], err))
			return false;
	*more = i < count;
	return true;
}

bool poll_mailbox(struct role *role, bool *more, struct error *err)
{
	const struct config *c = role->config;
	struct poll p = { .role = role };
	*more = false;
	const struct mailbox_options options = { .host = c->mailbox.host, .port = c->mailbox.port, .protocol = (enum mailbox_protocol)c->mailbox.protocol,
	                                         .security = (enum mailbox_security)c->mailbox.security, .user = c->mailbox.user, .password = c->mailbox.password,
	                                         .folder = c->mailbox.folder, .ca_file = c->ca_file, .stop_fd = role->stop_fd };
	void *scratch = talloc_new(NULL);
	p.taken = set_new(scratch);
	p.left = set_new(scratch);
	p.name = mem_printf(scratch, "%s://%s@%s:%d/%s", options.protocol == MAILBOX_IMAP ? "imap" : "pop3", options.user, options.host, options.port,
	                    options.protocol == MAILBOX_IMAP ? options.folder : "");
	p.box = mailbox_open(scratch, &options, err);
	bool fine = p.box && take_all(scratch, &p, more, err) && mailbox_close(p.box, err);
	if (fine && p.messages)
		log_info("mailbox polled", log_text("mailbox", p.name), log_int("messages", (int64_t)p.messages));
	talloc_free(scratch);
	return fine;
}
