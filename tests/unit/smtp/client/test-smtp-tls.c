/* test-smtp-tls - which mail servers get a letter and a password: those whose certificate is for their name. */
#include "gateway/base/memory/mem.h"
#include "smtp/client/client.h"
#include "smtp_peer.h"
#include "tap.h"
#include "tls_peer.h"

#define LETTER "C MAIL FROM:<>", "C RCPT TO:<ada@mail.test>", "C DATA", "quiet", "S 250 ok", "S 250 ok", "S 354 go on", "C a: b", "C ", "C .", "S 250 2.0.0 taken", "C QUIT", "gone"
#define EHLO "C EHLO penny.test", "S 250-mx.test", "S 250-PIPELINING"
#define STARTTLS "accept", "S 220 mx.test", EHLO, "S 250-AUTH LOGIN", "S 250 STARTTLS", "C STARTTLS", "quiet", "S 220 go"
#define LOG_IN "C AUTH PLAIN AHBlbm55AHNlY3JldA==", "S 235 welcome"

static const struct visit {
	const char *name;
	const char *host, *names; /* what the certificate is for */
	long days;                /* it holds */
	bool known;               /* its authority is */
	int newest;               /* TLS version that the server speaks, 0: any */
	enum smtp_security security;
	const char *script[40];
	const char *want;         /* in what the outcome says */
} visits[] = {
	{ "STARTTLS", "localhost", "DNS:localhost", 1, true, 0, SMTP_STARTTLS,
	  { STARTTLS, "tls", "sni localhost", EHLO, "S 250 AUTH PLAIN", LOG_IN, LETTER }, "250 2.0.0 taken" },
	{ "STARTTLS with TLS 1.2", "localhost", "DNS:localhost", 1, true, TLS1_2_VERSION, SMTP_STARTTLS,
	  { STARTTLS, "tls", EHLO, "S 250 AUTH PLAIN", LOG_IN, LETTER }, "250 2.0.0 taken" },
	{ "TLS from the start", "localhost", "DNS:localhost", 1, true, 0, SMTP_TLS,
	  { "accept", "tls", "sni localhost", "S 220 mx.test", EHLO, "S 250 AUTH PLAIN", LOG_IN, LETTER }, "250 2.0.0 taken" },
	{ "by address", "127.0.0.1", "IP:127.0.0.1", 1, true, 0, SMTP_TLS,
	  { "accept", "tls", "sni", "S 220 mx.test", EHLO, "S 250 AUTH PLAIN", LOG_IN, LETTER }, "250 2.0.0 taken" },
	{ "what was offered before TLS is forgotten", "localhost", "DNS:localhost", 1, true, 0, SMTP_STARTTLS,
	  { STARTTLS, "tls", "C EHLO penny.test", "S 250 mx.test", "gone" }, "offers no way to log in" },
	{ "another name", "localhost", "DNS:mx.test", 1, true, 0, SMTP_STARTTLS, { STARTTLS, "no tls" }, "the certificate of 'localhost' is not to be trusted: hostname mismatch" },
	{ "another address", "127.0.0.1", "DNS:127.0.0.1,IP:127.0.0.2", 1, true, 0, SMTP_TLS, { "accept", "no tls" }, "is not to be trusted: IP address mismatch" },
	{ "a stranger's certificate", "localhost", "DNS:localhost", 1, false, 0, SMTP_STARTTLS, { STARTTLS, "no tls" }, "if it is your own, name its authority in ca_file" },
	{ "a stranger's certificate, which will do", "localhost", "DNS:localhost", 1, false, 0, SMTP_ENCRYPTED,
	  { STARTTLS, "tls", EHLO, "S 250 AUTH PLAIN", LOG_IN, LETTER }, "250 2.0.0 taken" },
	{ "or one for another name", "localhost", "DNS:mx.test", 1, true, 0, SMTP_OPPORTUNISTIC,
	  { STARTTLS, "tls", EHLO, "S 250 AUTH PLAIN", LOG_IN, LETTER }, "250 2.0.0 taken" },
	{ "out of date", "localhost", "DNS:localhost", -1, true, 0, SMTP_TLS, { "accept", "no tls" }, "is not to be trusted: certificate has expired" },
	{ "TLS 1.1", "localhost", "DNS:localhost", 1, true, TLS1_1_VERSION, SMTP_TLS, { "accept", "no tls" }, "TLS with 'localhost' failed: " },
	{ "no TLS at all", "localhost", "DNS:localhost", 1, true, 0, SMTP_TLS, { "accept", "S 220 mx.test", "close" }, "TLS with 'localhost' failed: " },
	{ "closed in the handshake", "localhost", "DNS:localhost", 1, true, 0, SMTP_STARTTLS, { STARTTLS, "close" }, "TLS with 'localhost' failed: " },
};

/* A server's TLS, and the file that says to trust it (or another one). */
static SSL_CTX *server_tls(void *t, const struct visit *v, char **ca_file)
{
	SSL_CTX *tls = tls_peer_new(v->names, v->days, v->newest), *unrelated = tls_peer_new(v->names, v->days, 0);
	*ca_file = mem_dup(t, "/tmp/test-smtp-tls.XXXXXX");
	int fd = mkstemp(*ca_file);
	ok(fd >= 0 && tls_peer_vouch(v->known ? tls : unrelated, *ca_file), "a file with the authority");
	close(fd);
	SSL_CTX_free(unrelated);
	return tls;
}

static void check(void *t, const struct visit *v)
{
	static const char data[] = "a: b\r\n\r\n";
	struct error err;
	struct smtp_outcome o = { 0 };
	char *ca_file;
	struct smtp_peer peer = { .tls = server_tls(t, v, &ca_file) };
	if (!ok(smtp_peer_listen(&peer), v->name))
		return;
	smtp_peer_start(&peer, v->script);
	const struct smtp_options options = { .host = v->host, .port = peer.port, .security = v->security, .user = "penny", .password = "secret",
	                                      .helo = "penny.test", .ca_file = ca_file, .connections = 1 };
	struct smtp_pool *pool = smtp_pool_new(t, &options, &err);
	smtp_pool_send(pool, &(struct smtp_message){ .from = "", .to = "ada@mail.test", .data = data, .size = sizeof data - 1 });
	ok(smtp_pool_next(pool, 15000, -1, &o), "an outcome");
	ok(strstr(o.words, v->want), v->name);
	printf("# %s\n", o.words);
	ok(o.verdict == (v->want[0] == '2' ? SMTP_DELIVERED : SMTP_DEFERRED), "and nobody else is to blame");
	talloc_free(pool);
	ok(smtp_peer_end(&peer), "the dialogue went as written");
	SSL_CTX_free(peer.tls);
	unlink(ca_file);
}

int main(void)
{
	void *t = talloc_new(NULL);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof visits / sizeof *visits; i++)
		check(t, &visits[i]);
	talloc_free(t);
	return tap_done();
}
