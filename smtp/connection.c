#include "smtp/connection.h"
#include "gateway/base/clock.h"
#include "gateway/base/mem.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_MAX = 128 << 10, OUT_MAX = 64 << 20, CHUNK = 16384 };

/* RFC 5321 section 4.5.3.2. */
void connection_set_deadline(struct connection *c)
{
	int64_t wait = 5 * CLOCK_MINUTE;
	if (c->state == CONNECTION_CONNECTING || c->state == CONNECTION_HANDSHAKE)
		wait = CLOCK_MINUTE;
	else if (c->state == CONNECTION_BODY)
		wait = 10 * CLOCK_MINUTE;
	if (c->options->timeout_ms > 0)
		wait = c->options->timeout_ms;
	c->deadline = clock_now() + wait;
}

static int connect_to(const struct addrinfo *a)
{
	int on = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

bool connection_open(struct connection *c, struct error *err)
{
	char port[16];
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *all = NULL;
	snprintf(port, sizeof port, "%d", c->options->port);
	int rc = getaddrinfo(c->options->host, port, &hints, &all);
	c->fd = -1;
	for (const struct addrinfo *a = all; rc == 0 && a && c->fd < 0; a = a->ai_next)
		c->fd = connect_to(a);
	if (all)
		freeaddrinfo(all);
	if (c->fd < 0)
		return error_set(err, ERROR_TEMPORARY, "cannot connect to %s:%s: %s", c->options->host, port, rc ? gai_strerror(rc) : strerror(errno));
	c->in = buf_new(c->owner, IN_MAX);
	c->out = buf_new(c->owner, OUT_MAX);
	c->out_at = 0;
	c->messages = 0;
	c->state = CONNECTION_CONNECTING;
	c->wants = POLLOUT;
	connection_set_deadline(c);
	return true;
}

void connection_close(struct connection *c)
{
	if (c->ssl) {
		SSL_shutdown(c->ssl);
		SSL_free(c->ssl);
	}
	if (c->fd >= 0)
		close(c->fd);
	TALLOC_FREE(c->in);
	TALLOC_FREE(c->out);
	c->ssl = NULL;
	c->fd = -1;
	c->state = CONNECTION_CLOSED;
	ERR_clear_error();
}

static bool tls_failed(struct connection *c, struct error *err)
{
	long verify = c->ssl ? SSL_get_verify_result(c->ssl) : X509_V_OK;
	unsigned long code = ERR_get_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;
	ERR_clear_error();
	if (verify != X509_V_OK)
		return error_set(err, ERROR_TEMPORARY, "the certificate of '%s' cannot be trusted: %s; name its authority in ca_file if it is your own", c->options->host,
		                 X509_verify_cert_error_string(verify));
	return error_set(err, ERROR_TEMPORARY, "TLS with '%s' failed: %s", c->options->host, reason ? reason : "the connection was closed");
}

bool connection_handshake(struct connection *c, struct error *err)
{
	/* RFC 3207 section 5: an attacker may have put replies before the handshake. */
	if (c->in->size > 0)
		return error_set(err, ERROR_PERMANENT, "'%s' talked ahead of TLS: somebody may be in between", c->options->host);
	c->ssl = mem_check(SSL_new(c->tls));
	SSL_set_fd(c->ssl, c->fd);
	SSL_set_tlsext_host_name(c->ssl, c->options->host);
	SSL_set1_host(c->ssl, c->options->host);
	SSL_set_connect_state(c->ssl);
	c->state = CONNECTION_HANDSHAKE;
	c->wants = POLLOUT;
	connection_set_deadline(c);
	return true;
}

/* What OpenSSL waits for; false when it is an error. */
static bool ssl_waits(struct connection *c, int rc)
{
	int why = SSL_get_error(c->ssl, rc);
	if (why == SSL_ERROR_WANT_READ)
		c->wants = POLLIN;
	else if (why == SSL_ERROR_WANT_WRITE)
		c->wants = POLLIN | POLLOUT;
	else
		return false;
	return true;
}

/* Bytes written; 0: not now; -1: lost. */
static ssize_t put(struct connection *c, const char *data, size_t size)
{
	ssize_t n;
	if (c->ssl) {
		ERR_clear_error();
		n = SSL_write(c->ssl, data, (int)(size < CHUNK ? size : CHUNK));
		return n > 0 ? n : ssl_waits(c, (int)n) ? 0 : -1;
	}
	n = send(c->fd, data, size, MSG_NOSIGNAL);
	return n >= 0 ? n : errno == EAGAIN ? 0 : -1;
}

/* Bytes read; 0: not now; -1: lost. */
static ssize_t get(struct connection *c, char *data, size_t size)
{
	ssize_t n;
	if (c->ssl) {
		ERR_clear_error();
		n = SSL_read(c->ssl, data, (int)size);
		return n > 0 ? n : ssl_waits(c, (int)n) ? 0 : -1;
	}
	n = recv(c->fd, data, size, 0);
	return n > 0 ? n : n < 0 && errno == EAGAIN ? 0 : -1;
}

static bool flush(struct connection *c, struct error *err)
{
	while (c->out_at < c->out->size) {
		ssize_t n = put(c, c->out->data + c->out_at, c->out->size - c->out_at);
		if (n < 0)
			return error_set(err, ERROR_TEMPORARY, "'%s' closed the connection while we sent", c->options->host);
		if (n == 0)
			break;
		c->out_at += (size_t)n;
		/* As long as it takes our bytes the server is alive. */
		connection_set_deadline(c);
	}
	if (c->out_at == c->out->size) {
		buf_clear(c->out);
		c->out_at = 0;
	}
	c->wants = POLLIN | (c->out->size ? POLLOUT : 0);
	return true;
}

static bool fill(struct connection *c, struct error *err)
{
	char chunk[CHUNK];
	ssize_t n;
	while ((n = get(c, chunk, sizeof chunk)) > 0)
		if (!buf_add(c->in, chunk, (size_t)n))
			return error_set(err, ERROR_TEMPORARY, "'%s' answers without end", c->options->host);
	/* What came before the end is still to be read. */
	return n == 0 || c->in->size > 0 || error_set(err, ERROR_TEMPORARY, "'%s' closed the connection", c->options->host);
}

void connection_say(struct connection *c, const char *data, size_t size)
{
	struct error ignored;
	/* A message larger than the buffer was refused before. */
	if (buf_add(c->out, data, size))
		flush(c, &ignored);
	connection_set_deadline(c);
}

static bool connected(struct connection *c, struct error *err)
{
	int why = 0;
	socklen_t size = sizeof why;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &why, &size);
	if (why)
		return error_set(err, ERROR_TEMPORARY, "cannot connect to %s:%d: %s", c->options->host, c->options->port, strerror(why));
	if (c->options->security == SMTP_TLS)
		return connection_handshake(c, err);
	c->state = CONNECTION_GREETING;
	c->wants = POLLIN;
	connection_set_deadline(c);
	return true;
}

bool connection_move(struct connection *c, struct error *err)
{
	if (c->state == CONNECTION_CONNECTING)
		return connected(c, err);
	if (c->state == CONNECTION_HANDSHAKE) {
		ERR_clear_error();
		int rc = SSL_do_handshake(c->ssl);
		if (rc == 1) {
			bool first = c->options->security == SMTP_TLS;
			c->state = first ? CONNECTION_GREETING : CONNECTION_STARTTLS;
			c->wants = POLLIN;
			connection_set_deadline(c);
			return true;
		}
		return ssl_waits(c, rc) || tls_failed(c, err);
	}
	return flush(c, err) && fill(c, err);
}
