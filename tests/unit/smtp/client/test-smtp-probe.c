/* test-smtp-probe - how far a mail server lets us come, and that no letter is sent. */
#include "gateway/base/memory/mem.h"
#include "smtp/client/probe.h"
#include "smtp_peer.h"
#include "tap.h"
#include "tls_peer.h"

#define HELLO "accept", "S 220 mx.test ready", "C EHLO penny.test"
#define STARTTLS HELLO, "S 250-mx.test", "S 250 STARTTLS", "C STARTTLS", "S 220 go"
#define LOG_IN "C AUTH PLAIN AHBlbm55AHNlY3JldA=="

static const struct probed {
	const char *name, *names;
	enum smtp_security security;
	bool user;
	const char *to;
	const char *script[30];
	const char *want; /* stage, codes of MAIL and RCPT, in the clear or not */
	const char *failed;
} rows[] = {
	{ "a server that takes us", "DNS:localhost", SMTP_STARTTLS, true, "ada@mail.test",
	  { STARTTLS, "tls", "C EHLO penny.test", "S 250-mx.test", "S 250 AUTH PLAIN", LOG_IN, "S 235 welcome", "C MAIL FROM:<b@penny.test>", "quiet", "S 250 ok",
	    "C RCPT TO:<ada@mail.test>", "S 250 ok", "C QUIT", "gone" }, "ready 250 250 tls", NULL },
	{ "in the clear, no login", NULL, SMTP_PLAIN, false, "ada@mail.test",
	  { HELLO, "S 250 mx.test", "C MAIL FROM:<b@penny.test>", "S 250 ok", "C RCPT TO:<ada@mail.test>", "S 450 later", "C QUIT", "gone" }, "ready 250 450 clear", NULL },
	{ "our sender is refused", NULL, SMTP_PLAIN, false, "ada@mail.test",
	  { HELLO, "S 250 mx.test", "C MAIL FROM:<b@penny.test>", "S 550 5.7.1 not yours", "C QUIT", "gone" }, "ready 550 0 clear", NULL },
	{ "an address beyond ASCII", NULL, SMTP_PLAIN, false, "gr\xc3\xbc\xc3\x9f\x65@mail.test",
	  { HELLO, "S 250-mx.test", "S 250 SMTPUTF8", "C MAIL FROM:<b@penny.test> SMTPUTF8", "S 250 ok", "C RCPT TO:<gr\xc3\xbc\xc3\x9f\x65@mail.test>", "S 250 ok", "C QUIT", "gone" },
	  "ready 250 250 clear", NULL },
	{ "and a server that cannot have it", NULL, SMTP_PLAIN, false, "gr\xc3\xbc\xc3\x9f\x65@mail.test", { HELLO, "S 250 mx.test", "C QUIT", "gone" }, "ready 0 0 clear", NULL },
	{ "a refused login", "DNS:localhost", SMTP_STARTTLS, true, "ada@mail.test",
	  { STARTTLS, "tls", "C EHLO penny.test", "S 250-mx.test", "S 250 AUTH PLAIN", LOG_IN, "S 535 5.7.8 no", "gone" }, "login 0 0 tls", "does not let us log in as 'penny'" },
	{ "no way to log in", "DNS:localhost", SMTP_STARTTLS, true, "ada@mail.test",
	  { STARTTLS, "tls", "C EHLO penny.test", "S 250 mx.test", "gone" }, "login 0 0 tls", "offers no way to log in" },
	{ "a certificate for another name", "DNS:other.test", SMTP_STARTTLS, false, "ada@mail.test", { STARTTLS, "no tls" }, "tls 0 0 clear", "hostname mismatch" },
	{ "no STARTTLS", "DNS:localhost", SMTP_STARTTLS, false, "ada@mail.test", { HELLO, "S 250 mx.test", "gone" }, "connected 0 0 clear", "does not offer STARTTLS" },
	{ "a greeting that is none", NULL, SMTP_PLAIN, false, "ada@mail.test", { "accept", "S 554 5.7.1 not you", "gone" }, "connected 0 0 clear", "does not want us: 554" },
	{ "another protocol", NULL, SMTP_PLAIN, false, "ada@mail.test", { "accept", "S +OK POP3", "gone" }, "connected 0 0 clear", "does not speak SMTP" },
	{ "lost after MAIL", NULL, SMTP_PLAIN, false, "ada@mail.test", { HELLO, "S 250 mx.test", "C MAIL FROM:<b@penny.test>", "close" }, "ready 0 0 clear", "closed the connection" },
};

static void check(void *t, const struct probed *row)
{
	static const char *const stages[] = { "nowhere", "connected", "tls", "login", "ready" };
	struct error err = { 0 };
	struct smtp_probe p;
	char ca_file[] = "/tmp/test-smtp-probe.XXXXXX";
	int fd = mkstemp(ca_file);
	struct smtp_peer peer = { .tls = row->names ? tls_peer_new(row->names, 30, 0) : NULL };
	if (row->names)
		tls_peer_vouch(peer.tls, ca_file);
	close(fd);
	if (!ok(smtp_peer_listen(&peer), row->name))
		return;
	smtp_peer_start(&peer, row->script);
	const struct smtp_options options = { .host = "localhost", .port = peer.port, .security = row->security, .user = row->user ? "penny" : NULL, .password = "secret",
	                                      .helo = "penny.test", .ca_file = ca_file, .connections = 1 };
	ok(smtp_probe(t, &options, "b@penny.test", row->to, &p, &err), "it was tried");
	is(mem_printf(t, "%s %d %d %s", stages[p.stage], p.sender, p.recipient, p.tls ? "tls" : "clear"), row->want, row->name);
	ok(row->failed ? p.failed && strstr(p.failed, row->failed) : !p.failed, "and why");
	printf("# %s\n", p.failed ? p.failed : "-");
	ok((p.certificate_ends > 0) == (p.tls != NULL), "when the certificate ends");
	ok(smtp_peer_end(&peer), "the dialogue went as written");
	SSL_CTX_free(peer.tls);
	unlink(ca_file);
}

int main(void)
{
	void *t = talloc_new(NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(t, &rows[i]);
	struct error err = { 0 };
	struct smtp_probe p;
	ok(smtp_probe(t, &(struct smtp_options){ .host = "localhost", .port = 1, .security = SMTP_PLAIN, .helo = "penny.test" }, "b@penny.test", "ada@mail.test", &p, &err) &&
	   p.stage == SMTP_PROBE_NOWHERE && strstr(p.failed, "cannot connect"), "nobody listens");
	talloc_free(t);
	return tap_done();
}
