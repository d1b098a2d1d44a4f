#include "gateway/cli/source_backfill.h"
#include "feeds/fetch/fetch.h"
#include "gateway/base/system/clock.h"
#include "gateway/cli/progress.h"

/* A longer pause than this is mentioned. */
#define LONG_PAUSE (2 * CLOCK_SECOND)

static void show(struct progress *p, const struct backfill *b, int64_t before)
{
	progress_show(p, -1, "page %lld: %lld posts, %lld of them new, %.0f a second", (long long)b->pages, (long long)b->entries, (long long)b->fresh,
	              progress_rate(p, b->entries - before));
	if (b->wait >= LONG_PAUSE && b->waiting) {
		progress_end(p);
		fprintf(stderr, "pennypost: %s: going on in %lld s\n", b->waiting, (long long)(b->wait / CLOCK_SECOND));
	}
}

static bool walk(struct backfill *b, source_turn *turn, void *with, struct error *err)
{
	struct progress *p = progress_new(b);
	int64_t before = b->entries;
	bool fine = true;
	while (fine && b->next && !progress_stopped()) {
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
	printf("%lld\t%lld post%s in %lld page%s, %lld new; nothing was sent\t%s\n", (long long)b->source->id, (long long)b->entries, b->entries == 1 ? "" : "s",
	       (long long)b->pages, b->pages == 1 ? "" : "s", (long long)b->fresh, fetch_shown_url(b->in, b->source->url));
}

static int tell(const struct backfill *b, bool fine, struct error *err)
{
	say(b);
	if (!fine) {
		error_prefix(err, "the older pages of source %lld stop short ('pennypost source backfill %lld' goes on there): ", (long long)b->source->id,
		             (long long)b->source->id);
		return cli_fail(err);
	}
	if (b->next)
		fprintf(stderr, "pennypost: stopped after page %lld; 'pennypost source backfill %lld' goes on there\n", (long long)b->pages, (long long)b->source->id);
	else if (b->error)
		fprintf(stderr, "pennypost: %s\n", b->error);
	return b->next ? 1 : 0;
}

int source_walk(struct backfill *b, source_turn *turn, void *with)
{
	struct error err = { 0 };
	if (b->resumed && b->pages > 1)
		fprintf(stderr, "pennypost: going on after page %lld\n", (long long)b->pages);
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
	if (!asked && !backfill_waits(in, source, &waits, &err))
		return cli_fail(&err);
	if (!waits)
		return 0;
	struct backfill *b = backfill_open(cli->owner, in, source, &err);
	return b ? source_walk(b, fetch_page, NULL) : cli_fail(&err);
}
