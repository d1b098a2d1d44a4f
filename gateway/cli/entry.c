#include "feeds/source/source_option.h"
#include "gateway/archive/reply/reaction.h"
#include "gateway/archive/reply/reply.h"
#include "gateway/archive/store/archive.h"
#include "gateway/archive/store/archive_held.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include "subscribers/gate/gate.h"
#include <string.h>

#define HOW "entry list [--held] [--tag TAG] [--year YEAR] [--limit N] [--publication P] [--json]\n" \
	"       pennypost entry show ID [--json]\n" \
	"       pennypost entry approve ID... [--quiet]\n" \
	"       pennypost entry reject ID...\n" \
	"       pennypost entry withdraw ID\n" \
	"       pennypost entry access ID policy|free|gated|supporter"

enum { PAGE = 500 };

static const char *const columns[] = { "id", "published", "access", "words", "url", "title", NULL };

/* What was asked for; limit 0: all. */
struct wanted {
	const char *tag; /* as text_tag makes it, or NULL */
	int64_t year, limit;
	bool json;
};

static void print(struct listing *l, int64_t id, int64_t published, const char *access, size_t words, const char *url, const char *title)
{
	listing_number(l, id);
	listing_time(l, published);
	listing_text(l, access);
	listing_count(l, (int64_t)words, "words");
	listing_text(l, url);
	listing_text(l, title);
}

static int list(struct cli *cli, const struct publication *p, const struct wanted *w, struct error *err)
{
	struct gate gate;
	struct archive_range range = { .year = (int)w->year, .tag = w->tag };
	if (!gate_of(cli->db, p, &gate, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, w->json);
	int64_t end = w->limit ? w->limit : INT64_MAX;
	for (size_t count = PAGE; count == PAGE && range.offset < end; range.offset += PAGE) {
		struct entry **all;
		void *page = talloc_new(cli->owner);
		range.limit = end - range.offset < PAGE ? end - range.offset : PAGE;
		if (!archive_list(page, cli->db, p->id, &range, &all, err))
			return cli_fail(err);
		count = talloc_array_length(all);
		for (size_t i = 0; i < count; i++)
			print(l, all[i]->id, all[i]->published, gate_for_name(gate_for(&gate, all[i])), all[i]->words,
			      mem_printf(page, "%s%s", p->url, entry_path(page, all[i])), entry_display_title(page, all[i]));
		talloc_free(page);
	}
	listing_end(l);
	return 0;
}

static int change(struct cli *cli, char **words, struct error *err)
{
	int64_t id;
	enum entry_access access = ENTRY_ACCESS_POLICY;
	bool withdraw = strcmp(words[0], "withdraw") == 0;
	if (!cli_number(words[1], 1, &id, err) || (!withdraw && !source_option_access(words[2], &access, err)) || !cli_open(cli, err))
		return cli_fail(err);
	int64_t until = 0;
	while (!(withdraw ? archive_withdraw(cli->db, id, err) : archive_set_access(cli->db, id, access, err)))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	printf("%lld\t%s\n", (long long)id, withdraw ? "withdrawn" : words[2]);
	return 0;
}

static int list_held(struct cli *cli, const char *named, bool json, struct error *err)
{
	struct held *all;
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, err) : NULL;
	if ((named && !p) || !archive_held(cli->owner, cli->db, p ? p->id : 0, &all, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, json);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		print(l, all[i].id, all[i].published, "held", all[i].words, all[i].link, all[i].title);
	listing_end(l);
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
	for (; *words && cli_number(*words, 1, &id, err); words++) {
		bool done;
		int64_t until = 0;
		while (!(done = approve ? archive_approve(cli->db, id, quiet, err) : archive_reject(cli->db, id, err)) && cli_again(cli, err, &until))
			;
		if (done)
			printf("%lld\t%s\n", (long long)id, approve ? "approved" : "rejected");
		else
			status = cli_fail(err);
	}
	return status;
}

/* What the archive knows of one, whatever its text is. */
static bool print_about(struct cli *cli, const struct entry *e, const struct publication *p, bool json, struct error *err)
{
	struct gate gate;
	int64_t reactions[REACTION_KINDS], replies;
	if (!gate_of(cli->db, p, &gate, err) || !reaction_count(cli->db, e->id, reactions, err) || !reply_count(cli->db, e->id, &replies, err))
		return false;
	const char *const texts[][2] = {
		{ "title", entry_display_title(cli->owner, e) }, { "url", mem_printf(cli->owner, "%s%s", p->url, entry_path(cli->owner, e)) },
		{ "state", e->state == ENTRY_LIVE ? "live" : "withdrawn" }, { "access", gate_for_name(gate_for(&gate, e)) },
	};
	const struct { const char *name; int64_t n; } numbers[] = {
		{ "id", e->id }, { "words", (int64_t)e->words }, { "likes", reactions[REACTION_LIKE] }, { "shares", reactions[REACTION_SHARE] }, { "replies", replies },
	};
	struct listing *l = listing_show(cli->owner, stdout, json);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		listing_name(l, texts[i][0]);
		listing_text(l, texts[i][1]);
	}
	listing_name(l, "published");
	listing_time(l, e->published);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		listing_name(l, numbers[i].name);
		listing_number(l, numbers[i].n);
	}
	listing_end(l);
	return true;
}

static int show(struct cli *cli, const char *word, bool json, struct error *err)
{
	int64_t id;
	struct entry *e = cli_number(word, 1, &id, err) && cli_open(cli, err) ? archive_get(cli->owner, cli->db, id, err) : NULL;
	struct publication *p = e ? publication_by_id(cli->owner, cli->db, e->publication, err) : NULL;
	return p && print_about(cli, e, p, json, err) ? 0 : cli_fail(err);
}

static int list_of(struct cli *cli, const char *named, const struct wanted *wanted, struct error *err)
{
	struct publication *p = publication_choose(cli->owner, cli->db, named, err);
	return p ? list(cli, p, wanted, err) : cli_fail(err);
}

int cli_entry(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL, *tag = NULL, *year = NULL, *limit = NULL;
	struct wanted wanted = { 0 };
	bool held = false, quiet = false;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "tag", &tag, 0 }, { "year", &year, 0 }, { "limit", &limit, 0 }, { "held", 0, &held },
	                                      { "quiet", 0, &quiet }, { "json", 0, &wanted.json }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (cli_verb(argc, argv, "withdraw", 1) || cli_verb(argc, argv, "access", 2))
		return change(cli, argv, &err);
	if (cli_verb(argc, argv, "show", 1))
		return show(cli, argv[1], wanted.json, &err);
	bool approve = argc > 1 && strcmp(argv[0], "approve") == 0;
	if (approve || (argc > 1 && strcmp(argv[0], "reject") == 0)) {
		argv[argc] = NULL;
		return decide(cli, argv + 1, approve, quiet, &err);
	}
	if (!cli_verb(argc, argv, "list", 0))
		return cli_usage(HOW, argc, argv);
	if (!cli_number(year, 1, &wanted.year, &err) || !cli_number(limit, 1, &wanted.limit, &err) || !cli_open(cli, &err))
		return cli_fail(&err);
	if (held)
		return list_held(cli, named, wanted.json, &err);
	wanted.tag = tag ? text_tag(cli->owner, tag) : NULL;
	return list_of(cli, named, &wanted, &err);
}
