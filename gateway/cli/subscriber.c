#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/proof/session.h"
#include <string.h>

#define HOW "subscriber add --confirmed ADDRESS... [--publication P]\n" \
	"       pennypost subscriber list [--publication P]\n" \
	"       pennypost subscriber remove ADDRESS [--publication P]\n" \
	"       pennypost subscriber unsuppress ADDRESS [--publication P]"

enum { PAGE = 1000 };

/* What became of an address; it is told once that is committed. */
struct outcome {
	int64_t id;
	struct error refusal; /* kind 0: it was added */
};

/* The first of these addresses, in one transaction: all[0] to all[*done - 1]. */
static bool add_some(struct cli *cli, const struct publication *p, size_t count, char **mails, struct outcome *all, size_t *done, struct error *err)
{
	size_t n = 0;
	bool fine = db_begin(cli->db, err);
	if (!fine)
		return false;
	while (fine && n < count && (n == 0 || !db_turn_over(cli->db, n))) {
		struct outcome *o = &all[n];
		*o = (struct outcome){ 0 };
		bool added = subscriber_add_confirmed(cli->db, p->id, mails[n], &o->id, &o->refusal);
		if (added)
			o->refusal.kind = 0;
		fine = added || o->refusal.kind == ERROR_EXISTS || o->refusal.kind == ERROR_INVALID;
		if (!fine)
			*err = o->refusal;
		n++;
	}
	fine = db_end(cli->db, fine, err);
	db_give_way(cli->db);
	*done = n;
	return fine;
}

static int add(struct cli *cli, const struct publication *p, size_t count, char **mails, struct error *err)
{
	int status = 0;
	int64_t until = 0;
	struct outcome *all = mem_array(cli->owner, struct outcome, count);
	for (size_t from = 0, done; from < count; from += done) {
		while (!add_some(cli, p, count - from, mails + from, all, &done, err))
			if (!cli_again(cli, err, &until))
				return cli_fail(err);
		until = 0;
		for (size_t i = 0; i < done; i++)
			if (all[i].refusal.kind)
				status = cli_fail(&all[i].refusal);
			else
				printf("%lld\tconfirmed\t%s\n", (long long)all[i].id, mails[from + i]);
	}
	return status;
}

static int list(struct cli *cli, const struct publication *p, struct error *err)
{
	int64_t after = 0;
	for (;;) {
		struct address **all;
		void *page = talloc_new(cli->owner);
		if (!subscriber_list(page, cli->db, p->id, -1, NULL, after, PAGE, &all, err))
			return cli_fail(err);
		size_t count = talloc_array_length(all);
		for (size_t i = 0; i < count; i++) {
			printf("%lld\t%s\t%s\t", (long long)all[i]->id, address_kind_name(all[i]->kind), address_state_name(all[i]->state));
			cli_time(stdout, all[i]->confirmed ? all[i]->confirmed : all[i]->created);
			fputc('\t', stdout);
			cli_field(stdout, all[i]->value);
			fputc('\n', stdout);
			after = all[i]->id;
		}
		talloc_free(page);
		if (count < PAGE)
			return 0;
	}
}

static struct address *find(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	enum address_kind kind = strstr(value, "://") ? ADDRESS_ACTOR : ADDRESS_MAIL;
	struct address *a = address_find(cli->owner, cli->db, p->id, kind, value, err);
	if (!a && err->kind == ERROR_NOT_FOUND)
		error_set(err, ERROR_NOT_FOUND, "'%s' is no address of %s", value, p->host);
	return a;
}

static int unsuppress(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	struct address *a = find(cli, p, value, err);
	bool fine = a && subscriber_unsuppress(cli->db, a->id, err);
	if (a && !fine && err->kind == ERROR_INVALID)
		error_set(err, ERROR_INVALID, "'%s' is not suppressed, but %s", value, address_state_name(a->state));
	a = fine ? address_get(cli->owner, cli->db, a->id, err) : NULL;
	if (!a)
		return cli_fail(err);
	printf("%lld\t%s\t%s\n", (long long)a->id, address_state_name(a->state), a->value);
	return 0;
}

static int leave(struct cli *cli, const struct publication *p, const char *value, struct error *err)
{
	struct address *a = find(cli, p, value, err);
	if (!a)
		return cli_fail(err);
	/* Who is removed reads no longer, in whatever browser they are signed in. */
	if (!db_begin(cli->db, err) || !db_end(cli->db, subscriber_leave(cli->db, a->id, &(struct consent){ "", "removed by the owner" }, err) &&
	                                                session_end_all(cli->db, a, err), err))
		return cli_fail(err);
	printf("%lld\tleft\t%s\n", (long long)a->id, a->value);
	return 0;
}

int cli_subscriber(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	bool confirmed = false;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "confirmed", 0, &confirmed }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, &err);
	bool adding = argc >= 2 && strcmp(argv[0], "add") == 0, listing = cli_verb(argc, argv, "list", 0);
	int (*change)(struct cli *, const struct publication *, const char *, struct error *) =
		cli_verb(argc, argv, "remove", 1) ? leave : cli_verb(argc, argv, "unsuppress", 1) ? unsuppress : NULL;
	if (!adding && !listing && !change)
		return cli_usage(HOW);
	if (adding && !confirmed) {
		error_set(&err, ERROR_INVALID, "only people themselves can ask to subscribe, on the web page; "
		                               "for someone who agreed elsewhere say 'subscriber add --confirmed %s'", argv[1]);
		return cli_fail(&err);
	}
	struct publication *p = cli_open(cli, &err) ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	if (!p)
		return cli_fail(&err);
	if (change)
		return change(cli, p, argv[1], &err);
	return adding ? add(cli, p, (size_t)argc - 1, argv + 1, &err) : list(cli, p, &err);
}
