#include "gateway/cli/status.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/json_write.h"
#include <inttypes.h>
#include <string.h>

#define HOW "status [--json]"

static int64_t whole(const json_t *o, const char *key) { return json_integer_value(json_object_get(o, key)); }
static const char *text(const json_t *o, const char *key) { return json_is_string(json_object_get(o, key)) ? json_string_value(json_object_get(o, key)) : "-"; }

/* "database    " and the like, so that what follows stands in a column. */
static void label(const char *name) { printf("%-12s", name); }

static void print_database(const json_t *o)
{
	label("database");
	printf("%s, ", text(o, "engine"));
	cli_field(stdout, text(o, "where"));
	printf(", %.1f MiB", (double)whole(o, "bytes") / (1 << 20));
	if (json_is_integer(json_object_get(o, "free_bytes")))
		printf(" (%.1f GiB free)", (double)whole(o, "free_bytes") / (1 << 30));
	printf(", schema %s\n", text(o, "schema"));
}

static void print_mail(const json_t *o)
{
	label("mail");
	cli_field(stdout, strcmp(text(o, "transport"), "maildir") == 0 ? "not sent, but written into the Maildir " : "by ");
	cli_field(stdout, text(o, "where"));
	putchar('\n');
}

static void print_roles(const json_t *list)
{
	size_t i;
	json_t *o;
	json_array_foreach(list, i, o) {
		label(i ? "" : "running");
		printf("%-12s since %s  on %s, pid %" PRId64 "\n", text(o, "role"), text(o, "started"), text(o, "host"), whole(o, "pid"));
	}
	if (!json_array_size(list)) {
		label("running");
		puts("nothing");
	}
}

static void print_deliveries(const json_t *queues)
{
	static const char *const kinds[] = { "mail", "fediverse" };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const json_t *q = json_object_get(queues, kinds[i]);
		label(kinds[i]);
		printf("%" PRId64 " waiting, %" PRId64 " deferred, %" PRId64 " delivered, %" PRId64 " failed, %" PRId64 " suppressed", whole(q, "waiting"), whole(q, "deferred"),
		       whole(q, "delivered"), whole(q, "failed"), whole(q, "suppressed"));
		if (json_is_string(json_object_get(q, "oldest_due")))
			printf("; due since %s", text(q, "oldest_due"));
		putchar('\n');
	}
}

static void print_sources(const json_t *top)
{
	const json_t *o = json_object_get(top, "sources"), *failing = json_object_get(o, "failing");
	size_t i;
	json_t *s;
	label("sources");
	printf("%" PRId64 " fine, %" PRId64 " paused, %zu not fine\n", whole(o, "fine"), whole(o, "paused"), json_array_size(failing));
	json_array_foreach(failing, i, s) {
		label("");
		printf("%" PRId64 "  %s  %s  ", whole(s, "id"), text(s, "state"), text(s, "url"));
		cli_field(stdout, text(s, "error"));
		putchar('\n');
	}
}

static void print_errors(const json_t *list)
{
	size_t i;
	json_t *o;
	json_array_foreach(list, i, o) {
		label(i ? "" : "failed");
		printf("%s  issue %" PRId64 "  ", text(o, "time"), whole(o, "issue"));
		cli_field(stdout, text(o, "to"));
		printf("  %s  ", text(o, "reason"));
		cli_field(stdout, text(o, "words"));
		putchar('\n');
	}
}

static void print(const json_t *top)
{
	const json_t *inbox = json_object_get(top, "inbox"), *answers = json_object_get(top, "answers"), *problems = json_object_get(top, "problems"), *held = json_object_get(top, "held");
	size_t i;
	json_t *p;
	print_database(json_object_get(top, "database"));
	print_mail(json_object_get(top, "mail"));
	print_roles(json_object_get(top, "roles"));
	print_deliveries(json_object_get(top, "deliveries"));
	label("inbox");
	printf("%" PRId64 " waiting\n", whole(inbox, "waiting"));
	label("answers");
	printf("%" PRId64 " likes, %" PRId64 " shares, %" PRId64 " replies and messages\n", whole(answers, "likes"), whole(answers, "shares"), whole(answers, "replies"));
	label("news");
	printf("%" PRId64 " to be planned, %" PRId64 " for approval\n", whole(top, "unplanned"), whole(top, "entries_waiting"));
	if (json_is_object(held)) {
		label("held");
		printf("%" PRId64 " letters, %" PRId64 " activities, since %s\n", whole(held, "letters"), whole(held, "activities"), text(held, "since"));
	}
	if (json_array_size(json_object_get(top, "quarantine"))) {
		label("quarantine");
		printf("%zu\n", json_array_size(json_object_get(top, "quarantine")));
	}
	print_sources(top);
	print_errors(json_object_get(top, "last_errors"));
	json_array_foreach(problems, i, p) {
		label(i ? "" : "needs you");
		cli_field(stdout, json_string_value(p));
		putchar('\n');
	}
	if (!json_array_size(problems)) {
		label("needs you");
		puts("nothing");
	}
}

int cli_status(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	bool json = false;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "json", 0, &json }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc != 0)
		return cli_usage(HOW, argc, argv);
	json_t *top = cli_open(cli, &err) ? status_gather(cli, &err) : NULL;
	if (!top)
		return cli_fail(&err);
	bool healthy = json_is_true(json_object_get(top, "healthy"));
	if (json) {
		json_write(stdout, top, 0);
		putchar('\n');
	} else {
		print(top);
	}
	json_decref(top);
	return healthy ? 0 : 1;
}
