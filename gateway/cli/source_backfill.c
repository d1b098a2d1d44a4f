#include "gateway/cli/source_backfill.h"
#include "gateway/base/system/clock.h"
#include "gateway/cli/progress.h"

/* A longer pause than this is mentioned. */
#define LONG_PAUSE (2 * CLOCK_SECOND)

static void show(struct progress *p, const struct backfill *b, int64_t before)
{
	progress_show(p, -1, "page %lld: %lld posts, %lld of them new, %.0f a second", (long long)b->progress.pages, (long long)b->progress.entries, (long long)b->progress.fresh,
	              progress_rate(p, b->progress.entries - before));
	if (b->wait >= LONG_PAUSE && b->waiting) {
		progress_end(p);
		fprintf(stderr, "pennypost: %s: going on in %lld s\n", b->waiting, (long long)(b->wait / CLOCK_SECOND));
	}
}

static bool walk(struct backfill *b, source_turn *turn, void *with, struct error *err)
{
	struct progress *p = progress_new(b);
	int64_t before = b->progress.entries;
	bool fine = true;
	while (fine && b->progress.next && !progress_stopped()) {
		fine = turn(b, with, err);
		if (fine) {
			show(p, b, before);
			progress_pause(b->wait);
		}
	}
	progress_end(p);
	return fine;
}

static void say(const struct backfill *b)
{
	printf("%lld\t%lld post%s in %lld page%s, %lld new; nothing was sent\t%s\n", (long long)b->source->id, (long long)b->progress.entries, b->progress.entries == 1 ? "" : "s",
	       (long long)b->progress.pages, b->progress.pages == 1 ? "" : "s", (long long)b->progress.fresh, source_redact_url(b->in, b->source->url));
}

static int tell(const struct backfill *b, bool fine, struct error *err)
{
	say(b);
	if (!fine) {
		error_prefix(err, "the older pages of source %lld stop short ('pennypost source backfill %lld' goes on there): ", (long long)b->source->id,
		             (long long)b->source->id);
		return cli_fail(err);
	}
	if (b->progress.next)
		fprintf(stderr, "pennypost: stopped after page %lld; 'pennypost source backfill %lld' goes on there\n", (long long)b->progress.pages, (long long)b->source->id);
	else if (b->progress.error)
		fprintf(stderr, "pennypost: %s\n", b->progress.error);
	return b->progress.next ? 1 : 0;
}

int source_walk(struct backfill *b, source_turn *turn, void *with)
{
	struct error err = { 0 };
	if (b->resumed && b->progress.pages > 1)
		fprintf(stderr, "pennypost: going on after page %lld\n", (long long)b->progress.pages);
	return tell(b, walk(b, turn, with, &err), &err);
}

static bool fetch_page(struct backfill *b, void *with, struct error *err)
{
	(void)with;
	return backfill_turn(b, err);
}

int source_backfill(struct cli *cli, struct ingest *in, struct source *source, bool asked)
{
	struct error err = { 0 };
	bool waits = true;
	if (!asked && !backfill_progress_has_older(in->db, source, &waits, &err))
		return cli_fail(&err);
	if (!waits)
		return 0;
	struct backfill *b = backfill_open(cli->owner, in, source, &err);
	return b ? source_walk(b, fetch_page, NULL) : cli_fail(&err);
}
