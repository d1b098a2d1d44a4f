#include "gateway/archive/archive.h"
#include "gateway/base/mem.h"
#include "gateway/cli/cli.h"
#include "subscribers/gate.h"
#include <string.h>

#define HOW "entry list [--publication P]\n" \
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

static bool access_named(const char *text, enum entry_access *access, struct error *err)
{
	static const char *const names[] = { "policy", "free", "gated" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(text, names[i]) == 0) {
			*access = (enum entry_access)i;
			return true;
		}
	return error_set(err, ERROR_INVALID, "'%s' is no access: policy, free or gated", text);
}

static int change(struct cli *cli, char **words, struct error *err)
{
	int64_t id;
	enum entry_access access = ENTRY_ACCESS_POLICY;
	bool withdraw = strcmp(words[0], "withdraw") == 0;
	if (!cli_number(words[1], 1, &id, err) || (!withdraw && !access_named(words[2], &access, err)) || !cli_open(cli, err))
		return cli_fail(err);
	if (!(withdraw ? archive_withdraw(cli->db, id, err) : archive_set_access(cli->db, id, access, err)))
		return cli_fail(err);
	printf("%lld\t%s\n", (long long)id, withdraw ? "withdrawn" : words[2]);
	return 0;
}

int cli_entry(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "publication", &named, 0 }, { 0, 0, 0 } }, &err))
		return cli_fail(&err);
	if ((argc == 2 && strcmp(argv[0], "withdraw") == 0) || (argc == 3 && strcmp(argv[0], "access") == 0))
		return change(cli, argv, &err);
	if (argc != 1 || strcmp(argv[0], "list") != 0)
		return cli_usage(HOW);
	struct publication *p = cli_open(cli, &err) ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	return p ? list(cli, p, &err) : cli_fail(&err);
}
