#include "gateway/base/memory/mem.h"
#include "gateway/cli/cli.h"
#include "gateway/mail/letter.h"
#include "gateway/serve/supervisor.h"

#define HOW "serve [--role web|ingest|plan|mail|receive|federate,...]"

int cli_serve(struct cli *cli, int argc, char **argv)
{
	struct error err = { 0 };
	const char *only = NULL;
	if (!cli_options(&argc, argv, (const struct cli_option[]){ { "role", &only, 0 }, { 0, 0, 0 } }, &err))
		return cli_wrong(HOW, argc, argv, &err);
	if (argc > 0)
		return cli_usage(HOW, argc, argv);
	struct supervisor *s = supervisor_new(cli->owner, only, &err);
	if (!s || !cli_open(cli, &err))
		return cli_fail(&err);
	/* Letters with a mistake in their templates are better told of here than sent. */
	if (!letter_templates(cli->owner, cli->config->mail.templates, &err))
		return cli_fail(&err);
	/* Each role opens its own connection: one of ours must not live on across fork(). */
	TALLOC_FREE(cli->db);
	return supervisor_run(s, cli->config, &err) ? 0 : cli_fail(&err);
}
