#include "smtp/local/sendmail.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define PATIENCE CLOCK_MINUTE
enum { ADDRESS_MAX = 1000, WORDS_MAX = 500 };
#define MESSAGE_MAX (64u << 20)

struct request {
	uint32_t from, to, size; /* bytes that follow, in this order */
};

struct answer {
	int32_t status;          /* of wait(2) */
	char words[WORDS_MAX];   /* ends with NUL */
};

static bool read_all(int fd, void *to, size_t size)
{
	for (char *at = to; size;) {
		ssize_t n = read(fd, at, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t size)
{
	for (const char *at = from; size;) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

/* No option, and nothing that a program could read as more than one address. */
static bool is_argument(const char *s, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return false;
	return strlen(s) == size && *s != '-';
}

static _Noreturn void become(const char *program, const char *from, const char *to, int in, int out)
{
	static char *const environment[] = { (char *)(uintptr_t)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	char *const arguments[] = { (char *)(uintptr_t)program, (char *)(uintptr_t)"-i", (char *)(uintptr_t)"-f", (char *)(uintptr_t)from,
	                            (char *)(uintptr_t)"--", (char *)(uintptr_t)to, NULL };
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execve(program, arguments, environment);
	dprintf(STDERR_FILENO, "cannot start '%s': %s", program, strerror(errno));
	_exit(EX_UNAVAILABLE + 100);
}

/* A program that runs. */
struct dialogue {
	int in, out;       /* its standard input, -1 once it has all; what it writes, -1 once it has closed that */
	int end;           /* readable once it has ended */
	const char *data;  /* what it has not read yet */
	size_t size;
	char *words;       /* the first WORDS_MAX - 1 bytes that it wrote */
	size_t said;
};

static void feed(struct dialogue *d)
{
	ssize_t n = d->size ? write(d->in, d->data, d->size) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* One that ends without reading all says why by its exit status. */
	size_t took = n < 0 ? d->size : (size_t)n;
	d->data += took;
	d->size -= took;
	if (d->size == 0) {
		close(d->in);
		d->in = -1;
	}
}

/* False when there is nothing to hear, now or ever. */
static bool hear(struct dialogue *d)
{
	char some[512];
	ssize_t n = d->out < 0 ? 0 : read(d->out, some, sizeof some);
	if (n < 0)
		return errno == EINTR;
	if (n == 0) {
		if (d->out >= 0)
			close(d->out);
		d->out = -1;
		return false;
	}
	size_t room = WORDS_MAX - 1 - d->said, kept = (size_t)n < room ? (size_t)n : room;
	memcpy(d->words + d->said, some, kept);
	d->said += kept;
	return true;
}

/*
 * Until it has ended; false when its time is over.  That it closes its output says nothing: a wrapper may have sent that elsewhere, and still read
 * the message.  Nor that it stays open: a process that it leaves behind to deliver the message may have it, too.
 */
static bool converse(struct dialogue *d)
{
	int64_t end = clock_steady() + PATIENCE;
	for (;;) {
		struct pollfd ends[] = { { .fd = d->out, .events = POLLIN }, { .fd = d->in, .events = POLLOUT }, { .fd = d->end, .events = POLLIN } };
		int64_t left = end - clock_steady();
		if (left <= 0 || (poll(ends, 3, (int)left) < 0 && errno != EINTR))
			return false;
		if (ends[1].revents)
			feed(d);
		if (ends[0].revents)
			hear(d);
		if (ends[2].revents) {
			for (int most = WORDS_MAX; most > 0 && hear(d); most--)
				continue;
			return true;
		}
	}
}

static void close_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* The status of the program. */
static int run(const char *program, const char *from, const char *to, const char *data, size_t size, char *words)
{
	int in[2], out[2], status = EX_OSERR << 8;
	if (pipe2(in, O_CLOEXEC) != 0)
		return status;
	if (pipe2(out, O_CLOEXEC) != 0) {
		close(in[0]);
		close(in[1]);
		return status;
	}
	pid_t pid = fork();
	if (pid == 0)
		become(program, from, to, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	fcntl(in[1], F_SETFL, O_NONBLOCK);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	struct dialogue d = { .in = in[1], .out = out[0], .end = pid > 0 ? pidfd_open(pid, 0) : -1, .data = data, .size = size, .words = words };
	if (pid > 0 && (d.end < 0 || !converse(&d)))
		kill(pid, SIGKILL);
	close_open(d.out);
	close_open(d.in);
	close_open(d.end);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Programs take a message as a file of this system. */
static size_t to_lines(char *data, size_t size)
{
	char *to = data;
	for (size_t i = 0; i < size; i++)
		if (data[i] != '\r' || i + 1 == size || data[i + 1] != '\n')
			*to++ = data[i];
	return (size_t)(to - data);
}

/* One message of the other end; false when that is gone, or sends what it never would. */
static bool serve_one(int fd, const char *program)
{
	struct request q;
	struct answer a = { .status = EX_DATAERR << 8 };
	if (!read_all(fd, &q, sizeof q) || q.from > ADDRESS_MAX || q.to > ADDRESS_MAX || q.size > MESSAGE_MAX)
		return false;
	char *from = mem_array(NULL, char, q.from + 1), *to = mem_array(from, char, q.to + 1), *data = mem_array(from, char, q.size + 1);
	bool fine = read_all(fd, from, q.from) && read_all(fd, to, q.to) && read_all(fd, data, q.size);
	if (fine && q.to && is_argument(to, q.to) && is_argument(from, q.from))
		a.status = run(program, from, to, data, to_lines(data, q.size), a.words);
	else
		strcpy(a.words, "this is no address that mail can be sent to");
	talloc_free(from);
	return fine && write_all(fd, &a, sizeof a);
}

static _Noreturn void serve(int fd, const char *program)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	signal(SIGPIPE, SIG_IGN);
	dup2(fd, STDERR_FILENO + 1);
	close_range(STDERR_FILENO + 2, ~0u, 0);
	fcntl(STDERR_FILENO + 1, F_SETFD, FD_CLOEXEC);
	while (serve_one(STDERR_FILENO + 1, program))
		;
	_exit(0);
}

int sendmail_start(const char *program, struct error *err)
{
	int ends[2];
	if (access(program, X_OK) != 0) {
		error_set(err, ERROR_INVALID, "cannot start '%s': %s; 'sendmail' in mail { } must be the path of a program", program, strerror(errno));
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		error_set(err, ERROR_TEMPORARY, "cannot make a socket for sendmail: %s", strerror(errno));
		return -1;
	}
	pid_t pid = fork();
	if (pid == 0)
		serve(ends[1], program);
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	error_set(err, ERROR_TEMPORARY, "cannot start a process for sendmail: %s", strerror(errno));
	close(ends[0]);
	return -1;
}

static const struct {
	int code;
	enum sendmail_verdict verdict;
	const char *meaning;
} meanings[] = {
	{ EX_OK, SENDMAIL_TAKEN, "taken" },
	{ EX_USAGE, SENDMAIL_LATER, "it does not know the options -i and -f" },
	{ EX_DATAERR, SENDMAIL_REFUSED, "the message or its address is refused" },
	{ EX_NOUSER, SENDMAIL_REFUSED, "there is no such recipient" },
	{ EX_NOHOST, SENDMAIL_REFUSED, "there is no such host" },
	{ EX_UNAVAILABLE, SENDMAIL_REFUSED, "the message cannot be delivered" },
	{ EX_TEMPFAIL, SENDMAIL_LATER, "it cannot take the message now" },
	{ EX_NOPERM, SENDMAIL_LATER, "it may not do that for us" },
	{ EX_CONFIG, SENDMAIL_LATER, "its configuration is wrong" },
};

enum sendmail_verdict sendmail_verdict(int status, const char **meaning)
{
	*meaning = WIFSIGNALED(status) ? "it was killed, or took too long" : "it failed";
	for (size_t i = 0; WIFEXITED(status) && i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].code == WEXITSTATUS(status)) {
			*meaning = meanings[i].meaning;
			return meanings[i].verdict;
		}
	return SENDMAIL_LATER;
}

/* One line of UTF-8 without control characters. */
static void tell(struct sendmail_outcome *o, int status, char *said, const char *meaning)
{
	for (char *p = said; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f || (unsigned char)*p >= 0x80)
			*p = (unsigned char)*p >= 0x80 ? '?' : ' ';
	char *text = text_trim(NULL, said);
	if (WIFEXITED(status))
		snprintf(o->words, sizeof o->words, "sendmail ended with %d, %s%s%s", WEXITSTATUS(status), meaning, *text ? ": " : "", text);
	else
		snprintf(o->words, sizeof o->words, "sendmail: %s%s%s", meaning, *text ? ": " : "", text);
	talloc_free(text);
}

bool sendmail_deliver(int fd, const char *from, const char *to, const char *data, size_t size, struct sendmail_outcome *o)
{
	const struct request q = { (uint32_t)strlen(from), (uint32_t)strlen(to), (uint32_t)size };
	struct answer a;
	const char *meaning;
	*o = (struct sendmail_outcome){ .verdict = SENDMAIL_LATER };
	if (q.from > ADDRESS_MAX || q.to > ADDRESS_MAX || size > MESSAGE_MAX) {
		o->verdict = SENDMAIL_REFUSED;
		strcpy(o->words, "the message or its address is too long");
	} else if (!write_all(fd, &q, sizeof q) || !write_all(fd, from, q.from) || !write_all(fd, to, q.to) || !write_all(fd, data, size) ||
	           !read_all(fd, &a, sizeof a)) {
		strcpy(o->words, "the process that starts sendmail is gone");
		return false;
	} else {
		a.words[sizeof a.words - 1] = '\0';
		o->verdict = sendmail_verdict(a.status, &meaning);
		o->nobody = WIFEXITED(a.status) && WEXITSTATUS(a.status) == EX_NOUSER;
		tell(o, a.status, a.words, meaning);
	}
	return true;
}
