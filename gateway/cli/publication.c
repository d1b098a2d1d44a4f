#include "gateway/archive/store/archive.h"
#include "gateway/cli/cli.h"
#include "subscribers/people/subscriber.h"

#define HOW "publication list\n" \
	"       pennypost publication add --url URL --name NAME --handle HANDLE [--summary TEXT] [--author NAME]\n" \
	"       [--language CODE] [--mail-from ADDRESS] [--postal-address TEXT] [--owner ADDRESS]\n" \
	"       [--gate free|all|older:DAYS|beyond:POSTS]\n" \
	"       pennypost publication owner ADDRESS [--publication P]\n" \
	"       pennypost publication gate free|all|older:DAYS|beyond:POSTS [--publication P]"

static int list(struct cli *cli, struct error *err)
{
	struct publication **all;
	size_t count;
	if (!publication_all(cli->owner, cli->db, &all, &count, err))
		return cli_fail(err);
	for (size_t i = 0; i < count; i++) {
		int64_t posts, people;
		if (!archive_count(cli->db, all[i]->id, &(struct archive_range){ 0 }, &posts, err) ||
		    !subscriber_count(cli->db, all[i]->id, -1, &people, err))
			return cli_fail(err);
		printf("%lld\t%s\t%s\t", (long long)all[i]->id, all[i]->url, publication_address(cli->owner, all[i]));
		cli_field(stdout, all[i]->name);
		printf("\t%lld posts\t%lld followers\n", (long long)posts, (long long)people);
	}
	return 0;
}

static int add(struct cli *cli, const struct publication_new *with, struct error *err)
{
	int64_t id;
	if (!publication_add(cli->db, with, &id, err))
		return cli_fail(err);
	printf("%lld\t%s\tmade\n", (long long)id, with->url);
	return 0;
}

static int set_gate(struct cli *cli, const char *named, const char *text, struct error *err)
{
	enum publication_gate gate;
	int64_t number;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!p || !cli_gate(text, &gate, &number, err) || !publication_set_gate(cli->db, p->id, gate, number, err))
		return cli_fail(err);
	printf("%s\tgate %s\n", p->url, text);
	return 0;
}

static int set_owner(struct cli *cli, const char *named, const char *mail, struct error *err)
{
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!p || !publication_set_owner(cli->db, p->id, mail, err))
		return cli_fail(err);
	printf("%s\towner %s\n", p->url, mail);
	return 0;
}

int cli_publication(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct publication_new with = { 0 };
	const char *gate = NULL, *named = NULL;
	const struct cli_option options[] = {
		{ "url", &with.url, 0 }, { "name", &with.name, 0 }, { "handle", &with.handle, 0 }, { "summary", &with.summary, 0 },
		{ "author", &with.author, 0 }, { "language", &with.language, 0 }, { "mail-from", &with.mail_from, 0 },
		{ "postal-address", &with.postal_address, 0 }, { "owner", &with.owner_mail, 0 }, { "gate", &gate, 0 }, { "publication", &named, 0 }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err) || (gate && !cli_gate(gate, &with.gate, &with.gate_number, &err)))
		return cli_fail(&err);
	bool adding = cli_verb(argc, argv, "add", 0) && with.url && with.name && with.handle, gating = cli_verb(argc, argv, "gate", 1);
	bool owning = cli_verb(argc, argv, "owner", 1);
	if (!adding && !gating && !owning && !cli_verb(argc, argv, "list", 0))
		return cli_usage(HOW);
	if (!cli_open(cli, &err))
		return cli_fail(&err);
	if (owning)
		return set_owner(cli, named, argv[1], &err);
	return adding ? add(cli, &with, &err) : gating ? set_gate(cli, named, argv[1], &err) : list(cli, &err);
}
