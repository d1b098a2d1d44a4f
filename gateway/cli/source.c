#include "feeds/ingest.h"
#include "gateway/base/clock.h"
#include "gateway/base/mem.h"
#include "gateway/base/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/source_backfill.h"
#include <string.h>

#define HOW "source add URL|FILE [--publication P] [--backfill|--no-backfill]\n" \
	"       pennypost source list [--publication P]\n" \
	"       pennypost source poll [ID]\n" \
	"       pennypost source backfill ID\n" \
	"       pennypost source approve ID [--quiet]\n" \
	"       pennypost source remove ID"

/* The first fetch is ours, not the role's. */
#define LEASE (2 * CLOCK_MINUTE)

/* One source per line: what it is, and how it went. */
static void print(const struct source *s)
{
	printf("%lld\t%s\t", (long long)s->id, source_state_name(s->state));
	cli_time(stdout, s->last_fetch);
	printf("\t%d\t%s\t", s->last_status, s->url);
	cli_field(stdout, s->title ? s->title : "-");
	fputc('\t', stdout);
	cli_field(stdout, s->last_error ? s->last_error : "fine");
	fputc('\n', stdout);
}

static int fetch(struct ingest *in, struct source *s, struct error *err)
{
	struct ingest_result r;
	if (!ingest_source(in, s, &r, err))
		return cli_fail(err);
	if (r.unchanged)
		printf("%lld\tunchanged\t%s\n", (long long)s->id, s->url);
	else if (r.first)
		printf("%lld\t%zu posts imported, none of them will be sent\t%s\n", (long long)s->id, r.entries, s->url);
	else
		printf("%lld\t%zu posts, %zu new, %zu revised\t%s\n", (long long)s->id, r.entries, r.fresh, r.revised, s->url);
	return 0;
}

static void no_source(int64_t id, struct error *err)
{
	error_set(err, ERROR_NOT_FOUND, "there is no source %lld: 'pennypost source list' shows them", (long long)id);
}

/* Whether a new source's older pages are read too: when its feed shows that there are some, unless told otherwise. */
enum older { OLDER_SHOWN, OLDER_ALL, OLDER_NONE };

static int add(struct cli *cli, const char *named, const char *typed, enum older older, struct error *err)
{
	int64_t id;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	struct ingest *in = p ? ingest_new(cli->owner, cli->db, cli->config, err) : NULL;
	char *url = in ? ingest_discover(cli->owner, in, typed, err) : NULL;
	if (!url || !source_add(cli->db, p->id, SOURCE_FEED, url, LEASE, &id, err))
		return cli_fail(err);
	struct source *s = source_get(cli->owner, cli->db, id, err);
	if (!s)
		return cli_fail(err);
	int status = fetch(in, s, err);
	/* What was never read is not kept as a source. */
	if (status && !s->imported && source_remove(cli->db, id, err))
		fprintf(stderr, "pennypost: the source was not added\n");
	if (status || older == OLDER_NONE || text_starts(s->url, "file://"))
		return status;
	return source_backfill(cli, in, s, older == OLDER_ALL);
}

static int backfill(struct cli *cli, int64_t id, struct error *err)
{
	struct ingest *in = ingest_new(cli->owner, cli->db, cli->config, err);
	struct source *s = in ? source_get(cli->owner, cli->db, id, err) : NULL;
	if (!s && err->kind == ERROR_NOT_FOUND)
		no_source(id, err);
	return s ? source_backfill(cli, in, s, true) : cli_fail(err);
}

static int list(struct cli *cli, const char *named, struct error *err)
{
	struct source **all;
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, err) : NULL;
	if ((named && !p) || !source_list(cli->owner, cli->db, p ? p->id : 0, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		print(all[i]);
	return 0;
}

/* Fetches here and now, so that the answer can be shown. */
static int poll(struct cli *cli, int64_t only, struct error *err)
{
	struct source **all;
	struct ingest *in = ingest_new(cli->owner, cli->db, cli->config, err);
	int status = 0;
	bool any = false;
	if (!in || !source_list(cli->owner, cli->db, 0, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		if (!only || all[i]->id == only) {
			struct source *s = source_claim_one(all, cli->db, all[i]->id, LEASE, err);
			any = true;
			if (!s ? cli_fail(err) : fetch(in, s, err))
				status = 1;
		}
	if (any || !only)
		return status;
	no_source(only, err);
	return cli_fail(err);
}

static int change(struct cli *cli, const char *verb, int64_t id, bool quiet, struct error *err)
{
	bool removing = strcmp(verb, "remove") == 0;
	if (!(removing ? source_remove(cli->db, id, err) : source_approve(cli->db, id, quiet, err)))
		return cli_fail(err);
	printf("%lld\t%s\n", (long long)id, removing ? "removed" : "approved");
	return 0;
}

/* The verbs, with how many words each takes at most behind it. */
enum verb { ADD, LIST, POLL, BACKFILL, APPROVE, REMOVE, NO_VERB };

static enum verb verb_of(int argc, char **argv)
{
	if (cli_verb(argc, argv, "poll", 0))
		return POLL;
	static const struct { const char *name; int words; } verbs[] = {
		[ADD] = { "add", 1 }, [LIST] = { "list", 0 }, [POLL] = { "poll", 1 }, [BACKFILL] = { "backfill", 1 }, [APPROVE] = { "approve", 1 }, [REMOVE] = { "remove", 1 },
	};
	for (int v = ADD; v < NO_VERB; v++)
		if (cli_verb(argc, argv, verbs[v].name, verbs[v].words))
			return (enum verb)v;
	return NO_VERB;
}

int cli_source(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	bool quiet = false, with = false, without = false;
	int64_t id = 0;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "quiet", 0, &quiet }, { "backfill", 0, &with }, { "no-backfill", 0, &without }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_fail(&err);
	enum verb verb = verb_of(argc, argv);
	if (verb == NO_VERB || (with && without))
		return cli_usage(HOW);
	if (verb >= POLL && argc == 2 && !cli_number(argv[1], 1, &id, &err))
		return cli_fail(&err);
	if (!cli_open(cli, &err))
		return cli_fail(&err);
	switch (verb) {
	case ADD: return add(cli, named, argv[1], without ? OLDER_NONE : with ? OLDER_ALL : OLDER_SHOWN, &err);
	case LIST: return list(cli, named, &err);
	case POLL: return poll(cli, id, &err);
	case BACKFILL: return backfill(cli, id, &err);
	default: return change(cli, argv[0], id, quiet, &err);
	}
}
