#include "feeds/source/source_option.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_held.h"
#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "subscribers/gate/gate.h"
#include <string.h>

#define HOW "entry list [--held] [--publication P]\n" \
	"       pennypost entry approve ID... [--quiet]\n" \
	"       pennypost entry reject ID...\n" \
	"       pennypost entry withdraw ID\n" \
	"       pennypost entry access ID policy|free|gated"

enum { PAGE = 500 };

static int list(struct cli *cli, const struct publication *p, struct error *err)
{
	struct gate gate;
	if (!gate_of(cli->db, p, &gate, err))
		return cli_fail(err);
	for (int64_t offset = 0;; offset += PAGE) {
		struct entry **all;
		void *page = talloc_new(cli->owner);
		if (!archive_list(page, cli->db, p->id, &(struct archive_range){ .offset = offset, .limit = PAGE }, &all, err))
			return cli_fail(err);
		size_t count = talloc_array_length(all);
		for (size_t i = 0; i < count; i++) {
			printf("%lld\t", (long long)all[i]->id);
			cli_time(stdout, all[i]->published);
			printf("\t%s\t%zu words\t%s%s\t", gate_locked(&gate, all[i]) ? "subscribers" : "free", all[i]->words, p->url,
			       entry_path(page, all[i]));
			cli_field(stdout, entry_display_title(page, all[i]));
			fputc('\n', stdout);
		}
		talloc_free(page);
		if (count < PAGE)
			return 0;
	}
}

static int change(struct cli *cli, char **words, struct error *err)
{
	int64_t id;
	enum entry_access access = ENTRY_ACCESS_POLICY;
	bool withdraw = strcmp(words[0], "withdraw") == 0;
	if (!cli_number(words[1], 1, &id, err) || (!withdraw && !source_option_access(words[2], &access, err)) || !cli_open(cli, err))
		return cli_fail(err);
	if (!(withdraw ? archive_withdraw(cli->db, id, err) : archive_set_access(cli->db, id, access, err)))
		return cli_fail(err);
	printf("%lld\t%s\n", (long long)id, withdraw ? "withdrawn" : words[2]);
	return 0;
}

static int list_held(struct cli *cli, const char *named, struct error *err)
{
	struct held *all;
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, err) : NULL;
	if ((named && !p) || !archive_held(cli->owner, cli->db, p ? p->id : 0, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		printf("%lld\t", (long long)all[i].id);
		cli_time(stdout, all[i].published);
		printf("\theld\t%zu words\t", all[i].words);
		cli_field(stdout, all[i].link ? all[i].link : "-");
		fputc('\t', stdout);
		cli_field(stdout, all[i].title);
		fputc('\n', stdout);
	}
	return 0;
}

/* One entry that is not held must not stop the others. */
static int decide(struct cli *cli, char **words, bool approve, bool quiet, struct error *err)
{
	int64_t id;
	int status = 0;
	for (char **word = words; *word; word++)
		if (!cli_number(*word, 1, &id, err))
			return cli_fail(err);
	if (!cli_open(cli, err))
		return cli_fail(err);
	for (; *words && cli_number(*words, 1, &id, err); words++)
		if (approve ? archive_approve(cli->db, id, quiet, err) : archive_reject(cli->db, id, err))
			printf("%lld\t%s\n", (long long)id, approve ? "approved" : "rejected");
		else
			status = cli_fail(err);
	return status;
}

int cli_entry(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	bool held = false, quiet = false;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "held", 0, &held }, { "quiet", 0, &quiet }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, &err);
	if (cli_verb(argc, argv, "withdraw", 1) || cli_verb(argc, argv, "access", 2))
		return change(cli, argv, &err);
	bool approve = argc > 1 && strcmp(argv[0], "approve") == 0;
	if (approve || (argc > 1 && strcmp(argv[0], "reject") == 0)) {
		argv[argc] = NULL;
		return decide(cli, argv + 1, approve, quiet, &err);
	}
	if (!cli_verb(argc, argv, "list", 0))
		return cli_usage(HOW);
	if (!cli_open(cli, &err))
		return cli_fail(&err);
	if (held)
		return list_held(cli, named, &err);
	struct publication *p = publication_choose(cli->owner, cli->db, named, &err);
	return p ? list(cli, p, &err) : cli_fail(&err);
}
