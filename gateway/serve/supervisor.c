#include "gateway/serve/supervisor.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/publication.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/role/role.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/system/listen.h"
#include "gateway/base/system/log.h"
#include "gateway/base/system/notify.h"
#include "gateway/base/text/text.h"
#include "gateway/serve/isolation.h"
#include "gateway/serve/roles.h"
#include "gateway/serve/worker.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Pauses before a role that died starts again; a role that ran for STEADY begins anew. */
#define FIRST_PAUSE INT64_C(100)
#define LONGEST_PAUSE (30 * CLOCK_SECOND)
#define STEADY (10 * CLOCK_SECOND)
/* How long roles may drain before they are killed. */
#define DRAIN (9 * CLOCK_SECOND)

struct child {
	const struct role_kind *kind;
	const char *name;  /* "web", or "web.2" when the role has several workers */
	int worker, workers;
	pid_t pid;         /* 0: not running */
	int64_t started;   /* steady time */
	int64_t start_at;  /* the same: when to start (again) */
	int64_t pause;     /* before the start after the next death */
	int ready_fd;      /* readable when the role is ready; -1 once it was */
};

struct supervisor {
	struct config *config;
	const char *config_file;
	bool wanted[ROLE_KINDS];  /* which of role_kinds */
	void *shared[ROLE_KINDS]; /* by the workers of each */
	struct child *children;
	size_t count;
	struct pollfd *fds; /* the signals, then each child's ready_fd */
	int signals;       /* signalfd */
	int listen_fds[ROLE_KINDS];   /* of each, or -1 */
	char *listening[ROLE_KINDS];  /* where these listen */
	bool told_ready;
	bool stopping, reloading; /* was asked to */
	bool draining;     /* roles end because they were asked to */
};

static enum log_level level_of(const char *name)
{
	static const char *const names[] = { "error", "warning", "info", "debug" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (name && strcmp(name, names[i]) == 0)
			return (enum log_level)i;
	return LOG_LEVEL_INFO;
}

/* "pennypost web.1", as ps and top show it: the kernel keeps 15 bytes, and the number must be among them. */
static void set_title(const struct child *child)
{
	enum { ROOM = 15 };
	char title[ROOM + 1];
	const char *dot = strchr(child->name, '.');
	int tail = dot ? (int)strlen(dot) : 0, left = ROOM - (int)strlen("pennypost ") - tail;
	snprintf(title, sizeof title, "pennypost %.*s%s", left, child->kind->name, dot ? dot : "");
	prctl(PR_SET_NAME, title);
}

/* Runs a role in the child process and exits.  SIGTERM and SIGINT make stop_fd readable; the supervisor's death sends SIGTERM. */
static _Noreturn void run_role(const struct supervisor *s, const struct child *child, int ready_fd, pid_t parent)
{
	struct error err = { 0 };
	sigset_t stop;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	close(s->signals);
	for (size_t i = 0; i < s->count; i++)
		if (s->children[i].ready_fd >= 0)
			close(s->children[i].ready_fd);
	set_title(child);
	log_start(child->name, level_of(s->config->log_level));
	int sendmail = child->kind->sends_mail ? isolate_sendmail(s->config) : -1;
	isolate_role(child->kind, s->config);
	void *owner = talloc_named_const(NULL, 0, "role");
	size_t place = (size_t)(child->kind - role_kinds);
	struct role role = { .config = s->config, .worker = child->worker, .workers = child->workers, .shared = s->shared[place],
	                     .stop_fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK),
	                     .listen_fd = s->listen_fds[place], .sendmail_fd = sendmail, .ready_fd = ready_fd };
	for (size_t i = 0; i < ROLE_KINDS; i++)
		if (i != place && s->listen_fds[i] >= 0)
			close(s->listen_fds[i]);
	role.db = db_open(owner, s->config->database, &err);
	worker_start(s->config->database, child->name);
	bool fine = role.db && child->kind->run(&role, &err);
	if (!fine)
		log_error("role failed", log_text("error", err.text));
	talloc_free(owner);
	_exit(fine ? 0 : 1);
}

static void start(struct supervisor *s, struct child *child)
{
	int ready[2] = { -1, -1 };
	pid_t parent = getpid();
	if (pipe2(ready, O_CLOEXEC | O_NONBLOCK) != 0) {
		child->start_at = clock_steady() + CLOCK_SECOND;
		return;
	}
	pid_t pid = fork();
	if (pid == 0) {
		close(ready[0]);
		run_role(s, child, ready[1], parent);
	}
	close(ready[1]);
	if (pid < 0) {
		close(ready[0]);
		child->start_at = clock_steady() + CLOCK_SECOND;
		return;
	}
	child->pid = pid;
	child->started = clock_steady();
	child->start_at = 0;
	child->ready_fd = ready[0];
	log_info("role started", log_text("name", child->name), log_int("pid", pid));
}

static void tell_if_ready(struct supervisor *s)
{
	bool all = true;
	/* Every readable pipe must be read, or poll would return at once again and again. */
	for (size_t i = 0; i < s->count; i++) {
		struct child *c = &s->children[i];
		char byte;
		if (c->ready_fd >= 0 && c->pid && read(c->ready_fd, &byte, 1) == 1) {
			close(c->ready_fd);
			c->ready_fd = -1;
		}
		all = all && c->pid && c->ready_fd < 0;
	}
	if (!all)
		return;
	if (s->told_ready)
		return;
	s->told_ready = true;
	notify("READY=1\nSTATUS=serving");
	const char *pages = s->listening[0];
	char *url = pages ? listen_url(s, pages) : NULL;
	log_info("ready", log_text("listen", pages ? pages : "-"), log_text("open", url ? url : "-"));
	if (s->config->mail.transport == CONFIG_MAILDIR)
		log_warning("letters are written into a Maildir, and not sent", log_text("in", s->config->mail.maildir), log_text("until", "mail { transport = smtp } names a server, or another program takes them from there"));
	talloc_free(url);
}

static void note_end(struct supervisor *s, pid_t pid, int status)
{
	for (size_t i = 0; i < s->count; i++) {
		struct child *c = &s->children[i];
		if (c->pid != pid)
			continue;
		c->pause = clock_steady() - c->started > STEADY || !c->pause ? FIRST_PAUSE : c->pause * 2;
		if (c->pause > LONGEST_PAUSE)
			c->pause = LONGEST_PAUSE;
		c->pid = 0;
		c->start_at = clock_steady() + c->pause;
		if (c->ready_fd >= 0)
			close(c->ready_fd);
		c->ready_fd = -1;
		int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (s->draining)
			log_info("role stopped", log_text("name", c->name), log_int("pid", pid), log_int("status", code));
		else
			log_warning("role ended", log_text("name", c->name), log_int("pid", pid), log_int("status", code), log_int("again_in_ms", c->pause));
	}
}

static void reap(struct supervisor *s)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		note_end(s, pid, status);
}

static size_t running(const struct supervisor *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->count; i++)
		n += s->children[i].pid != 0;
	return n;
}

static void signal_all(const struct supervisor *s, int signal)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->children[i].pid)
			kill(s->children[i].pid, signal);
}

static void read_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;
	while (read(s->signals, &info, sizeof info) == sizeof info) {
		s->reloading |= info.ssi_signo == SIGHUP;
		s->stopping |= info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT;
	}
}

/* Sends SIGTERM to every role, waits, then kills those that are left. */
static void stop_all(struct supervisor *s)
{
	int64_t end = clock_steady() + DRAIN;
	s->draining = true;
	signal_all(s, SIGTERM);
	while (running(s) && clock_steady() < end) {
		struct pollfd fd = { .fd = s->signals, .events = POLLIN };
		poll(&fd, 1, 100);
		read_signals(s);
		reap(s);
	}
	signal_all(s, SIGKILL);
	for (int status; running(s);) {
		pid_t pid = waitpid(-1, &status, 0);
		if (pid < 0)
			break;
		note_end(s, pid, status);
	}
	s->draining = false;
}

/* The workers that the configuration asks for; none of those before may run. */
static void make_children(struct supervisor *s)
{
	TALLOC_FREE(s->children);
	s->count = 0;
	for (size_t i = 0; i < ROLE_KINDS; i++) {
		const struct role_kind *kind = &role_kinds[i];
		int workers = !s->wanted[i] ? 0 : kind->workers ? kind->workers(s->config) : 1;
		for (int n = 0; n < workers; n++) {
			struct child *c = mem_push(s, s->children, s->count);
			*c = (struct child){ .kind = kind, .name = kind->name, .worker = n, .workers = workers, .ready_fd = -1 };
			if (workers > 1)
				c->name = mem_printf(s->children, "%s.%d", kind->name, n + 1);
		}
	}
	talloc_free(s->fds);
	s->fds = mem_array(s, struct pollfd, 1 + s->count);
}

static bool listen_for(struct supervisor *s, size_t i, struct error *err)
{
	const char *where = s->wanted[i] && role_kinds[i].listens ? role_kinds[i].listens(s->config) : NULL;
	if (where && s->listening[i] && strcmp(s->listening[i], where) == 0)
		return true;
	int fd = where ? listen_on(where, err) : -1;
	if (where && fd < 0)
		return false;
	if (s->listen_fds[i] >= 0)
		close(s->listen_fds[i]);
	s->listen_fds[i] = fd;
	TALLOC_FREE(s->listening[i]);
	s->listening[i] = mem_dup_or_null(s, where);
	return true;
}

static bool listen_where(struct supervisor *s, struct error *err)
{
	bool fine = true;
	for (size_t i = 0; fine && i < ROLE_KINDS; i++)
		fine = listen_for(s, i, err);
	return fine;
}

/* Can the roles work with the database of this configuration?  Nothing of ours stays open: a connection must not live on across fork(). */
static bool check_database(const struct config *config, struct error *err)
{
	struct publication **all;
	size_t count = 0;
	void *scratch = talloc_new(NULL);
	struct db *db = archive_open(scratch, config->database, err);
	bool fine = db && publication_all(scratch, db, &all, &count, err);
	if (fine && !count) {
		char *shown = db_shown(scratch, config->database);
		fine = error_set(err, ERROR_INVALID, "the database '%s' holds no publication; is that the right one?", shown);
	}
	talloc_free(scratch);
	return fine;
}

/* A configuration with a mistake changes nothing: the roles go on with the one they have. */
static void reload(struct supervisor *s)
{
	struct error err = { 0 };
	s->reloading = false;
	struct config *old = s->config, *fresh = config_load(s, s->config_file, &err);
	notify_reloading();
	if (fresh)
		s->config = fresh;
	if (!fresh || !check_database(fresh, &err) || !listen_where(s, &err)) {
		log_error("configuration not reloaded", log_text("error", err.text));
		s->config = old;
		talloc_free(fresh);
	} else {
		log_info("configuration reloaded", log_text("file", fresh->file));
		stop_all(s);
		make_children(s);
		s->told_ready = false;
		talloc_free(old);
		log_start("main", level_of(s->config->log_level));
	}
	/* Those of a new configuration have yet to start. */
	if (s->told_ready)
		notify("READY=1");
}

/* Milliseconds until a role is to be started; -1 when none is waiting. */
static int next_start(const struct supervisor *s)
{
	int64_t least = -1;
	for (size_t i = 0; i < s->count; i++)
		if (!s->children[i].pid) {
			int64_t left = s->children[i].start_at - clock_steady();
			left = left < 0 ? 0 : left;
			least = least < 0 || left < least ? left : least;
		}
	return (int)least;
}

static void wait_for_events(struct supervisor *s)
{
	s->fds[0] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	for (size_t i = 0; i < s->count; i++)
		s->fds[1 + i] = (struct pollfd){ .fd = s->children[i].ready_fd, .events = POLLIN };
	poll(s->fds, 1 + s->count, next_start(s));
}

static void supervise(struct supervisor *s)
{
	while (!s->stopping) {
		for (size_t i = 0; i < s->count; i++)
			if (!s->children[i].pid && s->children[i].start_at <= clock_steady())
				start(s, &s->children[i]);
		wait_for_events(s);
		read_signals(s);
		if (s->reloading && !s->stopping)
			reload(s);
		/* Ctrl-C and systemd signal the roles as well: a role that ended for that reason did not fail. */
		if (!s->stopping)
			reap(s);
		tell_if_ready(s);
	}
}

static void catch_signals(struct supervisor *s)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool want(struct supervisor *s, const char *name, size_t size, struct error *err)
{
	for (size_t i = 0; i < ROLE_KINDS; i++)
		if (strlen(role_kinds[i].name) == size && strncmp(role_kinds[i].name, name, size) == 0)
			return s->wanted[i] = true;
	return error_set(err, ERROR_INVALID, "there is no role '%.*s': web, ingest, plan, mail, receive or federate, or several with commas between", (int)size, name);
}

struct supervisor *supervisor_new(void *owner, const char *only, struct error *err)
{
	struct supervisor *s = mem_new(owner, struct supervisor);
	bool fine = true;
	for (size_t i = 0; i < ROLE_KINDS; i++) {
		s->listen_fds[i] = -1;
		s->wanted[i] = !only;
	}
	for (const char *name = only; fine && name; name = strchr(name, ',') ? strchr(name, ',') + 1 : NULL)
		fine = want(s, name, strcspn(name, ","), err);
	if (fine)
		return s;
	talloc_free(s);
	return NULL;
}

bool supervisor_run(struct supervisor *s, struct config *config, struct error *err)
{
	s->config = talloc_steal(s, config);
	s->config_file = mem_dup(s, config->file);
	if (!listen_where(s, err))
		return false;
	for (size_t i = 0; i < ROLE_KINDS; i++)
		if (s->wanted[i] && role_kinds[i].share)
			s->shared[i] = role_kinds[i].share();
	make_children(s);
	log_start("main", level_of(s->config->log_level));
	catch_signals(s);
	supervise(s);
	notify("STOPPING=1");
	log_info("stopping");
	stop_all(s);
	return true;
}
