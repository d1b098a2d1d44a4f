#include "gateway/mail/transport.h"
#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/mail/reason.h"
#include "smtp/client/client.h"
#include "smtp/local/maildir.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How many messages are stored in a Maildir between two commits of their outcomes. */
enum { MAILDIR_ROOM = 20, RELAY_BUSY_MS = 10 * 60 * 1000 };

struct transport {
	struct smtp_pool *pool;  /* NULL: a Maildir */
	const char *maildir;
	struct sent *done;       /* Maildir: outcomes for transport_next, the oldest first */
	size_t done_count, done_taken;
	struct smtp_outcome outcome; /* holds the words of the last one */
};

/* The name of the machine is often one that nobody else knows; RFC 5321 section 4.1.3 has literals for who has no name. */
static const char *our_name(struct transport *t, const struct config *config, const char *site)
{
	struct network_address address;
	char host[256] = "localhost";
	if (config->mail.helo)
		return config->mail.helo;
	if (network_address_forwarded(site, &address)) {
		char *text = network_address_text(t, &address);
		return mem_printf(t, strchr(text, ':') ? "[IPv6:%s]" : "[%s]", text);
	}
	if (strchr(site, '.'))
		return mem_ndup(t, site, strcspn(site, ":"));
	gethostname(host, sizeof host - 1);
	return mem_dup(t, *host ? host : "localhost");
}

static bool open_smtp(struct transport *t, const struct config *config, const char *site, int connections, struct error *err)
{
	static const enum smtp_security security[] = { [CONFIG_TLS] = SMTP_TLS, [CONFIG_STARTTLS] = SMTP_STARTTLS, [CONFIG_PLAIN] = SMTP_PLAIN };
	struct smtp_options options = { .host = config->mail.host ? config->mail.host : "localhost", .port = config->mail.port,
	                                .security = security[config->mail.security], .user = config->mail.user, .password = config->mail.password,
	                                .helo = our_name(t, config, site), .ca_file = config->ca_file, .connections = connections };
	t->pool = smtp_pool_new(t, &options, err);
	return t->pool != NULL;
}

struct transport *transport_new(void *owner, const struct config *config, const char *site, int connections, struct error *err)
{
	struct transport *t = mem_new(owner, struct transport);
	t->maildir = config->mail.maildir;
	if (config->mail.transport == CONFIG_SMTP ? open_smtp(t, config, site, connections, err) : maildir_make(t->maildir, err))
		return t;
	talloc_free(t);
	return NULL;
}

int transport_room(const struct transport *t) { return t->pool ? smtp_pool_room(t->pool) : MAILDIR_ROOM - transport_busy(t); }
int transport_tend(struct transport *t) { return t->pool ? smtp_pool_tend(t->pool) : -1; }
int transport_busy(const struct transport *t) { return t->pool ? smtp_pool_busy(t->pool) : (int)(t->done_count - t->done_taken); }

/* The file name is made from the Message-ID, so that a repeated message replaces its file. */
static char *file_name(void *owner, const char *id)
{
	char *name = mem_printf(owner, "%s", id);
	for (char *p = name; *p; p++)
		if (*p == '/' || *p == ':')
			*p = '_';
	return *name == '.' ? mem_printf(owner, "_%s", name + 1) : name;
}

static void into_maildir(struct transport *t, const struct outgoing *m)
{
	struct error err = { 0 };
	void *scratch = talloc_new(NULL);
	char *head = mem_printf(scratch, "Return-Path: <%s>\r\nDelivered-To: %s\r\n", m->from, m->to);
	char *whole = mem_printf(scratch, "%s%s", head, m->data);
	bool fine = maildir_store(t->maildir, file_name(scratch, m->id), whole, strlen(whole), &err);
	if (t->done_taken == t->done_count) {
		TALLOC_FREE(t->done);
		t->done_count = t->done_taken = 0;
	}
	struct sent *s = mem_push(t, t->done, t->done_count);
	*s = (struct sent){ .tag = m->tag, .state = fine ? DELIVERY_DELIVERED : DELIVERY_DEFERRED, .reason = fine ? DELIVERY_NO_REASON : DELIVERY_NETWORK,
	                    .words = mem_dup(t->done, fine ? "captured" : err.text) };
	talloc_free(scratch);
}

void transport_send(struct transport *t, const struct outgoing *m)
{
	if (t->pool)
		smtp_pool_send(t->pool, &(struct smtp_message){ .from = m->from, .to = m->to, .data = m->data, .size = m->size, .envid = m->id, .tag = m->tag });
	else
		into_maildir(t, m);
}

static void from_outcome(struct transport *t, struct sent *sent)
{
	static const enum delivery_state states[] = { [SMTP_DELIVERED] = DELIVERY_DELIVERED, [SMTP_DEFERRED] = DELIVERY_DEFERRED, [SMTP_FAILED] = DELIVERY_FAILED };
	const struct smtp_outcome *o = &t->outcome;
	*sent = (struct sent){ .tag = o->tag, .state = states[o->verdict], .reason = reason_of_outcome(o), .words = o->words };
	/* 4.7.28 is the rate limit of Gmail: wait at least ten minutes. */
	if (sent->reason == DELIVERY_THROTTLED && o->code == 421)
		sent->retry_after = RELAY_BUSY_MS;
}

bool transport_next(struct transport *t, int timeout_ms, int stop_fd, struct sent *sent)
{
	if (!t->pool) {
		if (t->done_taken == t->done_count)
			return false;
		*sent = t->done[t->done_taken++];
		return true;
	}
	if (!smtp_pool_next(t->pool, timeout_ms, stop_fd, &t->outcome))
		return false;
	from_outcome(t, sent);
	return true;
}
