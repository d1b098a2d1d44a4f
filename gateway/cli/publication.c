#include "gateway/archive/store/archive.h"
#include "gateway/cli/cli.h"
#include "subscribers/people/subscriber.h"

/* How a verb was called. */
struct call {
	struct cli *cli;
	const char *named, *word;
	const struct publication_new *with;
	const char *gate;
};

#define HOW "publication list\n" \
	"       pennypost publication add --url URL --name NAME --handle HANDLE [--summary TEXT] [--author NAME]\n" \
	"       [--language CODE] [--mail-from ADDRESS] [--postal-address TEXT] [--owner ADDRESS]\n" \
	"       [--gate free|all|older:DAYS|beyond:POSTS]\n" \
	"       pennypost publication set [--name NAME] [--summary TEXT] [--author NAME] [--language CODE] [--mail-from ADDRESS]\n" \
	"       [--postal-address TEXT] [--owner ADDRESS] [--gate free|all|older:DAYS|beyond:POSTS] [--publication P]\n" \
	"       pennypost publication owner ADDRESS [--publication P]\n" \
	"       pennypost publication gate free|all|older:DAYS|beyond:POSTS [--publication P]"

static int list(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
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

static int add(const struct call *call, struct error *err)
{
	int64_t id;
	if (!publication_add(call->cli->db, call->with, &id, err))
		return cli_fail(err);
	printf("%lld\t%s\tmade\n", (long long)id, call->with->url);
	return 0;
}

static int set_gate(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	const char *named = call->named, *text = call->word;
	enum publication_gate gate;
	int64_t number;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!p || !cli_gate(text, &gate, &number, err) || !publication_set_gate(cli->db, p->id, gate, number, err))
		return cli_fail(err);
	printf("%s\tgate %s\n", p->url, text);
	return 0;
}

static int set_owner(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	const char *named = call->named, *mail = call->word;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!p || !publication_set_owner(cli->db, p->id, mail, err))
		return cli_fail(err);
	printf("%s\towner %s\n", p->url, mail);
	return 0;
}

/* Only what was said is changed. */
static int set(const struct call *call, struct error *err)
{
	struct cli *cli = call->cli;
	const struct publication_new *with = call->with;
	struct publication *p = publication_choose(cli->owner, cli->db, call->named, err);
	if (!p || !db_begin(cli->db, err))
		return cli_fail(err);
	bool fine = publication_edit(cli->db, p->id, with, err) && (!call->gate || publication_set_gate(cli->db, p->id, with->gate, with->gate_number, err));
	if (!db_end(cli->db, fine, err))
		return cli_fail(err);
	printf("%s\tchanged\n", p->url);
	return 0;
}

static bool needed(const struct call *c) { return c->with->url && c->with->name && c->with->handle; }

static bool says_something(const struct call *c)
{
	const struct publication_new *with = c->with;
	return with->name || with->summary || with->author || with->language || with->mail_from || with->postal_address || with->owner_mail || c->gate;
}

static const struct verb {
	const char *name;
	int words;
	bool (*fits)(const struct call *); /* or NULL */
	int (*run)(const struct call *, struct error *);
} verbs[] = {
	{ "list", 0, NULL, list }, { "add", 0, needed, add }, { "set", 0, says_something, set }, { "owner", 1, NULL, set_owner }, { "gate", 1, NULL, set_gate },
};

static const struct verb *verb_of(int argc, char **argv, const struct call *call)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (cli_verb(argc, argv, verbs[i].name, verbs[i].words) && (!verbs[i].fits || verbs[i].fits(call)))
			return &verbs[i];
	return NULL;
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
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, &err);
	if (gate && !cli_gate(gate, &with.gate, &with.gate_number, &err))
		return cli_fail(&err);
	const struct call call = { cli, named, argc > 1 ? argv[1] : NULL, &with, gate };
	const struct verb *verb = verb_of(argc, argv, &call);
	if (!verb)
		return cli_usage(HOW);
	if (verb->run == set && (with.url || with.handle)) {
		error_set(&err, ERROR_INVALID, "the URL and the handle of a publication stay: every link to it and everybody who follows it names them");
		return cli_fail(&err);
	}
	return cli_open(cli, &err) ? verb->run(&call, &err) : cli_fail(&err);
}
