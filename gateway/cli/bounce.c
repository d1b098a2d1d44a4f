#include "gateway/base/memory/mem.h"
#include "gateway/base/system/file.h"
#include "gateway/base/text/json_write.h"
#include "gateway/cli/cli.h"
#include "gateway/cli/listing.h"
#include "gateway/inbound/returned.h"
#include "smtp/report/report.h"
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define HOW "bounce [--recipient ADDRESS] < MESSAGE\n" \
	"       pennypost bounce list [--publication P] [--limit N] [--json]\n" \
	"       pennypost bounce parse FILE|-"

static json_t *as_json(const struct report *r)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s}", "recipient", r->recipient, "alias", r->alias, "class", verdict_name(r->class),
	                 "status", r->status, "code", r->code, "action", r->action, "feedback", r->feedback, "reason", r->words);
}

static int parse(struct cli *cli, const char *path)
{
	struct error err = { 0 };
	struct buf *message = file_read(cli->owner, path, REPORT_SIZE_MAX, &err);
	if (!message)
		return cli_fail(&err);
	struct reports *r = reports_read(cli->owner, message->data, message->size);
	json_t *all = json_array();
	for (size_t i = 0; i < r->count; i++)
		json_array_append_new(all, as_json(&r->all[i]));
	json_t *whole = json_pack("{s:o, s:s?, s:s, s:s, s:s}", "reports", all, "dialect", r->dialect, "envelope_id", r->envelope_id,
	                          "message_id", r->message_id, "return_path", r->return_path);
	json_write(stdout, whole, 0);
	putchar('\n');
	json_decref(whole);
	return 0;
}

/* Mail servers read exit codes as sysexits.h has them: one that is temporary lets them try again. */
static int fail(const struct error *err, int permanent)
{
	cli_fail(err);
	return err->kind == ERROR_TEMPORARY ? EX_TEMPFAIL : permanent;
}

static void tell(const struct returned *r)
{
	fputs(r->counts ? bounce_effect_name(r->effect) : "ignored", stdout);
	putchar('\t');
	cli_field(stdout, *r->address ? r->address : "-");
	putchar('\t');
	fputs(r->counts ? bounce_kind_name(r->kind) : "-", stdout);
	putchar('\t');
	cli_field(stdout, r->counts ? r->words : r->why);
	putchar('\n');
}

static int take(struct cli *cli, const char *recipient)
{
	struct error err = { 0 };
	struct returned r;
	int64_t until = 0;
	struct buf *message = file_read(cli->owner, "-", REPORT_SIZE_MAX, &err);
	if (!message)
		return fail(&err, EX_DATAERR);
	/* What is wrong with the configuration or the database will be mended, and the message must not be lost until then. */
	if (!cli_open(cli, &err))
		return fail(&err, EX_TEMPFAIL);
	while (!returned_take(cli->owner, cli->db, message->data, message->size, recipient, &r, &err))
		if (!cli_again(cli, &err, &until))
			return fail(&err, EX_TEMPFAIL);
	tell(&r);
	return 0;
}

static const char *const columns[] = { "id", "time", "class", "via", "issue", "address", "status", "words", NULL };

static int list(struct cli *cli, const struct publication *p, int64_t limit, bool json, struct error *err)
{
	struct bounce_row *all;
	if (!bounce_list(cli->owner, cli->db, p ? p->id : 0, limit, &all, err))
		return cli_fail(err);
	struct listing *l = listing_new(cli->owner, stdout, columns, json);
	for (size_t i = 0; i < talloc_array_length(all); i++) {
		listing_number(l, all[i].id);
		listing_time(l, all[i].time);
		listing_text(l, bounce_kind_name(all[i].kind));
		listing_text(l, all[i].reply ? "reply" : "report");
		listing_number(l, all[i].issue);
		listing_text(l, all[i].address);
		listing_text(l, *all[i].status ? all[i].status : NULL);
		listing_text(l, all[i].words);
	}
	listing_end(l);
	return 0;
}

int cli_bounce(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL, *recipient = NULL, *most = NULL;
	int64_t limit = 1000;
	bool json = false;
	const struct cli_option options[] = { { "publication", &named, 0 }, { "recipient", &recipient, 0 }, { "limit", &most, 0 }, { "json", 0, &json }, { 0, 0, 0 } };
	if (!cli_options(&argc, argv, options, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (cli_verb(argc, argv, "parse", 1))
		return parse(cli, argv[1]);
	if (argc == 0 && !isatty(STDIN_FILENO))
		return take(cli, recipient);
	if (!cli_verb(argc, argv, "list", 0))
		return cli_usage(HOW, argc, argv);
	if (!cli_number(most, 1, &limit, &err) || !cli_open(cli, &err))
		return cli_fail(&err);
	struct publication *p = named ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	return named && !p ? cli_fail(&err) : list(cli, p, limit, json, &err);
}
