#include "gateway/archive/rendering/plain.h"
#include "gateway/archive/reply/reply_moderation.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include <string.h>

#define HOW "reply list [--entry ID] [--publication P] [--json]\n" \
	"       pennypost reply show ID [--json]\n" \
	"       pennypost reply approve ID\n" \
	"       pennypost reply hide ID\n" \
	"       pennypost reply refuse ID\n" \
	"       pennypost reply block HOST\n" \
	"       pennypost reply unblock HOST\n" \
	"       pennypost reply blocked"

enum { PAGE = 200, LINE_LENGTH = 100, WHOLE = 1 << 20, WIDTH = 78 };

static const char *const columns[] = { "id", "received", "kind", "for", "entry", "handle", "text", "state", NULL };

static const char *for_whom(const struct reply *r) { return r->kind == REPLY_REPORT ? "you" : r->address ? "you by mail" : r->open ? "everybody" : "those it names"; }

static void print(struct listing *l, void *owner, const struct reply *r, size_t length)
{
	listing_number(l, r->id);
	listing_time(l, r->received);
	listing_text(l, reply_kind_name(r->kind));
	listing_text(l, for_whom(r));
	listing_number(l, r->entry);
	listing_text(l, r->handle);
	listing_text(l, text_cut(owner, plain_line(owner, r->content), length));
	listing_text(l, reply_state_name(r->state));
}

static int list(struct cli *cli, struct reply_filter *filter, bool json, struct error *err)
{
	size_t count = PAGE;
	struct listing *l = listing_new(cli->owner, stdout, columns, json);
	for (filter->limit = PAGE; count == PAGE;) {
		struct reply **all;
		void *page = talloc_new(cli->owner);
		if (!reply_list(page, cli->db, filter, &all, err))
			return cli_fail(err);
		count = talloc_array_length(all);
		for (size_t i = 0; i < count; i++) {
			print(l, page, all[i], json ? WHOLE : LINE_LENGTH);
			filter->before = all[i]->id;
		}
		talloc_free(page);
	}
	listing_end(l);
	return 0;
}

static void print_whole(struct listing *l, const struct reply *r)
{
	const char *const texts[][2] = {
		{ "kind", reply_kind_name(r->kind) }, { "for", for_whom(r) }, { "name", r->name }, { "handle", r->handle }, { "actor", r->actor }, { "object", r->object },
		{ "url", r->url }, { "in reply to", r->answers }, { "warning", r->warning }, { "state", reply_state_name(r->state) },
	};
	const struct { const char *name; int64_t ms; } times[] = { { "published", r->published }, { "updated", r->updated }, { "received", r->received } };
	listing_name(l, "id");
	listing_number(l, r->id);
	listing_name(l, "entry");
	listing_number(l, r->entry);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		listing_name(l, texts[i][0]);
		listing_text(l, texts[i][1]);
	}
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		listing_name(l, times[i].name);
		listing_time(l, times[i].ms);
	}
	listing_name(l, "attachments");
	listing_text(l, r->attachments);
	listing_name(l, "files left out");
	listing_number(l, r->left_out);
}

static int show(struct cli *cli, const char *word, bool json, struct error *err)
{
	int64_t id;
	struct reply *r = cli_number(word, 1, &id, err) && cli_open(cli, err) ? reply_get(cli->owner, cli->db, id, err) : NULL;
	if (!r)
		return cli_fail(err);
	struct listing *l = listing_show(cli->owner, stdout, json);
	print_whole(l, r);
	if (json) {
		listing_name(l, "content");
		listing_text(l, r->content);
	}
	listing_end(l);
	if (!json) {
		fputc('\n', stdout);
		plain_write(stdout, r->content, WIDTH);
	}
	return 0;
}

static const struct {
	const char *verb, *done;
	enum reply_decision decision;
} decisions[] = { { "approve", "shown", REPLY_APPROVE }, { "hide", "not shown", REPLY_HIDE }, { "refuse", "refused", REPLY_REFUSE } };

static int decide(struct cli *cli, const char *word, size_t n, struct error *err)
{
	int64_t id;
	bool changed;
	if (!cli_number(word, 1, &id, err) || !cli_open(cli, err) || !reply_decide(cli->db, id, decisions[n].decision, &changed, err))
		return cli_fail(err);
	printf("%lld\t%s%s\n", (long long)id, decisions[n].done, changed ? "" : ", as before");
	return 0;
}

static int block(struct cli *cli, const char *typed, bool on, struct error *err)
{
	bool changed;
	char *host = url_host_ascii(cli->owner, typed);
	if (!host) {
		error_set(err, ERROR_INVALID, "'%s' is no host: write it as social.example", typed);
		return cli_fail(err);
	}
	if (!cli_open(cli, err) || !reply_block(cli->db, host, on, &changed, err))
		return cli_fail(err);
	printf("%s\t%s%s\n", host, on ? "blocked" : "not blocked", changed ? "" : ", as before");
	return 0;
}

static int list_blocked(struct cli *cli, struct error *err)
{
	const char **hosts;
	if (!cli_open(cli, err) || !reply_blocked(cli->owner, cli->db, &hosts, err))
		return cli_fail(err);
	for (; *hosts; hosts++)
		puts(*hosts);
	return 0;
}

static int list_of(struct cli *cli, const char *named, const char *entry, bool json, struct error *err)
{
	struct reply_filter filter = { 0 };
	if ((entry && !cli_number(entry, 1, &filter.entry, err)) || !cli_open(cli, err))
		return cli_fail(err);
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, err) : NULL;
	if (named && !p)
		return cli_fail(err);
	filter.publication = p ? p->id : 0;
	return list(cli, &filter, json, err);
}

int cli_reply(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL, *entry = NULL;
	bool json = false;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "entry", &entry, 0 }, { "json", 0, &json }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (cli_verb(argc, argv, "list", 0))
		return list_of(cli, named, entry, json, &err);
	if (cli_verb(argc, argv, "show", 1))
		return show(cli, argv[1], json, &err);
	for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
		if (cli_verb(argc, argv, decisions[i].verb, 1))
			return decide(cli, argv[1], i, &err);
	if (cli_verb(argc, argv, "block", 1) || cli_verb(argc, argv, "unblock", 1))
		return block(cli, argv[1], strcmp(argv[0], "block") == 0, &err);
	return cli_verb(argc, argv, "blocked", 0) ? list_blocked(cli, &err) : cli_usage(HOW, argc, argv);
}
