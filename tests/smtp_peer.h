#pragma once
/*
 * smtp_peer - an SMTP server that follows a script to the letter, in a process of its own.
 *
 *   "accept"     takes the next connection
 *   "S 250 fine" says a line
 *   "R ..."      says just that, with no line end
 *   "C RSET"     the client must say just that line next
 *   "B AUTH X "  the client must say a line that begins so
 *   "quiet"      the client must have said nothing more
 *   "tls"        goes on in TLS, once the client has begun it
 *   "no tls"     the same, but the client must break it off
 *   "sni a.test" the client must have asked for that name; "sni" for none
 *   "close"      ends the connection
 *   "gone"       the client must end it
 *
 * A script that was not followed makes smtp_peer_end() false; what came
 * instead is printed as a comment.
 */
#include "gateway/base/memory/mem.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct smtp_peer {
	int listener, port;
	SSL_CTX *tls; /* for "tls"; or NULL */
	pid_t pid;
	/* in the child */
	int fd;
	SSL *ssl;
	char seen[1 << 16];
	size_t size;
};

/* Listens; the port is known at once, connections wait for the script. */
static inline bool smtp_peer_listen(struct smtp_peer *p)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof in;
	p->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	p->fd = -1;
	if (bind(p->listener, (struct sockaddr *)&in, sizeof in) != 0 || listen(p->listener, 10) != 0 ||
	    getsockname(p->listener, (struct sockaddr *)&in, &size) != 0)
		return false;
	p->port = ntohs(in.sin_port);
	return true;
}

static inline void smtp_peer_say(struct smtp_peer *p, const char *s, size_t size)
{
	if (p->ssl ? SSL_write(p->ssl, s, (int)size) <= 0 : send(p->fd, s, size, MSG_NOSIGNAL) != (ssize_t)size)
		printf("# the client did not hear '%.*s'\n", (int)size, s);
}

/* Reads more; false at the end. */
static inline bool smtp_peer_hear(struct smtp_peer *p)
{
	size_t room = sizeof p->seen - p->size;
	ssize_t n = p->ssl ? SSL_read(p->ssl, p->seen + p->size, (int)room) : recv(p->fd, p->seen + p->size, room, 0);
	if (n > 0)
		p->size += (size_t)n;
	return n > 0;
}

static inline bool smtp_peer_expect(struct smtp_peer *p, const char *want, bool whole)
{
	char *end;
	while (!(end = memmem(p->seen, p->size, "\r\n", 2)))
		if (p->size == sizeof p->seen || !smtp_peer_hear(p))
			break;
	size_t size = end ? (size_t)(end - p->seen) : p->size;
	bool right = end && (whole ? size == strlen(want) : size >= strlen(want)) && memcmp(p->seen, want, strlen(want)) == 0;
	if (!right)
		printf("# want: %s\n# got:  %.*s%s\n", want, (int)size, p->seen, end ? "" : " (and no more)");
	size_t used = end ? size + 2 : size;
	memmove(p->seen, p->seen + used, p->size - used);
	p->size -= used;
	return right;
}

static inline bool smtp_peer_quiet(struct smtp_peer *p)
{
	struct pollfd poll_fd = { .fd = p->fd, .events = POLLIN };
	if (p->size == 0 && (!p->ssl || !SSL_pending(p->ssl)) && poll(&poll_fd, 1, 0) == 0)
		return true;
	printf("# the client talks ahead: '%.*s'\n", (int)p->size, p->seen);
	return false;
}

static inline void smtp_peer_close(struct smtp_peer *p)
{
	SSL_free(p->ssl);
	close(p->fd);
	p->ssl = NULL;
	p->fd = -1;
	p->size = 0;
}

static inline bool smtp_peer_start_tls(struct smtp_peer *p)
{
	p->ssl = SSL_new(p->tls);
	SSL_set_fd(p->ssl, p->fd);
	return SSL_accept(p->ssl) == 1;
}

static inline bool smtp_peer_sni(struct smtp_peer *p, const char *want)
{
	const char *name = SSL_get_servername(p->ssl, TLSEXT_NAMETYPE_host_name);
	bool right = strcmp(name ? name : "", want) == 0;
	if (!right)
		printf("# the client asks for '%s'\n", name ? name : "");
	return right;
}

static inline bool smtp_peer_step(struct smtp_peer *p, const char *step)
{
	if (strncmp(step, "S ", 2) == 0) {
		char *line = mem_printf(NULL, "%s\r\n", step + 2);
		smtp_peer_say(p, line, strlen(line));
		talloc_free(line);
	} else if (strncmp(step, "R ", 2) == 0) {
		smtp_peer_say(p, step + 2, strlen(step + 2));
	} else if (strncmp(step, "C ", 2) == 0 || strncmp(step, "B ", 2) == 0) {
		return smtp_peer_expect(p, step + 2, *step == 'C');
	} else if (strcmp(step, "quiet") == 0) {
		return smtp_peer_quiet(p);
	} else if (strcmp(step, "accept") == 0) {
		if (p->fd >= 0)
			smtp_peer_close(p);
		p->fd = accept(p->listener, NULL, NULL);
		return p->fd >= 0;
	} else if (strcmp(step, "tls") == 0) {
		return smtp_peer_start_tls(p);
	} else if (strcmp(step, "no tls") == 0) {
		/* With TLS 1.3 the server learns it when it reads. */
		return !smtp_peer_start_tls(p) || !smtp_peer_hear(p);
	} else if (strncmp(step, "sni", 3) == 0) {
		return smtp_peer_sni(p, step[3] ? step + 4 : "");
	} else if (strcmp(step, "close") == 0) {
		smtp_peer_close(p);
	} else if (strcmp(step, "gone") == 0) {
		bool gone = p->size == 0 && !smtp_peer_hear(p);
		if (!gone)
			printf("# the client goes on: '%.*s'\n", (int)p->size, p->seen);
		return gone;
	} else {
		printf("# no such step: %s\n", step);
		return false;
	}
	return true;
}

/* Follows the script, which ends with NULL, in a child process. */
static inline void smtp_peer_start(struct smtp_peer *p, const char *const *script)
{
	fflush(stdout);
	p->pid = fork();
	if (p->pid != 0) {
		close(p->listener);
		return;
	}
	signal(SIGPIPE, SIG_IGN);
	alarm(20);
	bool fine = true;
	for (; fine && *script; script++)
		if (!smtp_peer_step(p, *script)) {
			printf("# the script ended at: %s\n", *script);
			fine = false;
		}
	fflush(stdout);
	_exit(!fine);
}

static inline bool smtp_peer_end(struct smtp_peer *p)
{
	int status = -1;
	waitpid(p->pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
