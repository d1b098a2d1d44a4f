#include "gateway/cli/delivery_watch.h"
#include "gateway/base/memory/document.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/cli/progress.h"
#include "subscribers/ledger/ledger.h"
#include <inttypes.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Counting a large issue takes a while: it is done for this part of the time at most, and the line stays as it is meanwhile. */
enum { SHARE = 10, COLUMNS = 80 };

/* What the owner wants to know of struct ledger_progress. */
struct course {
	const char *state;
	int64_t sent, waiting, deferred, failed, suppressed;
	double rate;
	int64_t end;        /* foreseen, or 0 */
	int64_t next_try;
};

static struct course course_of(const struct ledger_progress *p, int64_t now)
{
	static const char *const stops[] = { [STOP_PAUSED] = "paused", [STOP_CANCELLED] = "cancelled" };
	struct course c = { .sent = p->counts[DELIVERY_DELIVERED], .waiting = p->counts[DELIVERY_WAITING], .deferred = p->counts[DELIVERY_DEFERRED],
	                    .failed = p->counts[DELIVERY_FAILED] + p->counts[DELIVERY_QUARANTINED], .suppressed = p->counts[DELIVERY_SUPPRESSED],
	                    .rate = p->per_second, .next_try = p->next_try };
	c.state = p->stop != STOP_NO ? stops[p->stop] : !p->planned ? "planning" : c.waiting ? "sending" : c.deferred ? "deferred" : "done";
	/* While it is planned nobody knows how many there will be. */
	if (p->stop == STOP_NO && p->planned && c.waiting && c.rate > 0)
		c.end = now + (int64_t)((double)c.waiting / c.rate * CLOCK_SECOND);
	return c;
}

static bool is_over(const struct ledger_progress *p)
{
	return p->planned && !p->counts[DELIVERY_WAITING] && !p->counts[DELIVERY_DEFERRED];
}

static void write_time(FILE *out, const char *name, int64_t ms)
{
	char *text = ms ? clock_rfc3339(NULL, ms) : NULL;
	fprintf(out, ms ? ", \"%s\": \"%s\"" : ", \"%s\": null", name, text);
	talloc_free(text);
}

static void write_json(FILE *out, int64_t issue, const struct course *c, int64_t now)
{
	fprintf(out, "{\"issue\": %" PRId64 ", \"state\": \"%s\", \"sent\": %" PRId64 ", \"waiting\": %" PRId64 ", \"deferred\": %" PRId64 ", \"failed\": %" PRId64
	             ", \"suppressed\": %" PRId64 ", \"per_second\": %.1f", issue, c->state, c->sent, c->waiting, c->deferred, c->failed, c->suppressed, c->rate);
	write_time(out, "at", now);
	write_time(out, "end", c->end);
	write_time(out, "next_try", c->next_try);
	fputs("}", out);
}

static void write_words(FILE *out, int64_t issue, const struct course *c, int64_t now)
{
	fprintf(out, "issue %" PRId64 " %s: %" PRId64 " sent, %" PRId64 " waiting, %" PRId64 " deferred, %" PRId64 " failed", issue, c->state, c->sent, c->waiting,
	        c->deferred, c->failed);
	if (c->suppressed)
		fprintf(out, ", %" PRId64 " suppressed", c->suppressed);
	if (c->rate > 0)
		fprintf(out, ", %.*f/s", c->rate < 10 ? 1 : 0, c->rate);
	int64_t then = c->end ? c->end : c->waiting == 0 ? c->next_try : 0;
	char *left = then > now ? cli_duration(NULL, then - now + CLOCK_SECOND) : NULL;
	if (left)
		fprintf(out, c->end ? ", done in %s" : ", the next try in %s", left);
	talloc_free(left);
}

/* False when nobody reads it any more. */
static bool show(int64_t issue, const struct course *c, int64_t now, bool json, bool terminal)
{
	struct winsize size;
	struct document *d = document_new(NULL);
	(json ? write_json : write_words)(document_out(d), issue, c, now);
	const char *line = document_text(d, NULL);
	int columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS;
	if (terminal)
		printf("\r\033[K%.*s", columns - 1, line);
	else
		printf("%s\n", line);
	talloc_free(d);
	return fflush(stdout) == 0;
}

/* Counts at most SHARE-th of the time. */
static bool look(struct db *db, int64_t issue, struct ledger_progress *p, int64_t *next, struct error *err)
{
	int64_t begin = clock_steady();
	if (begin < *next)
		return true;
	bool fine = ledger_progress(db, issue, p, err);
	*next = clock_steady() + SHARE * (clock_steady() - begin);
	return fine;
}

int delivery_watch(struct cli *cli, const char *issue, bool json, struct error *err)
{
	struct ledger_progress p = { 0 };
	int64_t id = 0, next = 0;
	bool terminal = isatty(STDOUT_FILENO) && !json, goes_on = true;
	if ((issue && !cli_number(issue, 1, &id, err)) || !cli_open(cli, err) || (!issue && !ledger_newest(cli->db, &id, err)))
		return cli_fail(err);
	struct progress *stop = progress_new(cli->owner);
	while (goes_on && !progress_stopped()) {
		if (!look(cli->db, id, &p, &next, err))
			return cli_fail(err);
		struct course c = course_of(&p, clock_now());
		goes_on = show(id, &c, clock_now(), json, terminal) && !is_over(&p);
		if (goes_on)
			progress_pause(CLOCK_SECOND);
	}
	if (terminal)
		putchar('\n');
	talloc_free(stop);
	return 0;
}
