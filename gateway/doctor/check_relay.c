/* The mail servers: is each there, is its TLS to be trusted, does the login work, does it take letters of ours? */
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/doctor/examination.h"
#include "gateway/mail/transport.h"
#include "smtp/client/probe.h"
#include <string.h>
#include <unistd.h>

/* A certificate that ends sooner was not renewed when it should have been. */
#define SOON (14 * CLOCK_DAY)

static const char *place(struct examination *x)
{
	return smtp_is_socket(x->relay.host) ? x->relay.host : mem_printf(x->owner, "%s:%d", x->relay.host, x->relay.port);
}

/* Many servers say in their greeting how late it is: "220 mx.example ESMTP Exim 4.96 Thu, 26 Nov 2026 18:25:20 +0000". */
static void read_clock(struct examination *x, const char *greeting)
{
	static const char *const days[] = { "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, ", "Sun, " };
	int64_t then;
	for (size_t i = 0; greeting && i < sizeof days / sizeof *days; i++) {
		const char *date = strstr(greeting, days[i]);
		if (date && clock_parse_rfc5322(date, &then))
			examination_dated(x, "the mail server", then);
	}
}

static void not_ready(struct examination *x, const struct smtp_probe *p)
{
	static const char *const fixes[] = {
		[SMTP_PROBE_NOWHERE] = "correct host and port in mail { }; many networks let nobody connect to port 25, and 587 is the one for "
		                "letters of one's own",
		[SMTP_PROBE_CONNECTED] = "correct port and security in mail { } as the provider tells them: 587 with starttls, 465 with tls",
		[SMTP_PROBE_TLS] = "set host in mail { } to the name in the server's certificate; if it is your server, have its certificate "
		                "renewed, or name its authority in ca_file",
		[SMTP_PROBE_LOGIN] = "correct user and password_file, or token_file, in mail { }: some providers want a password made for this program alone, "
		                "and a token must be renewed before it expires",
	};
	examination_add(x, "relay", DOCTOR_WRONG, p->failed, fixes[p->stage]);
}

static bool in_the_clear(const struct smtp_probe *p, struct examination *x)
{
	struct network_address address;
	bool local = smtp_is_socket(x->relay.host) || text_same(x->relay.host, "localhost") || (network_address_parse(x->relay.host, &address) && network_reserved(&address));
	return !p->tls && !local;
}

static void ready(struct examination *x, const struct smtp_probe *p, const char *from)
{
	const char *login = x->relay.user ? mem_printf(x->owner, ", logged in as %s", x->relay.user) : "";
	if (p->failed)
		examination_add(x, "relay", DOCTOR_WRONG, p->failed, "ask who runs the mail server why it breaks off, and see its log");
	else if (p->sender >= 300)
		examination_add(x, "relay", DOCTOR_WRONG, mem_printf(x->owner, "%s does not take letters from <%s>: %s", place(x), from, p->sender_words),
		                mem_printf(x->owner, "allow the login to send for the whole domain '%s' (each letter has a return path of its own)",
		                           x->domain));
	else if (in_the_clear(p, x))
		examination_add(x, "relay", DOCTOR_WARNING, mem_printf(x->owner, "letters go to %s in the clear", place(x)),
		                "set security = starttls (or tls) in mail { }");
	else if (p->certificate_ends && p->certificate_ends < clock_now() + SOON)
		examination_add(x, "relay", DOCTOR_WARNING, mem_printf(x->owner, "the certificate of %s ends on %s", place(x),
		                clock_format(x->owner, p->certificate_ends, "%-d %B %Y")), "have it renewed");
	else
		examination_add(x, "relay", DOCTOR_OK, mem_printf(x->owner, "%s, %s%s, takes letters from %s", place(x),
		                                                  p->tls ? p->tls : "on this machine", login, x->domain), NULL);
}

static void recipient(struct examination *x, const struct smtp_probe *p, const char *to)
{
	bool refused = p->recipient >= 300;
	if (p->recipient == 0 && p->sender == 0 && !p->failed)
		examination_add(x, "recipient", DOCTOR_WRONG, mem_printf(x->owner, "%s cannot send to <%s>: it does not offer SMTPUTF8", place(x), to),
		                "send by a mail server that does, or have another address");
	if (p->recipient == 0)
		return;
	examination_add(x, "recipient", !refused ? DOCTOR_OK : p->recipient < 500 ? DOCTOR_WARNING : DOCTOR_WRONG,
	                mem_printf(x->owner, "%s %s letters to <%s>%s%s", place(x), refused ? "does not take" : "takes", to, refused ? ": " : "",
	                           refused ? p->recipient_words : ""),
	                x->relay.user ? "ask who runs the mail server; or try another address with --to" : "a mail server that refuses to relay "
	                "wants a login (user, password_file), or to know this machine");
}

static void check_server(struct examination *x)
{
	struct smtp_probe p;
	struct error err;
	const char *from = mem_printf(x->owner, "b+doctor@%s", x->domain), *to = x->wish->to ? x->wish->to : x->p->owner_mail;
	if (!smtp_probe(x->owner, &x->relay, from, to, &p, &err)) {
		examination_add(x, "relay", DOCTOR_WRONG, mem_dup(x->owner, err.text), "correct mail { } in pennypost.conf");
		return;
	}
	read_clock(x, p.greeting);
	if (p.stage < SMTP_PROBE_READY) {
		not_ready(x, &p);
		return;
	}
	ready(x, &p, from);
	recipient(x, &p, to);
}

/* Without a relay: the server of the recipient, on which the same things can be seen. */
static void take_receiver(struct examination *x)
{
	const char *domain = mailbox_domain(x->wish->to ? x->wish->to : x->p->owner_mail ? x->p->owner_mail : x->domain);
	const struct dns_answer *answer = dns_ask(x->dns, domain, DNS_MX);
	x->relay.host = answer->count && *answer->records[0].text ? answer->records[0].text : domain;
}

void check_relay(struct examination *x)
{
	const struct smtp_options first = x->relay;
	if (x->config->mail.transport == CONFIG_SENDMAIL) {
		bool there = access(x->config->mail.sendmail, X_OK) == 0;
		examination_add(x, "relay", there ? DOCTOR_OK : DOCTOR_WRONG, mem_printf(x->owner, there ? "letters go to %s" : "there is no program %s", x->config->mail.sendmail),
		                there ? NULL : "set sendmail in mail { } to the program of the mail server of this machine");
		return;
	}
	if (x->config->mail.transport != CONFIG_SMTP) {
		examination_add(x, "relay", DOCTOR_WARNING, mem_printf(x->owner, "letters are written into the Maildir %s, and not sent",
		                                                       x->config->mail.maildir), "set transport = smtp and host in mail { }, unless another program takes them from there");
		return;
	}
	for (size_t i = 0; i < x->config->mail.server_count; i++) {
		transport_options(x->owner, x->config, &x->config->mail.servers[i], x->p->host, &x->relay);
		if (x->config->mail.servers[i].direct)
			take_receiver(x);
		check_server(x);
	}
	x->relay = first;
}
