#include "gateway/cli/progress.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR = 20, COLUMNS = 80, WORDS = 400 };
#define TERMINAL_PAUSE (CLOCK_SECOND / 10)

struct progress {
	bool terminal;
	bool dirty;      /* the terminal's line is not empty */
	int64_t began, shown;
};

/* A signal handler can only set a global. */
static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static int64_t pause_of(const struct progress *p) { return p->terminal ? TERMINAL_PAUSE : CLOCK_SECOND; }

static int clean_up(struct progress *p)
{
	progress_end(p);
	return 0;
}

struct progress *progress_new(void *owner)
{
	struct progress *p = mem_new(owner, struct progress);
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	p->terminal = isatty(STDERR_FILENO);
	p->shown = p->began = clock_steady();
	talloc_set_destructor(p, clean_up);
	return p;
}

static int columns(void)
{
	struct winsize size;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS;
}

static void write_line(struct progress *p, const char *line)
{
	if (p->terminal)
		fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
	else
		fprintf(stderr, "%s\n", line);
	fflush(stderr);
	p->dirty = p->terminal;
}

void progress_show(struct progress *p, double share, const char *fmt, ...)
{
	char words[WORDS], line[2 * WORDS];
	int64_t now = clock_steady();
	va_list ap;
	if (now - p->shown < pause_of(p))
		return;
	p->shown = now;
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	if (share < 0) {
		write_line(p, words);
		return;
	}
	double known = share > 1 ? 1 : share;
	int full = (int)(known * BAR);
	snprintf(line, sizeof line, "[%.*s%.*s] %3d %%  %s", full, "####################", BAR - full, "....................", (int)(known * 100), words);
	write_line(p, line);
}

void progress_end(struct progress *p)
{
	if (p->dirty)
		fputs("\r\033[K", stderr);
	fflush(stderr);
	p->dirty = false;
}

double progress_rate(const struct progress *p, int64_t count)
{
	int64_t ms = clock_steady() - p->began;
	return ms > 0 ? (double)count * 1000 / (double)ms : 0;
}

bool progress_stopped(void) { return stopped != 0; }

void progress_pause(int64_t ms)
{
	int64_t until = clock_steady() + ms;
	for (int64_t left; !stopped && (left = until - clock_steady()) > 0;)
		poll(NULL, 0, left > 200 ? 200 : (int)left);
}
