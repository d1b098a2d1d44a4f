#include "feeds/import/import.h"
#include "feeds/ingest/ingest_store.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/progress.h"
#include <string.h>

#define HOW "import FILE [--publication P] [--site URL] [--pages]"

struct sum {
	size_t posts, fresh;
};

static bool store_all(struct import *im, struct ingest *in, struct source *source, struct sum *sum, struct error *err)
{
	struct progress *p = progress_new(im);
	struct feed *feed;
	bool fine = true;
	while (fine && !progress_stopped() && (fine = import_next(im, &feed, err)) && feed) {
		struct ingest_result result = { 0 };
		fine = ingest_store(in, source, feed, INGEST_ARCHIVE, &result, err);
		sum->posts += feed->count;
		sum->fresh += result.fresh;
		progress_show(p, im->progress, "%zu posts, %zu of them new, %.0f a second", sum->posts, sum->fresh, progress_rate(p, (int64_t)sum->posts));
		talloc_free(feed);
	}
	progress_end(p);
	return fine;
}

static int tell(const struct import *im, const struct sum *sum, bool fine, const struct error *err)
{
	printf("%zu post%s in %s, %zu new; nothing was sent\t%s\n", sum->posts, sum->posts == 1 ? "" : "s", im->kind, sum->fresh, im->path);
	for (size_t i = 0; i < im->skipped_count; i++)
		printf("skipped\t%zu\t%s\n", im->skipped[i].count, im->skipped[i].why);
	if (im->wrong)
		fprintf(stderr, "pennypost: '%s' is damaged, something may be missing: %s\n", im->path, im->wrong);
	if (!fine)
		return cli_fail(err);
	if (progress_stopped())
		fprintf(stderr, "pennypost: stopped; the same command again adds what is missing\n");
	return progress_stopped() ? 1 : 0;
}

static int import(struct cli *cli, const char *path, const char *named, const struct import_settings *settings, struct error *err)
{
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	struct import *im = p ? import_open(cli->owner, path, settings, err) : NULL;
	if (!im)
		return cli_fail(err);
	/* This source has no row: imported entries belong to no source, so a feed of the same posts can be added later as their first. */
	struct source source = { .publication = p->id, .url = settings->site ? settings->site : p->url, .imported = clock_now() };
	struct ingest in = { .db = cli->db, .config = cli->config, .media = im->media };
	struct sum sum = { 0 };
	bool fine = store_all(im, &in, &source, &sum, err);
	return tell(im, &sum, fine, err);
}

int cli_import(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	struct import_settings settings = { 0 };
	const struct cli_option options[] = { { "publication", &named, 0 }, { "site", &settings.site, 0 }, { "pages", 0, &settings.pages }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc != 1)
		return cli_usage(HOW, argc, argv);
	return cli_open(cli, &err) ? import(cli, argv[0], named, &settings, &err) : cli_fail(&err);
}
