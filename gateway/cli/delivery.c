#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "subscribers/ledger/ledger.h"
#include <string.h>

#define HOW "delivery list [--publication P] [--issue N] [--state waiting|deferred|delivered|failed|suppressed|quarantined]\n" \
	"       pennypost delivery retry ISSUE"

enum { PAGE = 1000 };

static void print(const struct ledger_row *row)
{
	printf("%lld\t%lld\t%s\t%s\t", (long long)row->id, (long long)row->issue, issue_kind_name(row->kind),
	       delivery_state_name(row->state));
	cli_time(stdout, row->finished ? row->finished : row->next_try);
	printf("\t%d\t", row->tries);
	cli_field(stdout, row->value);
	fputc('\t', stdout);
	cli_field(stdout, row->title ? row->title : "-");
	fputc('\t', stdout);
	cli_field(stdout, delivery_reason_name(row->reason));
	fputc('\t', stdout);
	cli_field(stdout, row->words);
	fputc('\n', stdout);
}

static int list(struct cli *cli, struct ledger_filter *filter, struct error *err)
{
	filter->limit = PAGE;
	for (int64_t seen = PAGE; seen == PAGE;) {
		struct ledger_rows *rows = ledger_rows(cli->owner, cli->db, filter);
		struct ledger_row row;
		for (seen = 0; ledger_next(rows, &row); seen++) {
			print(&row);
			filter->after = row.id;
		}
		if (!ledger_finish(rows, err))
			return cli_fail(err);
	}
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
	if (!cli_number(issue, 1, &id, err) || !cli_open(cli, err) || !ledger_retry(cli->db, id, &count, err))
		return cli_fail(err);
	printf("%lld\t%lld to be tried again\n", (long long)id, (long long)count);
	if (count == 0)
		fputs("pennypost: none of its deliveries has failed at an address that may still be written to; 'delivery list' shows the state of each,"
		      " and 'subscriber unsuppress ADDRESS' brings back an address that is suppressed\n", stderr);
	return 0;
}

int cli_delivery(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct ledger_filter filter = { .state = -1 };
	const char *named = NULL, *issue = NULL, *state = NULL;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "issue", &issue, 0 }, { "state", &state, 0 }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, &err);
	if ((issue && !cli_number(issue, 1, &filter.issue, &err)) || (state && !state_named(state, &filter.state, &err)))
		return cli_fail(&err);
	if (argc == 2 && strcmp(argv[0], "retry") == 0)
		return retry(cli, argv[1], &err);
	if (argc != 1 || strcmp(argv[0], "list") != 0)
		return cli_usage(HOW);
	if (!cli_open(cli, &err))
		return cli_fail(&err);
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	if (named && !p)
		return cli_fail(&err);
	filter.publication = p ? p->id : 0;
	return list(cli, &filter, &err);
}
