#include "gateway/cli/publication_remove.h"
#include "feeds/source/source.h"
#include "gateway/archive/store/archive.h"
#include "gateway/base/memory/mem.h"
#include "gateway/cli/source_actor.h"
#include "subscribers/people/subscriber.h"
#include "subscribers/plan/plan.h"
#include "subscribers/plan/plan_leave.h"

static bool remove_sources(struct cli *cli, int64_t publication, struct error *err)
{
	struct source **all;
	bool fine = source_list(cli->owner, cli->db, publication, &all, err);
	for (size_t i = 0; fine && i < talloc_array_length(all); i++)
		fine = all[i]->kind == SOURCE_ACTOR ? source_actor_remove(cli->db, all[i], err) : source_remove(cli->db, all[i]->id, err);
	return fine;
}

/* What is said to the servers of its sources comes after what is cancelled. */
static bool leave(struct cli *cli, int64_t publication, struct error *err)
{
	return db_begin(cli->db, err) &&
	       db_end(cli->db, plan_leave(cli->db, publication, err) && remove_sources(cli, publication, err) && plan_profile(cli->db, publication, err), err);
}

static int ask(struct cli *cli, const struct publication *p, struct error *err)
{
	int64_t posts, people;
	if (!archive_count(cli->db, p->id, &(struct archive_range){ 0 }, &posts, err) || !subscriber_count(cli->db, p->id, -1, &people, err))
		return cli_fail(err);
	fprintf(stderr, "pennypost: this deletes %s with %lld posts and %lld readers for good, and tells its followers' servers to forget it.\n"
	                "'pennypost subscriber export' and 'pennypost backup' keep what you may want again; then say it with --yes\n",
	        p->host, (long long)posts, (long long)people);
	return 1;
}

int publication_remove(struct cli *cli, const char *named, bool yes, struct error *err)
{
	int64_t until = 0;
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	if (!p)
		return cli_fail(err);
	if (!yes)
		return ask(cli, p, err);
	while (!leave(cli, p->id, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%s\tremoved; it goes once the servers of its followers know\n", p->url);
	return 0;
}
