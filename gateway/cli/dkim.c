#include "gateway/cli/cli.h"
#include "gateway/mail/dkim_record.h"

#define HOW "dkim [--publication P]"

int cli_dkim(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *named = NULL;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "publication", &named, 0 }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc > 0)
		return cli_usage(HOW, argc, argv);
	struct publication *p = cli_open(cli, &err) ? publication_choose(cli->owner, cli->db, named, &err) : NULL;
	if (!p)
		return cli_fail(&err);
	for (int type = KEY_RSA; type <= KEY_ED25519; type++) {
		struct dkim_record *r = dkim_record(cli->owner, cli->db, p, (enum key_type)type, &err);
		if (!r)
			return cli_fail(&err);
		puts(dkim_record_line(r, r));
	}
	return 0;
}
