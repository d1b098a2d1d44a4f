#include "gateway/doctor/doctor.h"
#include "gateway/base/address/mailbox.h"
#include "gateway/base/memory/mem.h"
#include "gateway/base/text/json_write.h"
#include "gateway/cli/cli.h"
#include <string.h>

#define HOW "doctor [--publication P] [--to ADDRESS] [--json]"

static void print(const struct doctor_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct doctor_finding *f = &r->findings[i];
		printf("%-8s %-13s ", doctor_level_name(f->level), f->check);
		cli_field(stdout, f->seen);
		putchar('\n');
		if (!f->fix)
			continue;
		printf("%-22s ", "");
		cli_field(stdout, f->fix);
		putchar('\n');
	}
}

static void print_json(const struct doctor_report *r, const struct publication *p)
{
	json_t *top = json_pack("{ss, sb, s[]}", "publication", p->host, "healthy", r->count && doctor_worst(r)->level < DOCTOR_WRONG, "findings");
	for (size_t i = 0; i < r->count; i++) {
		const struct doctor_finding *f = &r->findings[i];
		json_array_append_new(json_object_get(top, "findings"), json_pack("{ss, ss, ss, ss?}", "check", f->check, "level", doctor_level_name(f->level), "seen", f->seen, "fix", f->fix));
	}
	json_write(stdout, top, 0);
	putchar('\n');
	json_decref(top);
}

int cli_doctor(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL, *to = NULL;
	bool json = false;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "publication", &named, 0 }, { "to", &to, 0 }, { "json", 0, &json }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc != 0)
		return cli_usage(HOW, argc, argv);
	const char *address = to ? mailbox_normalise(cli->owner, to) : NULL;
	if (to && !address) {
		error_set(&err, ERROR_INVALID, "'%s' is not a mail address: --to ada@example.org", to);
		return cli_fail(&err);
	}
	struct publication *p = cli_open(cli, &err) ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	struct doctor_report *r = p ? doctor_examine(cli->owner, cli->db, cli->config, p, &(struct doctor_wish){ .to = address }, &err) : NULL;
	if (!r)
		return cli_fail(&err);
	if (json)
		print_json(r, p);
	else
		print(r);
	return r->count && doctor_worst(r)->level == DOCTOR_WRONG ? 1 : 0;
}
