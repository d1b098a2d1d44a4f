#include "gateway/cli/source.h"
#include "feeds/ingest/ingest_discover.h"
#include "feeds/ingest/ingest_source.h"
#include "feeds/match/origin.h"
#include "feeds/parse/discover.h"
#include "gateway/base/address/url.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/system/clock.h"
#include "gateway/base/text/text.h"
#include "gateway/cli/source_actor.h"
#include "gateway/cli/source_backfill.h"
#include "gateway/fediverse/remote/resolve.h"
#include "gateway/inbound/route.h"
#include <string.h>
#include <strings.h>

#define HOW "source add URL|FILE|MAILDIR|mailto:ADDRESS|@NAME@HOST [--follow] [--publication P] [--backfill|--no-backfill] [OPTION...]\n" \
	"       pennypost source list [--publication P] [--state active|paused|gone|held] [--json]\n" \
	"       pennypost source show ID [--json]\n" \
	"       pennypost source poll [ID]\n" \
	"       pennypost source backfill ID\n" \
	"       pennypost source set ID OPTION...\n" \
	"       pennypost source rule ID list [--json]\n" \
	"       pennypost source rule ID include|exclude tag|author|title PATTERN\n" \
	"       pennypost source rule ID remove N\n" \
	"       pennypost source pause|resume|remove ID\n" \
	"       pennypost source export [--publication P]\n" \
	"       pennypost source import FILE.opml [--publication P]\n" \
	"       pennypost source approve ID [--quiet]\n" \
	"options: --header 'NAME: VALUE', --proxy URL|none, --every MINUTES[:MOST]|default,\n" \
	"         --access policy|free|gated|supporter, --hold yes|no, --full-text yes|no,\n" \
	"         --authenticate dkim:SERVER|spf:SERVER|any:SERVER|none,\n" \
	"         --name NAME, --folder FOLDER,\n" \
	"         --user NAME --password-file FILE"

/* Claimed for this command, so that the role ingest does not fetch it first. */
#define LEASE (2 * CLOCK_MINUTE)
#define MAIL "mailto:"

static int fetch(struct ingest *in, struct source *s, struct error *err)
{
	struct ingest_result r;
	if (!ingest_source(in, s, &r, err))
		return cli_fail(err);
	const char *url = source_redact_url(s, s->url);
	if (ingest_mail_is_address(s))
		printf("%lld\tmail to it becomes posts%s\t%s\n", (long long)s->id, s->settings.authenticate ? "" : " when they are approved", url);
	else if (r.unchanged)
		printf("%lld\tunchanged\t%s\n", (long long)s->id, url);
	else if (r.first)
		printf("%lld\t%zu posts imported, none of them will be sent\t%s\n", (long long)s->id, r.entries, url);
	else
		printf("%lld\t%zu posts, %zu new, %zu revised\t%s\n", (long long)s->id, r.entries, r.fresh, r.revised, url);
	return 0;
}

/* Whether a new source's older pages are read too: when its feed shows that there are some, unless told otherwise. */
enum older { OLDER_SHOWN, OLDER_ALL, OLDER_NONE };

/* Adds it with what its owner wants of it, all or nothing. */
static bool make(struct source_call *call, int64_t publication, const char *url, const struct source_settings *settings, int64_t *id, struct error *err)
{
	struct db *db = call->cli->db;
	if (!origin_check_url(db, url, err) || !db_begin(db, err))
		return false;
	if (source_add(db, publication, SOURCE_FEED, url, LEASE, id, err) && source_set(db, *id, settings, err))
		return db_commit(db, err);
	db_rollback(db);
	return false;
}

/* The feed behind what was typed, asked for with what was typed beside it. */
static const char *discover(struct source_call *call, struct ingest *in, const struct source_settings *settings, struct error *err)
{
	const char *typed = source_call_login(call, discover_address(call->cli->owner, call->words[0]), err);
	const char *url = typed && origin_check_url(call->cli->db, typed, err) ? ingest_discover(call->cli->owner, in, typed, settings, err) : NULL;
	/* A page may link to its feed without the user and password that were typed for both. */
	return url && url != typed && url_same_origin(url, typed) ? source_call_login(call, url, err) : url;
}

static int add_feed(struct source_call *call, struct ingest *in, const struct publication *p, const struct source_settings *settings, const char *url,
                    struct error *err)
{
	int64_t id;
	struct cli *cli = call->cli;
	enum older older = call->no_backfill ? OLDER_NONE : call->backfill ? OLDER_ALL : OLDER_SHOWN;
	int64_t until = 0;
	while (!make(call, p->id, url, settings, &id, err))
		if (!cli_again(cli, err, &until))
			return cli_fail(err);
	struct source *s = source_get(cli->owner, cli->db, id, err);
	if (!s)
		return cli_fail(err);
	int status = fetch(in, s, err);
	/* A source whose first fetch failed is removed again. */
	if (status && !s->imported && source_remove(cli->db, id, err))
		fprintf(stderr, "pennypost: the source was not added\n");
	if (status || older == OLDER_NONE || ingest_source_is_file(s))
		return status;
	return source_backfill(cli, in, s, older == OLDER_ALL);
}

/* A URL without a feed may be that of an account. */
static bool may_be_actor(const char *typed, const struct error *why)
{
	return url_valid(typed) && (why->kind == ERROR_NOT_FOUND || why->kind == ERROR_INVALID);
}

static bool is_mail(const char *typed) { return strncasecmp(typed, MAIL, strlen(MAIL)) == 0; }

static bool is_account(const struct source_call *call, const char *typed)
{
	return !is_mail(typed) && (call->follow || *typed == '@' || text_starts(typed, "acct:") || resolve_is_handle(typed));
}

/* Does mail to this address do nothing yet? */
static bool is_free(const struct cli *cli, const struct publication *p, const char *address, struct error *err)
{
	const struct config *c = cli->config;
	struct error why = { 0 };
	struct mail_in m = { .recipient = address };
	if (!route_mail(cli->db, c, &m, &why) && why.kind != ERROR_NOT_FOUND) {
		*err = why;
		return false;
	}
	if (m.publication && (m.kind != MAIL_IN_SOURCE || m.publication != p->id))
		return error_set(err, ERROR_EXISTS, m.kind == MAIL_IN_SOURCE ? "'%s' is a source of another publication" : "'%s' is an address for readers already", address);
	if (!c->inbound.lmtp && !c->mailbox.host)
		fprintf(stderr, "pennypost: no mail comes in before 'lmtp' in inbound { }, or a mailbox { }, is set\n");
	return true;
}

static int add(struct source_call *call, struct error *err)
{
	struct cli *cli = call->cli;
	struct source_settings settings = { 0 };
	const char *typed = text_trim(cli->owner, call->words[0]);
	struct publication *p = source_call_settings(call, &settings, err) ? publication_choose(cli->owner, cli->db, call->publication, err) : NULL;
	struct ingest *in = p ? ingest_new(cli->owner, cli->db, cli->config, err) : NULL;
	if (!in)
		return cli_fail(err);
	bool account = is_account(call, typed);
	struct resolved *actor = account ? source_actor_find(call, in, p, typed, err) : NULL;
	const char *url = account ? NULL : discover(call, in, &settings, err);
	struct error why = *err;
	if (!account && !url && may_be_actor(typed, &why))
		actor = source_actor_find(call, in, p, typed, err);
	if (url)
		return !is_mail(url) || is_free(cli, p, url + strlen(MAIL), err) ? add_feed(call, in, p, &settings, url, err) : cli_fail(err);
	return actor ? source_actor_add(call, in, p, &settings, actor, err) : cli_fail(&why);
}

static int backfill(struct source_call *call, struct error *err)
{
	struct cli *cli = call->cli;
	struct ingest *in = ingest_new(cli->owner, cli->db, cli->config, err);
	struct source *s = in ? source_get(cli->owner, cli->db, call->id, err) : NULL;
	if (s && s->kind == SOURCE_ACTOR)
		return source_actor_backfill(call, in, s, err);
	return s ? source_backfill(cli, in, s, true) : cli_fail(err);
}

/* Fetches here and now, so that the answer can be shown. */
static int poll(struct source_call *call, struct error *err)
{
	struct source **all;
	struct cli *cli = call->cli;
	struct ingest *in = ingest_new(cli->owner, cli->db, cli->config, err);
	int status = 0;
	if (!in || (call->id && !source_get(cli->owner, cli->db, call->id, err)) || !source_list(cli->owner, cli->db, 0, &all, err))
		return cli_fail(err);
	for (size_t i = 0; i < talloc_array_length(all); i++)
		if (all[i]->kind == SOURCE_ACTOR && all[i]->id == call->id) {
			error_set(err, ERROR_INVALID, "source %lld is an account: its server brings its posts; 'pennypost source backfill %lld' reads its outbox",
			          (long long)call->id, (long long)call->id);
			return cli_fail(err);
		} else if (all[i]->kind == SOURCE_FEED && (!call->id || all[i]->id == call->id)) {
			struct source *s;
			int64_t until = 0;
			while (!(s = source_claim_one(all, cli->db, all[i]->id, NULL, LEASE, err)) && cli_again(cli, err, &until))
				;
			if (!s ? cli_fail(err) : fetch(in, s, err))
				status = 1;
		}
	return status;
}

static int drop(struct source_call *call, struct error *err)
{
	struct db *db = call->cli->db;
	struct source *s = source_get(call->cli->owner, db, call->id, err);
	bool done = false;
	int64_t until = 0;
	while (s && !(done = s->kind == SOURCE_ACTOR ? source_actor_remove(db, s, err) : source_remove(db, call->id, err)) && cli_again(call->cli, err, &until))
		;
	if (!done)
		return cli_fail(err);
	printf("%lld\tremoved\n", (long long)call->id);
	return 0;
}

static int approve(struct source_call *call, struct error *err)
{
	int64_t until = 0;
	while (!source_approve(call->cli->db, call->id, call->quiet, err))
		if (!cli_again(call->cli, err, &until))
			return cli_fail(err);
	printf("%lld\tapproved\n", (long long)call->id);
	return 0;
}

/* How many words follow each verb, and whether the first of them is the number of a source. */
static const struct verb {
	const char *name;
	int least, most;
	bool numbered;
	source_verb *run;
} verbs[] = {
	{ "add", 1, 1, false, add },
	{ "list", 0, 0, false, source_verb_list },
	{ "show", 1, 1, true, source_verb_show },
	{ "poll", 0, 1, true, poll },
	{ "backfill", 1, 1, true, backfill },
	{ "set", 1, 1, true, source_verb_set },
	{ "rule", 2, 4, true, source_verb_rule },
	{ "export", 0, 0, false, source_verb_export },
	{ "import", 1, 1, false, source_verb_import },
	{ "pause", 1, 1, true, source_verb_pause },
	{ "resume", 1, 1, true, source_verb_resume },
	{ "approve", 1, 1, true, approve },
	{ "remove", 1, 1, true, drop },
};

static const struct verb *verb_of(int argc, char **argv)
{
	for (size_t i = 0; argc > 0 && i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, argv[0]) == 0 && argc > verbs[i].least && argc <= verbs[i].most + 1)
			return &verbs[i];
	return NULL;
}

static bool read_options(struct source_call *call, int *argc, char **argv, struct error *err)
{
	struct cli_option options[24] = {
		{ "publication", &call->publication, 0 }, { "state", &call->state, 0 }, { "json", 0, &call->json }, { "quiet", 0, &call->quiet }, { "backfill", 0, &call->backfill },
		{ "no-backfill", 0, &call->no_backfill }, { "follow", 0, &call->follow }, { "user", &call->user, 0 }, { "password-file", &call->password_file, 0 } };
	size_t n = 0;
	while (options[n].name)
		n++;
	for (size_t i = 0; source_option_names[i]; i++)
		options[n++] = (struct cli_option){ source_option_names[i], &call->options[i], 0 };
	return cli_options(argc, argv, options, err);
}

int cli_source(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	struct source_call call = { .cli = cli };
	if (!read_options(&call, &argc, argv, &err))
		return cli_wrong(HOW, argc, argv, &err);
	const struct verb *verb = verb_of(argc, argv);
	if (!verb || (call.backfill && call.no_backfill))
		return cli_usage(HOW, argc, argv);
	if (verb->numbered && argc > 1 && !cli_number(argv[1], 1, &call.id, &err))
		return cli_fail(&err);
	call.words = mem_array(cli->owner, char *, (size_t)argc);
	for (int i = 1; i < argc; i++)
		call.words[i - 1] = argv[i];
	if (!cli_open(cli, &err))
		return cli_fail(&err);
	int status = verb->run(&call, &err);
	return status == SOURCE_MISUSED ? cli_usage(HOW, argc, argv) : status;
}
