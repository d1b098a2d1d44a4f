#include "gateway/mail/transport.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/address/network.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/log.h"
#include "gateway/mail/pacing.h"
#include "gateway/mail/reason.h"
#include "gateway/mail/servers.h"
#include "smtp/client/refusal.h"
#include "smtp/local/maildir.h"
#include "smtp/local/sendmail.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How many messages are stored in a Maildir between two commits of their outcomes. */
enum { MAILDIR_ROOM = 20, RELAY_BUSY_MS = 10 * 60 * 1000 };
/* Whose turn is so near waits for it among the others. */
enum { AT_ONCE_MS = 5000 };

struct transport {
	struct servers *servers; /* NULL: a Maildir, or sendmail */
	struct finder *finder;   /* of receivers; NULL: nobody asks who they are */
	struct pacing *pacing;
	bool direct, relays;     /* what there is among the servers */
	const char *maildir;
	int sendmail;            /* the socket of smtp/local/sendmail.h, or -1 */
	struct sent *done;       /* of these: outcomes for transport_next, the oldest first */
	size_t done_count, done_taken;
	int unsettled;           /* Maildir: outcomes that were taken */
	struct smtp_outcome outcome; /* holds the words of the last one */
};

/* The name of the machine is often one that nobody else knows; RFC 5321 section 4.1.3 has literals for who has no name. */
static const char *our_name(void *owner, const struct config *config, const char *site)
{
	struct network_address address;
	char host[256] = "localhost";
	if (config->mail.helo)
		return config->mail.helo;
	if (network_address_forwarded(site, &address)) {
		char *text = network_address_text(owner, &address);
		return mem_printf(owner, strchr(text, ':') ? "[IPv6:%s]" : "[%s]", text);
	}
	if (strchr(site, '.'))
		return mem_ndup(owner, site, strcspn(site, ":"));
	gethostname(host, sizeof host - 1);
	return mem_dup(owner, *host ? host : "localhost");
}

void transport_options(void *owner, const struct config *config, const struct config_server *server, const char *site, struct smtp_options *options)
{
	servers_options(config, server, options);
	options->helo = our_name(owner, config, site);
}

/* A message that is under way, when there is a pace of receivers. */
struct under_way {
	void *tag;
	char *receiver;
};

static bool pace_receivers(struct transport *t, const struct role *role, struct error *err)
{
	const struct config *c = role->config;
	const struct finder_options options = { .resolver = c->resolver, .ca_file = c->ca_file, .allow_networks = c->allow_networks };
	int most = 0;
	for (size_t i = 0; i < c->mail.server_count; i++) {
		t->direct = t->direct || c->mail.servers[i].direct;
		t->relays = t->relays || !c->mail.servers[i].direct;
		most += c->mail.servers[i].connections;
	}
	if (!t->direct && !c->mail.per_receiver)
		return true;
	t->pacing = pacing_new(t, role->shared, role->worker, most);
	t->finder = finder_new(t, &options, err);
	return t->finder != NULL;
}

struct transport *transport_new(void *owner, const struct role *role, const char *site, struct error *err)
{
	struct transport *t = mem_new(owner, struct transport);
	t->maildir = role->config->mail.maildir;
	t->sendmail = role->config->mail.transport == CONFIG_SENDMAIL ? role->sendmail_fd : -1;
	if (role->config->mail.transport == CONFIG_SMTP)
		t->servers = servers_new(t, role, our_name(t, role->config, site), err);
	if (t->servers && !pace_receivers(t, role, err))
		TALLOC_FREE(t->servers);
	if (t->servers || t->sendmail >= 0 || (role->config->mail.transport == CONFIG_MAILDIR && maildir_make(t->maildir, err)))
		return t;
	if (role->config->mail.transport == CONFIG_SENDMAIL)
		error_set(err, ERROR_TEMPORARY, "'%s' cannot be started", role->config->mail.sendmail);
	talloc_free(t);
	return NULL;
}

/* A message in a Maildir that is written again replaces itself; a program would send it twice, so each is recorded before the next. */
static int local_room(const struct transport *t) { return t->sendmail >= 0 ? 1 : MAILDIR_ROOM; }

bool transport_has_room(struct transport *t, const char *avoid, bool urgent)
{
	return t->servers ? servers_have_room(t->servers, &(struct servers_wish){ .avoid = avoid, .urgent = urgent }) : local_room(t) > transport_busy(t) + t->unsettled;
}

int64_t transport_rest(const struct transport *t) { return t->servers ? servers_rest(t->servers) : 0; }
bool transport_is_paced(const struct transport *t) { return t->finder != NULL; }
int transport_fd(const struct transport *t) { return t->finder ? finder_fd(t->finder) : -1; }

/* Of an address that was asked for before. */
static const char *receiver_at(struct transport *t, const char *to, const struct route **route)
{
	*route = finder_known(t->finder, mailbox_domain(to));
	return *route ? (*route)->receiver : mailbox_domain(to);
}

/* Nobody takes the message, now or ever, and no relay is there to try it.  A domain that is gone may be back within two days. */
static enum turn nowhere(const struct route *route, struct sent *sent)
{
	bool null = route->mx->state == MX_NULL;
	*sent = (struct sent){ .state = null ? DELIVERY_FAILED : DELIVERY_DEFERRED, .reason = null ? DELIVERY_DEAD : DELIVERY_NETWORK, .words = route->mx->why };
	return TURN_NEVER;
}

void transport_begin_turns(struct transport *t) { finder_seen(t->finder); }

enum turn transport_turn(struct transport *t, const char *to, const char *avoid, bool urgent, int64_t *ms, struct sent *sent)
{
	const struct route *route = finder_ask(t->finder, mailbox_domain(to));
	*ms = AT_ONCE_MS;
	if (!route)
		return TURN_WAIT;
	if (!t->relays && route->mx->state != MX_FOUND)
		return nowhere(route, sent);
	if (!servers_have_room(t->servers, &(struct servers_wish){ avoid, route, urgent }))
		return TURN_WAIT;
	int64_t wait = pacing_begin(t->pacing, route->receiver);
	if (wait == 0)
		return TURN_NOW;
	*ms = wait > 0 ? wait : AT_ONCE_MS;
	if (wait < AT_ONCE_MS)
		return TURN_WAIT;
	*ms = urgent ? wait : pacing_later(t->pacing, route->receiver, wait);
	return TURN_LATER;
}

void transport_give_up(struct transport *t, const char *to)
{
	const struct route *route;
	pacing_end(t->pacing, receiver_at(t, to, &route), PACING_OTHER);
}

int64_t transport_later(struct transport *t, const char *to)
{
	const struct route *route;
	return pacing_later(t->pacing, receiver_at(t, to, &route), AT_ONCE_MS);
}

int transport_tend(struct transport *t) { return t->servers ? servers_tend(t->servers) : -1; }
int transport_busy(const struct transport *t) { return t->servers ? servers_busy(t->servers) : (int)(t->done_count - t->done_taken); }

/* The file name is made from the Message-ID, so that a repeated message replaces its file. */
static char *file_name(void *owner, const char *id)
{
	char *name = mem_printf(owner, "%s", id);
	for (char *p = name; *p; p++)
		if (*p == '/' || *p == ':')
			*p = '_';
	return *name == '.' ? mem_printf(owner, "_%s", name + 1) : name;
}

/* An outcome for transport_next; its words are copied. */
static void end_at_once(struct transport *t, const struct sent *sent)
{
	if (t->done_taken == t->done_count) {
		TALLOC_FREE(t->done);
		t->done_count = t->done_taken = 0;
	}
	struct sent *s = mem_push(t, t->done, t->done_count);
	*s = *sent;
	s->words = mem_dup(t->done, sent->words);
}

static void into_maildir(struct transport *t, const struct outgoing *m)
{
	struct error err = { 0 };
	void *scratch = talloc_new(NULL);
	char *head = mem_printf(scratch, "Return-Path: <%s>\r\nDelivered-To: %s\r\n", m->from, m->to);
	char *whole = mem_printf(scratch, "%s%s", head, m->data);
	bool fine = maildir_store(t->maildir, file_name(scratch, m->id), whole, strlen(whole), &err);
	end_at_once(t, &(struct sent){ .tag = m->tag, .state = fine ? DELIVERY_DELIVERED : DELIVERY_DEFERRED, .reason = fine ? DELIVERY_NO_REASON : DELIVERY_NETWORK,
	                               .words = fine ? "written into the Maildir" : err.text });
	talloc_free(scratch);
}

static void send_paced(struct transport *t, struct smtp_message *message, struct servers_wish *wish)
{
	struct under_way *u = mem_new(t, struct under_way);
	u->tag = message->tag;
	u->receiver = mem_dup(u, receiver_at(t, message->to, &wish->route));
	message->tag = u;
	servers_send(t->servers, message, wish);
}

static void into_sendmail(struct transport *t, const struct outgoing *m)
{
	static const enum delivery_state states[] = { [SENDMAIL_TAKEN] = DELIVERY_DELIVERED, [SENDMAIL_LATER] = DELIVERY_DEFERRED, [SENDMAIL_REFUSED] = DELIVERY_FAILED };
	struct sendmail_outcome o;
	/* The role begins anew, and the process that starts programs with it. */
	if (!sendmail_deliver(t->sendmail, m->from, m->to, m->data, m->size, &o))
		raise(SIGTERM);
	end_at_once(t, &(struct sent){ .tag = m->tag, .state = states[o.verdict], .words = o.words, .reason = o.verdict == SENDMAIL_TAKEN ? DELIVERY_NO_REASON :
	                               o.nobody ? DELIVERY_DEAD : o.verdict == SENDMAIL_LATER ? DELIVERY_NETWORK : DELIVERY_CONTENT });
}

void transport_send(struct transport *t, const struct outgoing *m)
{
	struct smtp_message message = { .from = m->from, .to = m->to, .data = m->data, .size = m->size, .envid = m->envid, .tag = m->tag };
	struct servers_wish wish = { .avoid = m->avoid, .urgent = m->urgent };
	if (t->finder)
		send_paced(t, &message, &wish);
	else if (t->servers)
		servers_send(t->servers, &message, &wish);
	else if (t->sendmail >= 0)
		into_sendmail(t, m);
	else
		into_maildir(t, m);
}

/* A refusal by a 5xx of the recipient, too, shows that the receiver takes our letters. */
static enum pacing_end end_of(const struct sent *sent, const struct smtp_outcome *o)
{
	static const char *const greylist[] = { "greylist", "greylisted", "greylisting", "graylist", "graylisted", "graylisting" };
	bool throttled = sent->reason == DELIVERY_THROTTLED && (o->code == 421 || strncmp(o->status, "4.7.", 4) == 0);
	/* Greylisting wants to see this letter again, and no fewer of them. */
	if (throttled && !refusal_says(o->words, greylist, sizeof greylist / sizeof *greylist))
		return PACING_THROTTLED;
	return sent->state == DELIVERY_DEFERRED ? PACING_OTHER : PACING_TAKEN;
}

static void heed_pace(struct transport *t, struct sent *sent)
{
	struct under_way *u = sent->tag;
	if (pacing_end(t->pacing, u->receiver, end_of(sent, &t->outcome)))
		log_info("a receiver wants fewer letters", log_text("receiver", u->receiver), log_text("words", sent->words));
	sent->tag = u->tag;
	talloc_free(u);
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
	if (!t->servers) {
		if (t->done_taken == t->done_count)
			return false;
		*sent = t->done[t->done_taken++];
		sent->slot = t;
		t->unsettled++;
		return true;
	}
	struct seat *seat;
	if (!servers_next(t->servers, timeout_ms, stop_fd, &t->outcome, &seat))
		return false;
	from_outcome(t, sent);
	if (t->finder)
		heed_pace(t, sent);
	sent->server = servers_name(t->servers, seat);
	sent->slot = seat;
	return true;
}

void transport_settle(struct transport *t, void *slot)
{
	if (t->servers && slot)
		servers_settle(slot);
	else if (slot)
		t->unsettled--;
}
