#include "smtp/mailbox/mailbox_stream.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "smtp/client/tls.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 60000, BUFFER_SIZE = 8192 };
/* All that one session may bring: servers, too, may be hostile. */
#define BYTES_MAX (INT64_C(128) << 20)

struct mailbox_stream {
	const struct mailbox_options *options;
	int fd;
	SSL_CTX *context;
	struct tls tls;      /* tls.ssl is NULL in the clear */
	struct error why;    /* kind 0: nothing is wrong */
	int64_t read;
};

static int close_stream(struct mailbox_stream *s)
{
	tls_end(&s->tls);
	if (s->context)
		SSL_CTX_free(s->context);
	if (s->fd >= 0)
		close(s->fd);
	return 0;
}

/* Waits until the socket can be read or written; false when it takes too long, or we must stop. */
static bool wait_for(struct mailbox_stream *s, short events)
{
	struct pollfd fds[] = { { .fd = s->fd, .events = events }, { .fd = s->options->stop_fd, .events = POLLIN } };
	int n = poll(fds, 2, WAIT_MS);
	if (n < 0 && errno == EINTR)
		return true;
	if (fds[1].revents & POLLIN)
		return error_set(&s->why, ERROR_TEMPORARY, "the role stops");
	return n > 0 || error_set(&s->why, ERROR_TEMPORARY, "'%s' does not answer", s->options->host);
}

static bool lost(struct mailbox_stream *s) { return error_set(&s->why, ERROR_TEMPORARY, "the connection to '%s' is lost", s->options->host); }

static short tls_events(const struct mailbox_stream *s, short plain) { return s->tls.ssl ? (s->tls.wants_write ? POLLOUT : POLLIN) : plain; }

/* As tls_read and tls_write, in the clear. */
static ssize_t moved(ssize_t n, bool reading)
{
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return 0;
	return n == 0 && reading ? -1 : n;
}

static ssize_t read_some(mailstream_low *low, void *data, size_t size)
{
	struct mailbox_stream *s = low->data;
	ssize_t n = 0;
	while (!s->why.kind && n == 0) {
		n = s->tls.ssl ? tls_read(&s->tls, data, size) : moved(recv(s->fd, data, size, 0), true);
		if (n < 0 || (s->read += n) > BYTES_MAX)
			lost(s);
		else if (n == 0)
			wait_for(s, tls_events(s, POLLIN));
	}
	return s->why.kind ? -1 : n;
}

static ssize_t write_some(mailstream_low *low, const void *data, size_t size)
{
	struct mailbox_stream *s = low->data;
	ssize_t n = 0;
	while (!s->why.kind && n == 0) {
		n = s->tls.ssl ? tls_write(&s->tls, data, size) : moved(send(s->fd, data, size, MSG_NOSIGNAL), false);
		if (n < 0)
			lost(s);
		else if (n == 0)
			wait_for(s, tls_events(s, POLLOUT));
	}
	return s->why.kind ? -1 : n;
}

/* Ours is freed by its own owner. */
static int close_low(mailstream_low *low)
{
	(void)low;
	return 0;
}
static int fd_of(mailstream_low *low) { return ((struct mailbox_stream *)low->data)->fd; }
static void nothing(mailstream_low *low) { (void)low; }
static void free_low(mailstream_low *low) { free(low); }
static struct mailstream_cancel *no_cancel(mailstream_low *low)
{
	(void)low;
	return NULL;
}
static carray *no_chain(mailstream_low *low)
{
	(void)low;
	return NULL;
}

static mailstream_low_driver driver = {
	.mailstream_read = read_some, .mailstream_write = write_some, .mailstream_close = close_low, .mailstream_get_fd = fd_of, .mailstream_free = free_low,
	.mailstream_cancel = nothing, .mailstream_get_cancel = no_cancel, .mailstream_get_certificate_chain = no_chain, .mailstream_setup_idle = close_low,
	.mailstream_unsetup_idle = close_low, .mailstream_interrupt_idle = close_low,
};

mailstream *mailbox_stream_of(struct mailbox_stream *s)
{
	mailstream_low *low = mem_check(mailstream_low_new(s, &driver));
	return mem_check(mailstream_new(low, BUFFER_SIZE));
}

static bool is_here(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return (ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
	return a->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

static bool connect_to(struct mailbox_stream *s, const struct addrinfo *a)
{
	int failed = 0;
	socklen_t size = sizeof failed;
	/* A password does not leave this machine in the clear. */
	if (s->options->security == MAILBOX_PLAIN && !is_here(a->ai_addr))
		return error_set(&s->why, ERROR_PERMANENT, "'%s' is another machine, and security = plain is for this one", s->options->host);
	s->why = (struct error){ 0 };
	s->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 || (connect(s->fd, a->ai_addr, a->ai_addrlen) != 0 && errno != EINPROGRESS))
		failed = errno;
	else if (!wait_for(s, POLLOUT))
		failed = ETIMEDOUT;
	else
		getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &failed, &size);
	if (!failed)
		return true;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return error_set(&s->why, ERROR_TEMPORARY, "cannot connect to '%s' port %d: %s", s->options->host, s->options->port, strerror(failed));
}

static bool connect_any(struct mailbox_stream *s)
{
	char port[16];
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *all = NULL;
	snprintf(port, sizeof port, "%d", s->options->port);
	int rc = getaddrinfo(s->options->host, port, &hints, &all);
	if (rc)
		return error_set(&s->why, ERROR_TEMPORARY, "cannot find '%s': %s", s->options->host, gai_strerror(rc));
	bool fine = false;
	for (const struct addrinfo *a = all; a && !fine; a = a->ai_next)
		fine = connect_to(s, a);
	freeaddrinfo(all);
	return fine;
}

static bool start_tls(struct mailbox_stream *s)
{
	bool done = false;
	s->context = tls_context(s->options->ca_file, true, &s->why);
	if (!s->context)
		return false;
	tls_begin(&s->tls, s->context, s->fd, s->options->host);
	while (!done)
		if (!tls_handshake(&s->tls, &done, &s->why) || (!done && !wait_for(s, tls_events(s, POLLIN))))
			return false;
	return true;
}

struct mailbox_stream *mailbox_stream_open(void *owner, const struct mailbox_options *options, struct error *err)
{
	struct mailbox_stream *s = mem_new(owner, struct mailbox_stream);
	s->options = options;
	s->fd = -1;
	talloc_set_destructor(s, close_stream);
	if (connect_any(s) && (options->security != MAILBOX_TLS || start_tls(s)))
		return s;
	*err = s->why;
	talloc_free(s);
	return NULL;
}

bool mailbox_stream_start_tls(struct mailbox_stream *s, mailstream *stream, struct error *err)
{
	if (stream->read_buffer_len)
		return error_set(err, ERROR_PERMANENT, "'%s' goes on in the clear after STARTTLS", s->options->host);
	if (start_tls(s))
		return true;
	*err = s->why;
	return false;
}

bool mailbox_stream_failed(const struct mailbox_stream *s, const char *what, struct error *err)
{
	if (s->why.kind)
		*err = s->why;
	else
		error_set(err, ERROR_TEMPORARY, "'%s' %s", s->options->host, what);
	return false;
}
