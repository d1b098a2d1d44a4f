/* test-http-tls - whom the HTTP client believes: a server whose certificate it knows, under the name it asked for. */
#include "gateway/base/http/http.h"
#include "gateway/base/memory/mem.h"
#include "tap.h"
#include "tls_peer.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void answer(SSL_CTX *tls, int fd)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret";
	char request[4096];
	SSL *ssl = SSL_new(tls);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof request) > 0) {
		SSL_write(ssl, text, sizeof text - 1);
		SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	close(fd);
}

struct server {
	pid_t pid;
	int port;
	char *ca_file;
};

/* A server with a certificate of its own for names, which ca_file holds. */
static struct server start(void *t, const char *directory, const char *names, long days, int newest)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof in;
	struct server s = { .ca_file = mem_printf(t, "%s/%s-%ld-%x.pem", directory, names, days, newest) };
	SSL_CTX *tls = tls_peer_new(names, days, newest);
	if (!tls_peer_vouch(tls, s.ca_file))
		exit(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(fd, (struct sockaddr *)&in, sizeof in) != 0 || listen(fd, 8) != 0 || getsockname(fd, (struct sockaddr *)&in, &size) != 0)
		exit(1);
	s.port = ntohs(in.sin_port);
	fflush(stdout);
	if ((s.pid = fork()) == 0) {
		signal(SIGPIPE, SIG_IGN);
		for (;;)
			answer(tls, accept(fd, NULL, NULL));
	}
	close(fd);
	SSL_CTX_free(tls);
	return s;
}

static const struct {
	const char *names;    /* in the certificate */
	long days;            /* until it expires */
	int newest;           /* version of TLS that the server speaks */
	bool known;           /* to the client, by ca_file */
	const char *host;     /* asked for */
	bool answered;
	const char *what;
} cases[] = {
	{ "IP:127.0.0.1", 2, TLS1_3_VERSION, true, "127.0.0.1", true, "a certificate that ca_file holds is believed" },
	{ "DNS:localhost", 2, TLS1_2_VERSION, true, "localhost", true, "with TLS 1.2 too" },
	{ "IP:127.0.0.1", 2, TLS1_3_VERSION, false, "127.0.0.1", false, "one that nobody vouches for is not" },
	{ "DNS:other.example", 2, TLS1_3_VERSION, true, "127.0.0.1", false, "nor one of another name" },
	{ "IP:127.0.0.1", -1, TLS1_3_VERSION, true, "127.0.0.1", false, "nor one of yesterday" },
	{ "IP:127.0.0.1", 2, TLS1_1_VERSION, true, "127.0.0.1", false, "TLS 1.1 is not spoken" },
};

int main(void)
{
	static const char *const loopback[] = { "127.0.0.0/8", "::1", NULL };
	void *t = talloc_new(NULL);
	char directory[] = "/tmp/test-http-tls-XXXXXX";
	if (!mkdtemp(directory))
		return 1;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = { 0 };
		struct server s = start(t, directory, cases[i].names, cases[i].days, cases[i].newest);
		struct http_options options = { .allow_networks = loopback, .ca_file = cases[i].known ? s.ca_file : NULL };
		struct http_client *client = http_client_new(t, &options, &err);
		char *url = mem_printf(t, "https://%s:%d/", cases[i].host, s.port);
		struct http_response *r = http_fetch(t, client, &(struct http_request){ .url = url, .timeout_ms = 10000 }, &err);
		if (!ok((r != NULL) == cases[i].answered, cases[i].what))
			printf("# %s\n", err.text);
		if (cases[i].answered)
			is(r ? r->body->data : NULL, "secret", "and answers");
		else
			is_int(err.kind, ERROR_TEMPORARY, "which may be mended");
		talloc_free(client);
		kill(s.pid, SIGTERM);
		waitpid(s.pid, NULL, 0);
	}
	if (system(mem_printf(t, "rm -r %s", directory)) != 0)
		return 1;
	talloc_free(t);
	return tap_done();
}
