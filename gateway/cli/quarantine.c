#include "feeds/picture/picture_fetch.h"
#include "feeds/source/source.h"
#include "feeds/websub/websub_push.h"
#include "feeds/withdraw/vanished_check.h"
#include "gateway/archive/mail/mail_in.h"
#include "gateway/archive/store/quarantine.h"
#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include "gateway/fediverse/inbox/inbox_item.h"
#include "subscribers/ledger/ledger.h"
#include "subscribers/plan/digest.h"
#include "subscribers/plan/plan.h"
#include "subscribers/proof/ask.h"
#include <string.h>

#define HOW "quarantine list [--json]\n" \
	"       pennypost quarantine retry|drop ID...|all"

static const struct quarantine_kind *const kinds[] = {
	&ledger_letters, &ledger_activities, &inbox_item_queue, &source_queue, &websub_push_queue, &vanished_queue, &picture_queue, &plan_news, &plan_notices,
	&plan_issues, &digest_schedules, &ask_queue, &mail_in_queue, &mail_in_source_queue, NULL
};

typedef bool change(struct db *db, const struct quarantine_kind *const *kinds, int64_t id, struct error *err);

static const char *const columns[] = { "id", "queue", "item", "since", "publication", "words", NULL };

static int list(const struct cli *cli, struct quarantined **all, bool json)
{
	struct listing *l = listing_new(cli->owner, stdout, columns, json);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		struct error ignored;
		struct publication *p = publication_by_id(cli->owner, cli->db, all[i]->publication, &ignored);
		listing_number(l, all[i]->id);
		listing_text(l, all[i]->kind);
		listing_number(l, all[i]->item);
		listing_time(l, all[i]->since);
		listing_text(l, p ? p->host : NULL);
		listing_text(l, all[i]->words);
	}
	listing_end(l);
	return 0;
}

static bool change_one(struct cli *cli, change *how, const char *word, int64_t id, struct error *err)
{
	int64_t until = 0;
	while (!how(cli->db, kinds, id, err))
		if (!cli_again(cli, err, &until))
			return false;
	printf("%lld\t%s\n", (long long)id, word);
	return true;
}

/* The ids are read before the first is changed. */
static int change_all(struct cli *cli, change *how, const char *word, int argc, char **argv, struct quarantined **all, struct error *err)
{
	bool fine = true, every = argc == 1 && strcmp(argv[0], "all") == 0;
	int64_t *ids = mem_array(cli->owner, int64_t, (size_t)argc);
	for (int i = 0; !every && i < argc; i++)
		if (!cli_number(argv[i], 1, &ids[i], err))
			return cli_fail(err);
	for (int i = 0; fine && !every && i < argc; i++)
		fine = change_one(cli, how, word, ids[i], err);
	for (size_t i = 0; fine && every && i < talloc_array_length(all); i++)
		fine = change_one(cli, how, word, all[i]->id, err);
	return fine ? 0 : cli_fail(err);
}

int cli_quarantine(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct quarantined **all;
	bool json = false;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "json", 0, &json }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	bool retry = argc > 1 && strcmp(argv[0], "retry") == 0, drop = argc > 1 && strcmp(argv[0], "drop") == 0;
	if (!retry && !drop && !cli_verb(argc, argv, "list", 0))
		return cli_usage(HOW, argc, argv);
	if (!cli_open(cli, &err) || !quarantine_list(cli->owner, cli->db, &all, &err))
		return cli_fail(&err);
	if (retry)
		return change_all(cli, quarantine_retry, "to be tried again", argc - 1, argv + 1, all, &err);
	return drop ? change_all(cli, quarantine_drop, "dropped", argc - 1, argv + 1, all, &err) : list(cli, all, json);
}
