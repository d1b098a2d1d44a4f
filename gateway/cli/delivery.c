#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/delivery_watch.h"
#include "gateway/cli/listing.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/ledger/pause.h"
#include <string.h>

#define HOW "delivery list [--publication P] [--issue N] [--state waiting|deferred|delivered|failed|suppressed|quarantined]\n" \
	"       [--limit N] [--json]\n" \
	"       pennypost delivery watch [ISSUE] [--json]\n" \
	"       pennypost delivery retry ISSUE\n" \
	"       pennypost delivery pause|cancel ISSUE\n" \
	"       pennypost delivery resume ISSUE|[--publication P]"

enum { PAGE = 1000 };

static const char *const columns[] = { "id", "issue", "kind", "state", "when", "tries", "address", "title", "reason", "words", NULL };

static void print(struct listing *l, const struct ledger_row *row)
{
	listing_number(l, row->id);
	listing_number(l, row->issue);
	listing_text(l, issue_kind_name(row->kind));
	listing_text(l, delivery_state_name(row->state));
	listing_time(l, row->finished ? row->finished : row->next_try);
	listing_number(l, row->tries);
	listing_text(l, row->value);
	listing_text(l, row->title);
	listing_text(l, delivery_reason_name(row->reason));
	listing_text(l, row->words);
}

/* limit 0: all. */
static int list(struct cli *cli, struct ledger_filter *filter, int64_t limit, bool json, struct error *err)
{
	struct listing *l = listing_new(cli->owner, stdout, columns, json);
	int64_t left = limit ? limit : INT64_MAX;
	bool more = true;
	while (more && left > 0) {
		filter->limit = left < PAGE ? left : PAGE;
		struct ledger_rows *rows = ledger_rows(cli->owner, cli->db, filter);
		struct ledger_row row;
		int64_t seen = 0;
		for (; ledger_next(rows, &row); seen++) {
			print(l, &row);
			filter->after = row.id;
		}
		if (!ledger_finish(rows, err))
			return cli_fail(err);
		more = seen == filter->limit;
		left -= seen;
	}
	listing_end(l);
	return 0;
}

static bool state_named(const char *text, int *state, struct error *err)
{
	for (int s = DELIVERY_WAITING; s <= DELIVERY_QUARANTINED; s++)
		if (strcmp(text, delivery_state_name((enum delivery_state)s)) == 0) {
			*state = s;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no state: waiting, deferred, delivered, failed, suppressed or quarantined", text);
}

static int retry(struct cli *cli, const char *issue, struct error *err)
{
	int64_t id, count;
	if (!cli_number(issue, 1, &id, err) || !cli_open(cli, err))
		return cli_fail(err);
	int64_t until = 0;
	while (!ledger_retry(cli->db, id, &count, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\t%lld to be tried again\n", (long long)id, (long long)count);
	if (count == 0)
		fputs("pennypost: none of its deliveries has failed at an address that may still be written to; 'delivery list' shows the state of each,"
		      " and 'subscriber unsuppress ADDRESS' brings back an address that is suppressed\n", stderr);
	return 0;
}

/* Lets a publication that was paused send again. */
static int resume(struct cli *cli, const char *named, struct error *err)
{
	struct publication *p = cli_open(cli, err) ? publication_choose(cli->owner, cli->db, named, err) : NULL;
	int64_t letters, until = 0;
	if (!p)
		return cli_fail(err);
	while (!pause_end(cli->db, p->id, &letters, err))
		if (!cli_again(cli, err, &until))
			return err->kind == ERROR_NOT_FOUND ? (error_set(err, ERROR_NOT_FOUND, "%s is not paused", p->host), cli_fail(err)) : cli_fail(err);
	printf("%s\t%lld letters go out\n", p->host, (long long)letters);
	return 0;
}

/* The words for how many deliveries it is about. */
static const struct {
	const char *verb;
	bool (*change)(struct db *db, int64_t issue, int64_t *open, struct error *err);
	const char *words;
} stops[] = {
	{ "pause", stop_pause, "paused, and %lld of its deliveries wait" },
	{ "resume", stop_resume, "goes on with %lld deliveries" },
	{ "cancel", stop_cancel, "cancelled, and %lld of its deliveries are not sent" },
};

static int stop(struct cli *cli, size_t which, const char *issue, struct error *err)
{
	int64_t id, open, until = 0;
	char words[80];
	if (!cli_number(issue, 1, &id, err) || !cli_open(cli, err))
		return cli_fail(err);
	while (!stops[which].change(cli->db, id, &open, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	snprintf(words, sizeof words, stops[which].words, (long long)open);
	printf("%lld\t%s\n", (long long)id, words);
	return 0;
}

static int other_verb(struct cli *cli, int argc, char **argv, const char *named, bool json, struct error *err)
{
	if (cli_verb(argc, argv, "resume", 0))
		return resume(cli, named, err);
	if (cli_verb(argc, argv, "retry", 1))
		return retry(cli, argv[1], err);
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
		if (cli_verb(argc, argv, stops[i].verb, 1))
			return stop(cli, i, argv[1], err);
	if (cli_verb(argc, argv, "watch", 0) || cli_verb(argc, argv, "watch", 1))
		return delivery_watch(cli, argc > 1 ? argv[1] : NULL, json, err);
	return cli_usage(HOW, argc, argv);
}

int cli_delivery(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct ledger_filter filter = { .state = -1 };
	const char *named = NULL, *issue = NULL, *state = NULL, *most = NULL;
	int64_t limit = 0;
	bool json = false;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "issue", &issue, 0 }, { "state", &state, 0 },
	                                      { "limit", &most, 0 }, { "json", 0, &json }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (!cli_number(issue, 1, &filter.issue, &err) || !cli_number(most, 1, &limit, &err) || (state && !state_named(state, &filter.state, &err)))
		return cli_fail(&err);
	if (!cli_verb(argc, argv, "list", 0))
		return other_verb(cli, argc, argv, named, json, &err);
	if (!cli_open(cli, &err))
		return cli_fail(&err);
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	if (named && !p)
		return cli_fail(&err);
	filter.publication = p ? p->id : 0;
	return list(cli, &filter, limit, json, &err);
}
